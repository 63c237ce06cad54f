"""A journal open for reading: whole entries as they come, and what stands behind them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from rollout_tui.errors import Damaged, RolloutError
from rollout_tui.journal import file
from rollout_tui.journal.blocks import start_of
from rollout_tui.journal.chain import Chain, Damage, Torn
from rollout_tui.run.events import Entry

_MOMENT_SECONDS = 0.05


class FileReader:
    """A journal open for reading: needs no lock and no right to write, and reads a damaged one up to the damage."""

    _flags = os.O_RDONLY

    def __init__(self, path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self.path = path
        self._sleep = sleep
        self._chain = Chain()
        self._descriptor = file.open_regular(path, self._flags)
        try:
            self._catch_up()
            if not self._chain.entries:
                raise self._damaged()
        except RolloutError:
            self.close()
            raise

    @property
    def entries(self) -> list[Entry]:
        """The whole entries, as of the last read; opening is the first."""
        return self._chain.entries

    @property
    def torn(self) -> Torn | None:
        """The incomplete entry at the end, as of the last read: perhaps a write in progress."""
        return self._chain.torn

    @property
    def damage(self) -> Damage | None:
        """The first block that is not what was written, as of the last read; entries stop before it."""
        return self._chain.damage

    @property
    def head(self) -> str:
        """The hash of the last whole entry, in hexadecimal."""
        return self._chain.head

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all).

        Damaged if the file was replaced, removed or became shorter; RolloutError if the disk fails.
        """
        file.check_same(self.path, self._descriptor)
        self._catch_up()
        return self._chain.entries[after + 1 :]

    def start_of(self, seq: int) -> int:
        """Give the byte at which the block of a whole entry begins."""
        return start_of(file.read_from(self.path, self._descriptor, 0), seq)

    def copy_to(self, path: Path) -> Entry:
        """Copy the whole entries to a new journal and give the last of them; Conflict if the name is taken."""
        data = file.read_from(self.path, self._descriptor, 0)
        copied = Chain()
        copied.extend(data)
        if not copied.entries:
            raise self._damaged()
        file.create(path, data[: copied.size])
        return copied.entries[-1]

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _catch_up(self) -> None:
        self._extend()
        if self.torn:
            self._sleep(_MOMENT_SECONDS)
            self._extend()

    def _extend(self) -> None:
        self._chain.extend(file.read_from(self.path, self._descriptor, self._chain.last_at))

    def _damaged(self) -> Damaged:
        return Damaged(
            f"{self.path} is damaged: {self._chain.damage or 'it is empty'}",
            "Compare it with a copy and with the receipts; `rollout audit` shows it up to there.",
        )
