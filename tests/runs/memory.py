"""Runs in memory: blocks as a database has them, kept as bytes and verified when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from rollout_tui.errors import Conflict, RolloutError, Taken, UsageError
from rollout_tui.journal.blocks import decode, encode_header, place_words
from rollout_tui.journal.chain import Chain, Torn
from rollout_tui.journal.evidence import Kept
from rollout_tui.journal.verification import Verdict, Verification
from rollout_tui.run.briefing import waits_for
from rollout_tui.run.events import Entry, RunClosed, RunStarted, Stamp
from rollout_tui.runs.protocols import Behind, Draft, Outcome, Recorded, RunLog, RunRef
from rollout_tui.runs.replay import judged, replayed


@dataclass
class RunInMemory:
    """What is kept of one run."""

    blocks: list[bytes]
    files: dict[str, bytes] = field(default_factory=dict)


class MemoryStore:
    """A run in memory, open."""

    read_only = ""
    warning = ""
    written: datetime | None = None
    torn: Torn | None = None

    def __init__(self, ref: RunRef, kept: RunInMemory) -> None:
        self.ref = ref
        self._kept = kept

    def read(self, after: int) -> list[Entry]:
        return _entries(self._kept)[after + 1 :]

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        entries = _entries(self._kept)
        if entries[-1].hash != expected_head:
            found = [entry.seq for entry in entries if entry.hash == expected_head]
            if not found:
                raise Conflict(f"{self.ref.name} has no event with the hash {expected_head[:12]}", "Open it anew.")
            return Behind(tuple(entries[found[0] + 1 :]))
        block = place_words(draft.words, len(entries), expected_head)
        entry = decode(block, seq=len(entries), prev=expected_head)
        if entry.sees not in {each.hash for each in entries}:
            raise Conflict(f"{self.ref.name} never had the head that the author saw.")
        self._kept.blocks.append(block)
        return Recorded(entry)

    def wait(self, after: int, timeout: float) -> bool:  # noqa: ARG002 (nothing comes while one waits)
        return len(self._kept.blocks) > after + 1

    def keep_evidence(self, file: Path) -> Kept:
        data = file.read_bytes()
        digest = sha256(data).hexdigest()
        self._kept.files[digest] = data
        return Kept(digest, file.name, len(data))

    def copy_to(self, path: Path) -> Entry:
        if path.exists():
            raise Taken(f"{path} exists already.")
        path.write_bytes(b"".join(self._kept.blocks))
        return _entries(self._kept)[-1]

    def close(self) -> None:
        """Nothing is open."""


class MemoryRuns:
    """Runs in memory."""

    where = "memory"

    def __init__(self) -> None:
        self._runs: dict[str, RunInMemory] = {}

    def refs(self) -> Sequence[RunRef]:
        return [_ref(name) for name in sorted(self._runs)]

    def list(
        self, *, unfinished: bool = False, service: str | None = None, waiting_for: str | None = None
    ) -> Iterator[RunLog]:
        logs = [self.read(ref) for ref in self.refs()]
        for log in sorted(logs, key=lambda log: (log.entries[-1].stamp.at, log.ref.name), reverse=True):
            header, run = log.entries[0].event, replayed(log).run
            assert isinstance(header, RunStarted)
            if unfinished and any(isinstance(entry.event, RunClosed) for entry in log.entries):
                continue
            if service is not None and header.service != service:
                continue
            if waiting_for is not None and (run is None or not waits_for(run, waiting_for)):
                continue
            yield log

    def find(self, name: str | None, *, unfinished: bool = False) -> RunRef:
        if name is None:
            found = [log.ref for log in self.list(unfinished=unfinished)][:1]
        else:
            found = [ref for ref in self.refs() if name in (ref.name, ref.place)]
            found = found or [ref for ref in self.refs() if ref.name.startswith(name)]
        if len(found) != 1:
            raise UsageError(f"{len(found)} runs are {name!r}.")
        return found[0]

    def read(self, ref: RunRef) -> RunLog:
        if ref.name not in self._runs:
            return RunLog(ref, problem=f"There is no run {ref.name}.")
        chain = Chain()
        chain.extend(b"".join(self._runs[ref.name].blocks))
        return RunLog(ref, chain.entries, chain.starts, version=len(chain.entries))

    def wait(self, log: RunLog, timeout: float) -> bool:  # noqa: ARG002 (nothing comes while one waits)
        return len(self._runs[log.ref.name].blocks) != log.version

    def start(self, started: RunStarted, stamp: Stamp) -> MemoryStore:
        if started.run in self._runs:
            raise Taken(f"There is a run {started.run}.")
        self._runs[started.run] = RunInMemory([encode_header(started, stamp)])
        return self.open(_ref(started.run))

    def open(self, ref: RunRef) -> MemoryStore:
        if ref.name not in self._runs:
            raise RolloutError(f"There is no run {ref.name}.")
        return MemoryStore(ref, self._runs[ref.name])

    def recover(self, ref: RunRef, stamp: Stamp) -> MemoryStore:  # noqa: ARG002 (as every store's)
        raise Conflict(f"{ref.name} ends in no incomplete entry")

    def evidence(self, ref: RunRef, sha256: str) -> bytes:
        try:
            return self._runs[ref.name].files[sha256]
        except KeyError:
            raise RolloutError(f"{ref.name} has no evidence {sha256}.") from None

    def verify(self, ref: RunRef, expect_head: tuple[int, str] | None = None) -> Verification:
        entries = self.read(ref).entries
        is_there = expect_head is None or (
            expect_head[0] < len(entries) and entries[expect_head[0]].hash.startswith(expect_head[1])
        )
        closed = any(isinstance(entry.event, RunClosed) for entry in entries)
        found = judged(entries)
        wrong = found.misfit
        verdict: Verdict = "whole" if closed else "open"
        if found.found:
            verdict = "does-not-follow"
        if not is_there:
            verdict = "altered"
        if wrong:
            verdict = "damaged"
        return Verification(
            ref.place,
            verdict,
            verdict,
            run=ref.name,
            events=len(entries) - 1,
            head=(entries[-1].seq, entries[-1].hash),
            closed=closed,
            damaged_event=wrong[0] if wrong else None,
            layer="rules" if wrong else None,
            expected=None if expect_head is None else is_there,
            rules=found.rules,
            not_following=found.found,
        )


def _ref(name: str) -> RunRef:
    return RunRef(name, f"memory/{name}")


def _entries(kept: RunInMemory) -> list[Entry]:
    chain = Chain()
    chain.extend(b"".join(kept.blocks))
    return chain.entries
