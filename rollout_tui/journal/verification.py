"""Whether a log is whole and unaltered: a verdict as a value, in words that promise no more than a hash chain can."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rollout_tui.errors import Damaged, UsageError
from rollout_tui.journal import evidence, file
from rollout_tui.journal.blocks import EVENT_LINE, FORMAT_LINE
from rollout_tui.journal.chain import Chain, Damage
from rollout_tui.journal.evidence import EvidenceProblem
from rollout_tui.run.events import Entry, RunClosed, RunStarted
from rollout_tui.text import safe

_SEPARATOR = EVENT_LINE.encode()

Verdict = Literal["whole", "open", "torn", "damaged", "not-a-journal"]

CHAIN_PROVES = (
    "The chain shows accidents and partial edits, not that someone rewrote the whole file or dropped its end."
)
"""What stands under every verdict of a chain that holds."""


@dataclass(frozen=True)
class Verification:
    """What a log's bytes show.

    `events` counts the events that verify, `head` is the number and the hash of the last of them. `damaged_event` and
    `damaged_byte` say where the first damage (or the incomplete entry) begins. `expected` says whether the expected
    head is there, None where none was given.
    """

    path: Path
    verdict: Verdict
    words: str
    run: str = ""
    events: int = 0
    head: tuple[int, str] | None = None
    closed: bool = False
    damaged_event: int | None = None
    damaged_byte: int | None = None
    expected: bool | None = None
    evidence: tuple[EvidenceProblem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the log."""
        return self.verdict in ("whole", "open") and not self.evidence


def verify(path: Path, expect_head: tuple[int, str] | None = None) -> Verification:
    """Verify a log: its chain, its count of events, its evidence and, if given, a head that someone noted.

    The expected head is an event's number and at least four digits of its hash. RolloutError if the file can't be read.
    """
    try:
        descriptor = file.open_regular(path, os.O_RDONLY)
        try:
            data = file.read_from(path, descriptor, 0)
        finally:
            os.close(descriptor)
    except Damaged as error:
        return Verification(path, "not-a-journal", error.message)
    if reason := _not_a_journal(data):
        return Verification(path, "not-a-journal", f"{path} {reason}")
    chain = Chain()
    chain.extend(data)
    return _judge(path, data, chain, expect_head)


def _not_a_journal(data: bytes) -> str:
    if not data:
        return "is empty, not a journal"
    if data.startswith(FORMAT_LINE) or FORMAT_LINE.startswith(data):
        return ""
    line = data[:60].partition(b"\n")[0]
    if line.startswith(b'format = "rollout-journal/'):
        return (
            f"is a journal of another format, which this version does not read: {safe(line.decode(errors='replace'))}"
        )
    return "does not begin as a journal does"


def _judge(path: Path, data: bytes, chain: Chain, expect_head: tuple[int, str] | None) -> Verification:
    entries = chain.entries
    unexpected = "" if expect_head is None else _unexpected(entries, *expect_head)
    damage = chain.damage or _miscounted(entries, data)
    close = next((entry.seq for entry in entries if isinstance(entry.event, RunClosed)), None)
    verdict: Verdict
    if damage or unexpected:
        verdict = "damaged"
        words = "; ".join(str(problem) for problem in (damage, unexpected) if problem)
    elif chain.torn:
        verdict = "torn"
        words = (
            f"incomplete entry after event {chain.torn.after} ({chain.torn.size} bytes): compare with the last receipt"
        )
    elif close is None:
        verdict = "open"
        words = "the run is not closed: later events can't be ruled out"
    else:
        verdict = "whole"
        words = _closed_words(close, len(entries) - 1)
    return Verification(
        path,
        verdict,
        f"{verdict}: {words}",
        run=entries[0].event.run if entries and isinstance(entries[0].event, RunStarted) else "",
        events=max(len(entries) - 1, 0),
        head=(entries[-1].seq, entries[-1].hash) if entries else None,
        closed=close is not None,
        damaged_event=damage.seq if damage else chain.torn.after + 1 if chain.torn else None,
        damaged_byte=damage.offset if damage else chain.size if chain.torn else None,
        expected=None if expect_head is None else not unexpected,
        evidence=evidence.check(path, entries),
    )


def _closed_words(close: int, last: int) -> str:
    words = f"closed, and the {close} events that its close counts are there"
    if last == close:
        return f"{words}; later follow-up events can't be ruled out"
    return f"{words}, with {last - close} after it; later follow-up events can't be ruled out"


def _miscounted(entries: Sequence[Entry], data: bytes) -> Damage | None:
    for entry in entries:
        if isinstance(entry.event, RunClosed) and entry.event.events != entry.seq:
            # Nothing within a block looks like the line that begins one.
            offset = len(_SEPARATOR.join(data.split(_SEPARATOR, entry.seq)[: entry.seq]))
            return Damage(
                entry.seq, offset, f"closes the run with {entry.event.events} events, and is number {entry.seq}"
            )
    return None


def _unexpected(entries: Sequence[Entry], seq: int, digest: str) -> str:
    """Say why the expected head is not there, or nothing if it is."""
    if not re.fullmatch("[0-9a-f]{4,64}", digest) or seq < 0:
        raise UsageError(
            f"{seq}:{digest} is not the head of a log",
            "Give the event's number, a colon and at least 4 digits of its hash.",
        )
    if seq >= len(entries):
        return f"event {seq} with the hash {digest} is not there: the log ends with event {len(entries) - 1}"
    if not entries[seq].hash.startswith(digest):
        return (
            f"event {seq} has the hash {entries[seq].hash[:12]}, not {digest}: it, or an event before it, was rewritten"
        )
    return ""
