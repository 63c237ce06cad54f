"""Whether a log is whole and unaltered: a verdict as a value, in words that promise no more than a hash chain can."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from rollout_tui.errors import Damaged, UsageError
from rollout_tui.frozen import dataclass
from rollout_tui.journal import evidence, file
from rollout_tui.journal.blocks import FORMAT_LINE
from rollout_tui.journal.chain import Chain, Damage, Layer
from rollout_tui.journal.evidence import EvidenceProblem
from rollout_tui.run.events import Entry, RunClosed, RunStarted
from rollout_tui.text import safe

_MOMENT_SECONDS = 0.05

Verdict = Literal["whole", "open", "torn", "does-not-follow", "damaged", "altered", "not-a-journal"]

CHAIN_PROVES = (
    "The chain shows accidents and partial edits, not that someone rewrote the whole file or dropped its end."
)
"""What stands under every verdict of a chain that holds."""

MEANINGS: dict[Verdict, str] = {
    "whole": "every entry is as it was recorded, and the run was closed.",
    "open": "every entry is as it was recorded; the run is not closed, so there may have been later ones.",
    "torn": "the last write was cut off and never happened; every entry before it is as it was recorded. "
    "Compare the last receipt; rollout resume keeps the cut bytes and goes on.",
    "does-not-follow": "every entry is as it was recorded, but the run did not allow what the named ones say: they "
    "were not made by this program, or not at the time, by the person and in the order that they claim.",
    "damaged": "from the place named on, the file is not what was recorded: believe only what stands before it. "
    "Compare with a copy and the receipts. Nothing is repaired by itself.",
    "altered": "the entries fit each other, but not what was noted or kept elsewhere: the log was rewritten or "
    "shortened, or its evidence was touched.",
    "not-a-journal": "this is no log of a run.",
}
"""What each verdict means, in plain words."""

FOUND_BY: dict[Layer, str] = {
    "bytes": "found in its bytes",
    "rules": "found by the rules of a run, not in its bytes",
}
"""What found a damage, in words."""


class NotFollowing(Protocol):
    """An entry that the run before it did not allow: its number and kind, what it records, what was allowed."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def recorded(self) -> str: ...
    @property
    def allowed(self) -> str: ...


class Judged(Protocol):
    """What the rules of a run find in a log's entries; `rules` is the number of those that it was judged by.

    `misfit` is the first entry that makes no run, with why; from `unjudged_from` on a later version has to judge.
    """

    @property
    def rules(self) -> int: ...
    @property
    def found(self) -> Sequence[NotFollowing]: ...
    @property
    def unjudged_from(self) -> int | None: ...
    @property
    def misfit(self) -> tuple[int, str] | None: ...


Judge = Callable[[Sequence[Entry]], Judged]
"""Decides each entry again, on the run before it."""


@dataclass(frozen=True)
class Verification:
    """What a log's bytes show.

    `events` counts the events that verify, `head` is the number and the hash of the last of them. `damaged_event` and
    `damaged_byte` say where the first damage (or the incomplete entry) begins, `layer` what found the damage.
    `expected` says whether the expected head is there, None where none was given. `not_following` are the entries that
    the run before them did not allow, by the rules of the number `rules`; None where it was not asked, or a later
    version has to judge the whole.
    """

    place: str
    verdict: Verdict
    words: str
    run: str = ""
    events: int = 0
    head: tuple[int, str] | None = None
    closed: bool = False
    damaged_event: int | None = None
    damaged_byte: int | None = None
    layer: Layer | None = None
    expected: bool | None = None
    evidence: tuple[EvidenceProblem, ...] = ()
    rules: int | None = None
    not_following: tuple[NotFollowing, ...] = ()
    unjudged_from: int | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the log."""
        return self.verdict in ("whole", "open")

    @property
    def meaning(self) -> str:
        return MEANINGS[self.verdict]


def verify(path: Path, expect_head: tuple[int, str] | None = None, judge: Judge | None = None) -> Verification:
    """Verify a log: its chain, its evidence, and if given what a run's rules say of it, and a head that someone noted.

    The expected head is an event's number and at least four digits of its hash. RolloutError if the file can't be read.
    """
    if expect_head is not None and (not re.fullmatch("[0-9a-f]{4,64}", expect_head[1]) or expect_head[0] < 0):
        raise UsageError(
            f"{expect_head[0]}:{expect_head[1]} is not the head of a log",
            "Give the event's number, a colon and at least 4 digits of its hash.",
        )
    try:
        data, chain = _read(path)
    except Damaged as error:
        return Verification(str(path), "not-a-journal", error.message)
    if reason := _not_a_journal(data):
        return Verification(str(path), "not-a-journal", f"{path} {reason}")
    damage = chain.damage
    judged = judge(chain.entries) if judge is not None and chain.entries else None
    if judged is not None and judged.misfit is not None:
        seq, why = judged.misfit
        damage = Damage(seq, chain.starts[seq], f"does not fit the run before it: {why}", "rules")
    return _verdict(path, chain, damage, judged, expect_head)


def _read(path: Path) -> tuple[bytes, Chain]:
    descriptor = file.open_regular(path, os.O_RDONLY)
    try:
        data, chain = _read_once(path, descriptor)
        if chain.torn:
            # It may be a write under way. Of a large file two would be too much.
            del data, chain
            time.sleep(_MOMENT_SECONDS)
            data, chain = _read_once(path, descriptor)
        return data, chain
    finally:
        os.close(descriptor)


def _read_once(path: Path, descriptor: int) -> tuple[bytes, Chain]:
    data = file.read_from(path, descriptor, 0)
    chain = Chain()
    if not _not_a_journal(data):
        chain.extend(data)
    return data, chain


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


def _verdict(
    path: Path, chain: Chain, damage: Damage | None, judged: Judged | None, expect_head: tuple[int, str] | None
) -> Verification:
    # Nothing from the damage on is to be believed.
    entries = chain.entries[: damage.seq] if damage else chain.entries
    last = len(entries) - 1
    unexpected = "" if expect_head is None else _unexpected(entries, *expect_head)
    problems = evidence.check(path, entries)
    close = next((entry.seq for entry in entries if isinstance(entry.event, RunClosed)), None)
    torn = None if damage else chain.torn
    incomplete = (
        f"incomplete entry after event {torn.after} ({torn.size} bytes): compare with the last receipt" if torn else ""
    )
    verdict: Verdict
    if damage:
        verdict, said = "damaged", [f"{damage} ({FOUND_BY[damage.layer]})", unexpected]
    elif unexpected or problems:
        count = f"{len(problems)} of the files kept as evidence {'is' if len(problems) == 1 else 'are'} not as kept"
        verdict, said = "altered", [unexpected, count if problems else "", incomplete]
    elif judged is not None and judged.found:
        verdict, said = "does-not-follow", [_not_following(judged.found), incomplete]
    elif torn:
        verdict, said = "torn", [incomplete]
    elif close is None:
        verdict, said = "open", ["the run is not closed: later events can't be ruled out"]
    else:
        verdict, said = "whole", [_closed_words(close, last)]
    return Verification(
        str(path),
        verdict,
        f"{verdict}: {'; '.join(filter(None, said))}",
        run=entries[0].event.run if entries and isinstance(entries[0].event, RunStarted) else "",
        events=max(last, 0),
        head=(entries[-1].seq, entries[-1].hash) if entries else None,
        closed=close is not None,
        damaged_event=damage.seq if damage else torn.after + 1 if torn else None,
        damaged_byte=damage.offset if damage else chain.size if torn else None,
        layer=damage.layer if damage else None,
        expected=None if expect_head is None else not unexpected,
        evidence=problems,
        rules=judged.rules if judged is not None and judged.rules else None,
        not_following=tuple(judged.found) if judged is not None else (),
        unjudged_from=judged.unjudged_from if judged is not None else None,
    )


def _not_following(found: Sequence[NotFollowing]) -> str:
    first = f"event {found[0].seq} ({found[0].kind})" if found[0].seq else "the header"
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first} does not follow from the run before it{more}"


def _closed_words(close: int, last: int) -> str:
    words = f"closed, and the {close} events that its close counts are there"
    if last == close:
        return f"{words}; later follow-up events can't be ruled out"
    return f"{words}, with {last - close} after it; later follow-up events can't be ruled out"


def _unexpected(entries: Sequence[Entry], seq: int, digest: str) -> str:
    """Say why the expected head is not there, or nothing if it is."""
    if seq >= len(entries):
        return f"event {seq} with the hash {digest} is not there: what verifies ends with event {len(entries) - 1}"
    if not entries[seq].hash.startswith(digest):
        return (
            f"event {seq} has the hash {entries[seq].hash[:12]}, not {digest}: it, or an event before it, was "
            "rewritten, or this is another log"
        )
    return ""
