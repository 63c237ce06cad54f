"""The journal behind two calls: what is new, and one event more. The lock never leaves this file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from rollout_tui.errors import Conflict, Damaged, RolloutError, Unsynced
from rollout_tui.frozen import dataclass
from rollout_tui.journal import file
from rollout_tui.journal.blocks import decode, encode_event, encode_header
from rollout_tui.journal.locks import locked
from rollout_tui.journal.reader import FileReader
from rollout_tui.journal.values import spell_time
from rollout_tui.run.events import Entry, Event, Recovered, RunClosed, RunStarted, Stamp


@dataclass(frozen=True)
class Draft:
    """An event to append, and who acted when; the store adds the head that it was decided on."""

    event: Event
    stamp: Stamp


@dataclass(frozen=True)
class Recorded:
    """The event is on disk, as this entry."""

    entry: Entry


@dataclass(frozen=True)
class Behind:
    """Nothing was written: others had appended these entries behind the expected head."""

    entries: tuple[Entry, ...]


class Store(Protocol):
    """Where a run's entries are kept."""

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all)."""
        ...

    def append(self, draft: Draft, expected_head: str) -> Recorded | Behind:
        """Record one event, durable on return, if the last entry's hash still is `expected_head`."""
        ...


class ReadOnly:
    """Entries that were read from a journal that takes no more: it was damaged, and `error` says where."""

    def __init__(self, entries: Sequence[Entry], error: Damaged) -> None:
        self._entries = entries
        self._error = error

    def read(self, after: int) -> list[Entry]:
        return list(self._entries[after + 1 :])

    def append(self, draft: Draft, expected_head: str) -> Recorded | Behind:  # noqa: ARG002 (as every store's)
        raise self._error


class FileStore(FileReader):
    """A journal open for reading and appending; Damaged at once, and from every call, if it is not what was written."""

    _flags = os.O_RDWR | os.O_APPEND

    def __init__(self, path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._failed: Unsynced | None = None
        super().__init__(path, sleep)
        if self.damage:
            self.close()
            raise self._damaged()

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all); errors as in FileReader, and Damaged."""
        if self._failed:
            # What stands behind them may be in memory alone: it is not shown as recorded.
            return self._chain.entries[after + 1 :]
        entries = super().read(after)
        if self.damage:
            raise self._damaged()
        return entries

    def append(self, draft: Draft, expected_head: str) -> Recorded | Behind:
        """Record one event, durable on return, if the last entry's hash still is `expected_head`.

        Conflict if another process keeps the lock; Damaged if the file is not what it was; Unsynced where it is unknown
        whether it was recorded; any other RolloutError means that it was not.
        """
        if self._failed:
            raise self._failed
        with locked(self._descriptor, self.path, self._sleep):
            self._check_end()
            if expected_head != self.head:
                return Behind(self._after(expected_head))
            return self._write(draft)

    def recover(self, stamp: Stamp) -> Recorded:
        """Keep the incomplete entry's bytes beside the journal, cut them off, record that; Conflict without one."""
        with locked(self._descriptor, self.path, self._sleep):
            self._check_chain()
            if not self.torn:
                raise Conflict(f"{self.path} ends in no incomplete entry", "Someone was first: resume the run.")
            rest = file.read_from(self.path, self._descriptor, self._chain.size)
            kept = self.path.with_name(f"{self.path.name}.torn-{spell_time(stamp.at).replace(':', '')}")
            file.create(kept, rest)
            file.cut(self.path, self._descriptor, self._chain.size)
            return self._write(Draft(Recovered(len(rest), sha256(rest).hexdigest(), kept.name), stamp))

    def _check_chain(self) -> None:
        file.check_same(self.path, self._descriptor)
        self._extend()
        if self.damage:
            raise self._damaged()

    def _check_end(self) -> None:
        self._check_chain()
        if self.torn:
            # Under the lock nobody writes, so this is not a write in progress.
            raise Damaged(
                f"{self.path} ends in an incomplete entry after event {self.torn.after} ({self.torn.size} bytes)",
                "Compare with the last receipt; `rollout resume` keeps these bytes beside the journal and goes on.",
            )

    def _after(self, head: str) -> tuple[Entry, ...]:
        for entry in reversed(self._chain.entries):
            if entry.hash == head:
                return tuple(self._chain.entries[entry.seq + 1 :])
        raise Conflict(f"{self.path} has no event with the hash {head[:12]}", "Open the run anew.")

    def _write(self, draft: Draft) -> Recorded:
        chain = self._chain
        seq = len(chain.entries)
        if isinstance(draft.event, RunClosed) and draft.event.events != seq:
            raise ValueError(f"the run's close counts {draft.event.events} events, and is number {seq}")
        block = encode_event(draft.event, draft.stamp, sees=chain.head, seq=seq, prev=chain.head)
        # What would not read back as it should is found before anything is written.
        entry = decode(block, seq=seq, prev=chain.head)
        if chain.size + len(block) > file.JOURNAL_LIMIT:
            raise RolloutError(
                f"{self.path} is full: it would grow over {file.JOURNAL_LIMIT:,} bytes; nothing was recorded",
                "Start another run after this one (--after).",
            )
        try:
            file.append(self.path, self._descriptor, block, chain.size)
        except Unsynced as error:
            self._failed = error
            raise
        chain.add(entry, len(block))
        return Recorded(entry)


def create(path: Path, started: RunStarted, stamp: Stamp) -> FileStore:
    """Make the journal of a new run, durable on return, named `<run id>.toml`; Conflict if there is one."""
    if path.name != f"{started.run}.toml":
        raise ValueError(f"the journal of the run {started.run} can't be named {path.name}")
    header = encode_header(started, stamp)
    # What would not read back as it should is found before anything is written.
    decode(header, seq=0, prev="")
    file.create(path, header)
    return FileStore(path)


def open_store(path: Path) -> FileStore:
    """Open a journal to go on with; Damaged, naming event number and byte, if it is not what was written.

    An incomplete entry at its end does not keep it from opening: `torn` tells, and appending waits for `recover`.
    """
    return FileStore(path)


def recover(path: Path, at: datetime, by: str, origin: str) -> FileStore:
    """Open a journal that ends in an incomplete entry, after keeping its bytes in `<name>.torn-<time>`.

    Conflict if it ends in none; Damaged if anything else is wrong with it.
    """
    store = FileStore(path)
    try:
        store.recover(Stamp(at, by, origin))
    except RolloutError:
        store.close()
        raise
    return store
