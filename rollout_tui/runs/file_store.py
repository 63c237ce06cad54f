"""A run in a file, open for appending. The lock never leaves this file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import Conflict, Damaged, RolloutError, Unsynced
from ..journal import file
from ..journal.blocks import decode, encode_header, place_words
from ..journal.chain import Torn
from ..journal.lease import Lease
from ..journal.locks import locked
from ..journal.reader import FileReader
from ..journal.values import spell_time
from ..run.events import Entry, GatePromoted, Recovered, RunClosed, RunStarted, Stamp
from .appending import Behind, Draft, Outcome, Recorded, Unknown
from .protocols import RunRef

if TYPE_CHECKING:
    from ..journal.evidence import Kept

_POLL_SECONDS = 0.5

# What so much rests on that the journal is verified from its first byte before it is recorded, whatever its times say.
_WHOLE = (GatePromoted, RunClosed)


class FileStore:
    """A journal open for reading and appending; Damaged at once, and from every call, if it is not what was written.

    An incomplete entry at its end does not keep it from opening.
    """

    read_only = ""

    def __init__(self, path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self.path = path
        self._sleep = sleep
        self._failed: Unknown | None = None
        self._lease = Lease(path)
        # The hashes of the evidence that was made here, and that no entry named when this last looked.
        self._made: set[str] = set()
        self._reader = FileReader(path, sleep, os.O_RDWR | os.O_APPEND)
        if self._reader.damage:
            self.close()
            raise self._reader.damaged()

    @property
    def ref(self) -> RunRef:
        return RunRef(self.path.stem, str(self.path))

    @property
    def entries(self) -> list[Entry]:
        """The whole entries, as of the last call."""
        return self._reader.entries

    @property
    def head(self) -> str:
        """The hash of the last whole entry, as of the last call."""
        return self._reader.head

    @property
    def written(self) -> datetime | None:
        try:
            seconds = os.fstat(self._reader.descriptor).st_mtime
        except OSError:
            return None
        return datetime.fromtimestamp(seconds, UTC)

    @property
    def torn(self) -> Torn | None:
        return self._reader.torn

    @property
    def warning(self) -> str:
        from ..journal import mounts

        return mounts.warning(self.path)

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all); see Store."""
        if self._failed:
            # What stands behind them may be in memory alone: it is not shown as recorded.
            return self.entries[after + 1 :]
        entries = self._reader.read(after)
        if self._reader.damage:
            raise self._reader.damaged()
        return entries

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        """Record one event; see Store. Locked if another process keeps the lock."""
        if self._failed:
            return self._failed
        with locked(self._reader.descriptor, self.path, self._sleep):
            self._check_end(whole=isinstance(draft.event, _WHOLE))
            try:
                outcome = self._append(draft, expected_head)
            except RolloutError:
                self._remove_unnamed()
                raise
            if not isinstance(outcome, Unknown):
                self._remove_unnamed()
            return outcome

    def _append(self, draft: Draft, expected_head: str) -> Outcome:
        if expected_head != self.head:
            return Behind(self._after(expected_head))
        if draft.extras.evidence:
            from ..journal import evidence

            if not evidence.is_there(self.path, draft.extras.evidence):
                # Another had made it, and removed it with what was not recorded: it is to be kept again.
                return Behind(())
        return self._write(draft)

    def _remove_unnamed(self) -> None:
        """Remove the evidence made here for what was not recorded; others may have named it. Under the lock."""
        if self._made:
            from ..journal import evidence

            for digest in self._made - {each.extras.evidence for each in self.entries}:
                evidence.remove(self.path, digest)
            self._made.clear()

    def wait(self, after: int, timeout: float) -> bool:
        """Return when the file was written since it was read; see Store."""
        deadline = time.monotonic() + timeout
        while len(self.entries) <= after + 1 and not self._reader.is_outdated:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._sleep(min(left, _POLL_SECONDS))
        return True

    def keep_evidence(self, file: Path) -> Kept:
        """Copy a file to the journal's evidence; see Store."""
        # Few sign-offs come with a file.
        from ..journal import evidence

        kept, is_made = evidence.keep(self.path, file)
        if is_made:
            self._made.add(kept.sha256)
        return kept

    def drop_evidence(self) -> None:
        """Remove the copies that no entry names; see Store."""
        if self._made:
            with locked(self._reader.descriptor, self.path, self._sleep):
                self._check_chain(whole=False)
                self._remove_unnamed()

    def take_lease(self, who: str) -> str:
        return self._lease.take(who)

    def end_lease(self) -> None:
        self._lease.end()

    def evidence(self, sha256: str) -> bytes:
        """Give a file that was kept beside the journal; see Store."""
        from ..journal import evidence

        return evidence.kept(self.path, sha256)

    def copy_to(self, path: Path) -> Entry:
        """Copy the whole entries to a new journal; see Store."""
        return self._reader.copy_to(path)

    def recover(self, stamp: Stamp) -> Outcome:
        """Keep the incomplete entry's bytes beside the journal, cut them off, record that; Conflict without one."""
        descriptor = self._reader.descriptor
        with locked(descriptor, self.path, self._sleep):
            self._check_chain(whole=True)
            if not self.torn:
                raise Conflict(f"{self.path} ends in no incomplete entry", "Someone was first: resume the run.")
            size = self._reader.size
            rest = file.read_from(self.path, descriptor, size)
            kept = self.path.with_name(f"{self.path.name}.torn-{spell_time(stamp.at).replace(':', '')}")
            file.create(kept, rest)
            file.cut(self.path, descriptor, size)
            return self._write(Draft(Recovered(len(rest), sha256(rest).hexdigest(), kept.name), stamp, self.head))

    def need_locks(self) -> None:
        """Raise RolloutError where the file system has no locks: nothing more could be recorded."""
        with locked(self._reader.descriptor, self.path, self._sleep):
            return

    def close(self) -> None:
        self._lease.end()
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_chain(self, *, whole: bool) -> None:
        self._reader.look(whole=whole)
        if self._reader.damage:
            raise self._reader.damaged()

    def _check_end(self, *, whole: bool) -> None:
        self._check_chain(whole=whole)
        if self.torn:
            # Under the lock nobody writes, so this is not a write in progress.
            raise Damaged(
                f"{self.path} ends in an incomplete entry after event {self.torn.after} ({self.torn.size} bytes)",
                "Compare with the last receipt; `rollout resume` keeps these bytes beside the journal and goes on.",
            )

    def _after(self, head: str) -> tuple[Entry, ...]:
        for entry in reversed(self.entries):
            if entry.hash == head:
                return tuple(self.entries[entry.seq + 1 :])
        raise self._unknown_head(head)

    def _unknown_head(self, head: str) -> Conflict:
        return Conflict(f"{self.path} has no event with the hash {head[:12]}", "Open the run anew.")

    def _write(self, draft: Draft) -> Recorded | Unknown:
        seq = len(self.entries)
        if isinstance(draft.event, RunClosed) and draft.event.events != seq:
            raise ValueError(f"the run's close counts {draft.event.events} events, and is number {seq}")
        block = place_words(draft.words, seq, self.head, draft.signature)
        # What would not read back as it should is found before anything is written.
        entry = decode(block, seq=seq, prev=self.head)
        if draft.sees != self.head and not self._reader.has_head(draft.sees):
            raise self._unknown_head(draft.sees)
        if self._reader.size + len(block) > file.JOURNAL_LIMIT:
            raise RolloutError(
                f"{self.path} is full: it would grow over {file.JOURNAL_LIMIT:,} bytes; nothing was recorded",
                "Start another run after this one (--after).",
            )
        try:
            file.append(self.path, self._reader.descriptor, block, self._reader.size)
        except Unsynced as error:
            self._failed = Unknown(error, pending=False)
            return self._failed
        self._reader.add(entry, len(block))
        return Recorded(entry)


def create(path: Path, started: RunStarted, stamp: Stamp, signature: str = "") -> FileStore:
    """Make the journal of a new run, durable on return, named `<run id>.toml`; Taken if there is one."""
    if path.name != f"{started.run}.toml":
        raise ValueError(f"the journal of the run {started.run} can't be named {path.name}")
    header = encode_header(started, stamp, signature)
    # What would not read back as it should is found before anything is written.
    decode(header, seq=0, prev="")
    file.create(path, header)
    store = FileStore(path)
    try:
        store.need_locks()
    except RolloutError:
        # Nothing could ever be recorded in it.
        store.close()
        path.unlink(missing_ok=True)
        raise
    return store


def recover(path: Path, stamp: Stamp) -> FileStore:
    """Open a journal that ends in an incomplete entry, after keeping its bytes in `<name>.torn-<time>`.

    Conflict if it ends in none; Damaged if anything else is wrong with it, Unsynced where what was cut off or recorded
    is unknown.
    """
    store = FileStore(path)
    try:
        outcome = store.recover(stamp)
        if isinstance(outcome, Unknown):
            raise outcome.error
    except RolloutError:
        store.close()
        raise
    return store
