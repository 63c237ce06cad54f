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
from rollout_tui.journal.chain import Chain, Damage, Torn
from rollout_tui.run.events import Entry

_MOMENT_SECONDS = 0.05


def marks(path: Path) -> tuple[int, ...]:
    """Give what tells that a file was written again, or is another, without reading it; nothing where there is none."""
    try:
        return file.marks_of(os.stat(path))
    except OSError:
        return ()


class FileReader:
    """A journal open for reading: needs no lock and no right to write, and reads a damaged one up to the damage."""

    def __init__(self, path: Path, sleep: Callable[[float], None] = time.sleep, flags: int = os.O_RDONLY) -> None:
        self.path = path
        self.version: object = None
        # The file's marks when its bytes were last known to be what was verified.
        self._known: tuple[int, ...] = ()
        self._sleep = sleep
        self._chain = Chain()
        self.descriptor = file.open_regular(path, flags)
        try:
            self._known = marks(path)
            self._catch_up()
            if not self._chain.entries:
                raise self.damaged()
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
    def starts(self) -> list[int]:
        """The byte at which the block of each whole entry begins."""
        return self._chain.starts

    @property
    def size(self) -> int:
        """How many bytes hold the whole entries."""
        return self._chain.size

    @property
    def is_outdated(self) -> bool:
        """Whether the file was written, replaced or removed since it was read."""
        return marks(self.path) != self.version

    @property
    def head(self) -> str:
        """The hash of the last whole entry, in hexadecimal."""
        return self._chain.head

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all).

        Damaged if the file was replaced, removed or became shorter; RolloutError if the disk fails.
        """
        now, size = file.check_same(self.path, self.descriptor), self.size
        self._catch_up()
        if self.size == size and now != self._known and not self.torn and not self.damage:
            # Nobody appended, and yet it was written.
            self._extend_and_check(now)
        return self._chain.entries[after + 1 :]

    def has_head(self, digest: str) -> bool:
        """Tell whether one of the whole entries has this hash."""
        return self._chain.has_head(digest)

    def look(self, *, whole: bool = False) -> None:
        """Verify what stands behind the entries, now and once: for who holds the lock. Errors as in `read`.

        What neither this reader nor an append through it explains of the file's size and times is verified again from
        the first byte, with `whole` all of it in any case.
        """
        now = file.check_same(self.path, self.descriptor)
        if whole or now != self._known:
            self._extend_and_check(now)
        else:
            self._chain.extend(file.read_from(self.path, self.descriptor, self._chain.last_at))

    def add(self, entry: Entry, size: int) -> None:
        """Take in an entry that was written here, in a block of `size` bytes that was verified."""
        self._chain.add(entry, size)
        self.version = self._known = marks(self.path)

    def copy_to(self, path: Path) -> Entry:
        """Copy the whole entries to a new journal and give the last of them; Taken if the name is taken.

        Damaged, and nothing is copied, where one of them is not what was written, or the last that was read is lost.
        """
        data = file.read_from(self.path, self.descriptor, 0)
        copied = Chain()
        copied.extend(data)
        if not copied.damage and not copied.has_head(self.head):
            copied.damage = Damage(len(copied.entries), copied.size, "is no longer there, and was read before")
        if copied.damage:
            raise self._damaged(copied.damage)
        file.create(path, data[: copied.size])
        return copied.entries[-1]

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

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
        # Before it is read: what is written meanwhile is news.
        self.version = marks(self.path)
        self._chain.extend(file.read_from(self.path, self.descriptor, self._chain.last_at))

    def _extend_and_check(self, now: tuple[int, ...]) -> None:
        data = file.read_from(self.path, self.descriptor, 0)
        self._chain.extend(data[self._chain.last_at :])
        if not self.damage:
            self._chain.check_again(data)
        self._known = () if self.damage or self.torn else now

    def damaged(self) -> Damaged:
        """Make the error that says where the journal is damaged."""
        return self._damaged(self._chain.damage)

    def _damaged(self, damage: Damage | None) -> Damaged:
        return Damaged(
            f"{self.path} is damaged: {damage or 'it is empty'}",
            "Compare it with a copy and with the receipts; `rollout audit` shows it up to there.",
        )
