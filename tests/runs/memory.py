"""Runs in memory: blocks as a database has them, kept as bytes and verified whenever they are read.

The smallest store that keeps the contracts, damage and lost answers with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Condition

from rollout_tui.errors import Conflict, Damaged, RolloutError, Taken, UsageError
from rollout_tui.journal import evidence
from rollout_tui.journal import file as files
from rollout_tui.journal.blocks import decode, encode_header, place_words
from rollout_tui.journal.chain import Chain, Torn
from rollout_tui.journal.evidence import Kept
from rollout_tui.journal.verdicts import AskAuthorities, AskSigners, Verification
from rollout_tui.journal.verification import verify
from rollout_tui.run.briefing import waits_for
from rollout_tui.run.events import Entry, RunClosed, RunStarted, Stamp
from rollout_tui.runs.appending import Behind, Draft, Lost, Outcome, Recorded, Unknown
from rollout_tui.runs.protocols import RunLog, RunRef
from rollout_tui.runs.replay import judged, replayed


@dataclass
class RunInMemory:
    """What is kept of one run."""

    blocks: list[bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    lease: tuple[object, str] = (None, "")

    @property
    def bytes(self) -> bytes:
        return b"".join(self.blocks)

    def entries(self, ref: RunRef) -> list[Entry]:
        """Give all entries; Damaged where one is not what was written."""
        chain = _chain(self.bytes)
        if chain.damage:
            raise Damaged(f"{ref.place} is damaged: {chain.damage}")
        return chain.entries


class MemoryStore:
    """A run in memory, open; `lost_answers` says of the next appends, whose answers get lost, which are kept."""

    read_only = ""
    warning = ""
    written: datetime | None = None
    torn: Torn | None = None

    def __init__(self, ref: RunRef, runs: MemoryRuns) -> None:
        self.ref = ref
        self.lost_answers: list[bool] = []
        self._runs = runs
        self._sent: Draft | None = None
        self._known = self._kept.entries(ref)

    def read(self, after: int) -> list[Entry]:
        with self._runs.changed:
            entries = self._kept.entries(self.ref)
            if entries[: len(self._known)] != self._known:
                raise Damaged(f"{self.ref.place} has lost what was read of it: it ends at event {len(entries) - 1}.")
            self._known = entries
            return entries[after + 1 :]

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        with self._runs.changed:
            found = self._kept.entries(self.ref)
            if found == self._known[: len(found)] != self._known:
                return Lost(len(found) - 1)
            entries = self.read(-1)
            if entries[-1].hash != expected_head:
                return self._others(draft, entries, expected_head)
            block = place_words(draft.words, len(entries), expected_head, draft.signature)
            entry = decode(block, seq=len(entries), prev=expected_head)
            if entry.sees not in {each.hash for each in entries}:
                raise Conflict(f"{self.ref.name} never had the head that the author saw.")
            if len(self._kept.bytes) + len(block) > files.JOURNAL_LIMIT:
                raise RolloutError(f"{self.ref.name} is full.")
            return self._write(draft, block, entry)

    def wait(self, after: int, timeout: float) -> bool:
        with self._runs.changed:
            return self._runs.changed.wait_for(lambda: self._runs.count(self.ref) != after + 1, timeout)

    def keep_evidence(self, file: Path) -> Kept:
        with TemporaryDirectory() as folder:
            journal = Path(folder) / "run.toml"
            found, _ = evidence.keep(journal, file)
            data = evidence.kept(journal, found.sha256)
        if self._kept.files.setdefault(found.sha256, data) != data:
            raise Damaged(f"{self.ref.place} has other bytes under {found.sha256}.")
        return found

    def drop_evidence(self) -> None:
        """It stays: others may have kept the same."""

    def take_lease(self, who: str) -> str:
        with self._runs.changed:
            holder, name = self._kept.lease
            if holder not in {None, self}:
                return name
            self._kept.lease = (self, who)
            return ""

    def evidence(self, sha256: str) -> bytes:
        return self._runs.evidence(self.ref, sha256)

    def copy_to(self, path: Path) -> Entry:
        with self._runs.changed:
            last = self.read(-1)[-1]
            files.create(path, self._kept.bytes)
            return last

    def end_lease(self) -> None:
        with self._runs.changed:
            kept = self._runs.runs.get(self.ref.place)
            if kept is not None and kept.lease[0] is self:
                kept.lease = (None, "")

    def close(self) -> None:
        """Nothing else is open."""
        self.end_lease()

    @property
    def _kept(self) -> RunInMemory:
        return self._runs.kept(self.ref)

    def _others(self, draft: Draft, entries: Sequence[Entry], expected_head: str) -> Recorded | Behind:
        found = [entry.seq for entry in entries if entry.hash == expected_head]
        if not found:
            raise Conflict(f"{self.ref.name} has no event with the hash {expected_head[:12]}")
        seq = found[0] + 1
        sent, self._sent = self._sent, None
        if sent == draft and self._kept.blocks[seq] == place_words(draft.words, seq, expected_head, draft.signature):
            return Recorded(entries[seq])
        return Behind(tuple(entries[seq:]))

    def _write(self, draft: Draft, block: bytes, entry: Entry) -> Recorded | Unknown:
        is_lost, self._sent = bool(self.lost_answers), None
        if not is_lost or self.lost_answers[0]:
            self._kept.blocks.append(block)
            self._runs.changed.notify_all()
        if is_lost:
            del self.lost_answers[0]
            self._sent = draft
            return Unknown(RolloutError(f"Unknown whether event {entry.seq} was recorded."), pending=True)
        self._known = [*self._known, entry]
        return Recorded(entry)


class MemoryRuns:
    """Runs in memory, by their places; who changes or waits holds `changed`."""

    where = "memory"

    def __init__(self) -> None:
        self.runs: dict[str, RunInMemory] = {}
        self.changed = Condition()

    def kept(self, ref: RunRef) -> RunInMemory:
        try:
            return self.runs[ref.place]
        except KeyError:
            raise RolloutError(f"There is no run {ref.place}.") from None

    def count(self, ref: RunRef) -> int:
        """How many entries a run has, none where it is not there."""
        return len(self.runs[ref.place].blocks) if ref.place in self.runs else 0

    def refs(self) -> Sequence[RunRef]:
        return [_ref(place.rpartition("/")[2]) for place in sorted(self.runs)]

    def list(
        self, *, unfinished: bool = False, service: str | None = None, waiting_for: str | None = None
    ) -> Iterator[RunLog]:
        ends = {ref: self.read(ref).entries[-1:] for ref in self.refs()}
        newest = sorted(ends, key=lambda ref: ([entry.stamp.at for entry in ends[ref]], ref.name), reverse=True)
        for log in map(self.read, newest):
            header, run = log.entries[0].event if log.entries else None, replayed(log).run
            if unfinished and any(isinstance(entry.event, RunClosed) for entry in log.entries):
                continue
            if service is not None and log.entries and not _is_of(service, header):
                continue
            if waiting_for is not None and (run is None or not waits_for(run, waiting_for)):
                continue
            yield log

    def find(self, name: str | None, *, unfinished: bool = False) -> RunRef:
        if name is None:
            logs = map(replayed, self.list(unfinished=unfinished))
            found = [log.ref for log in logs if (log.unfinished if unfinished else log.run is not None)][:1]
        else:
            found = [ref for ref in self.refs() if name in (ref.name, ref.place)]
            found = found or [ref for ref in self.refs() if name and ref.name.startswith(name)]
        if len(found) != 1:
            raise UsageError(f"{len(found)} runs are {name!r}.")
        return found[0]

    def read(self, ref: RunRef) -> RunLog:
        if ref.place not in self.runs:
            return RunLog(ref, problem=f"There is no run {ref.place}.")
        data = self.runs[ref.place].bytes
        chain = _chain(data)
        problem = f"damaged: {chain.damage}" if chain.damage else ""
        return RunLog(ref, chain.entries, chain.starts, None, chain.damage, problem, version=data)

    def wait(self, log: RunLog, timeout: float) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.read(log.ref).version != log.version, timeout)

    def start(self, started: RunStarted, stamp: Stamp, signature: str = "") -> MemoryStore:
        header = encode_header(started, stamp, signature)
        decode(header, seq=0, prev="")
        ref, new = _ref(started.run), RunInMemory([header])
        with self.changed:
            if self.runs.setdefault(ref.place, new) is not new:
                raise Taken(f"There is a run {started.run}.")
        return self.open(ref)

    def open(self, ref: RunRef) -> MemoryStore:
        return MemoryStore(ref, self)

    def recover(self, ref: RunRef, stamp: Stamp) -> MemoryStore:  # noqa: ARG002 (as every store's)
        self.open(ref).close()
        raise Conflict(f"{ref.name} ends in no incomplete entry")

    def evidence(self, ref: RunRef, sha256: str) -> bytes:
        with self._as_files(ref) as journal:
            return evidence.kept(journal, sha256)

    def verify(
        self,
        ref: RunRef,
        expect_head: tuple[int, str] | None = None,
        signers: AskSigners | None = None,
        authorities: AskAuthorities | None = None,
    ) -> Verification:
        with self._as_files(ref) as journal:
            found = verify(journal, expect_head, judged, signers, authorities)
        return replace(found, place=ref.place, words=found.words.replace(str(journal), ref.place))

    @contextmanager
    def _as_files(self, ref: RunRef) -> Iterator[Path]:
        """The run as the files that it would be in a folder, for what checks files."""
        kept = self.kept(ref)
        with TemporaryDirectory() as folder:
            journal = Path(folder) / "run.toml"
            journal.write_bytes(kept.bytes)
            evidence.folder_of(journal).mkdir()
            for name, data in kept.files.items():
                (evidence.folder_of(journal) / name).write_bytes(data)
            yield journal


def _is_of(service: str, header: object) -> bool:
    return isinstance(header, RunStarted) and header.service == service


def _ref(name: str) -> RunRef:
    return RunRef(name, f"memory/{name}")


def _chain(data: bytes) -> Chain:
    chain = Chain()
    chain.extend(data)
    return chain
