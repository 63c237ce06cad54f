"""Whether a log is whole and unaltered: its chain, its evidence, its signatures, its anchors, a head that was noted."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rollout_tui.errors import Damaged, UsageError
from rollout_tui.journal import evidence, file
from rollout_tui.journal.blocks import FORMAT_LINE
from rollout_tui.journal.chain import Chain, Damage
from rollout_tui.journal.verdicts import (
    FOUND_BY,
    AskAuthorities,
    AskSigners,
    Judge,
    Judged,
    NotFollowing,
    Verdict,
    Verification,
)
from rollout_tui.run.events import Entry, HeadAnchored, RunClosed, RunStarted, entry_named
from rollout_tui.text import safe

if TYPE_CHECKING:
    from rollout_tui.signing.anchors import Anchors
    from rollout_tui.signing.signatures import Signatures, Signed

_MOMENT_SECONDS = 0.05


def verify(
    path: Path,
    expect_head: tuple[int, str] | None = None,
    judge: Judge | None = None,
    signers: AskSigners | None = None,
    authorities: AskAuthorities | None = None,
) -> Verification:
    """Verify a log: its chain, its evidence, its signatures, its anchors, and if given what a run's rules say of it.

    The expected head, which someone noted, is an event's number and at least four digits of its hash. Without signers
    nobody says whose a signature is, without authorities nobody vouches for an anchor. RolloutError if a file can't be
    read.
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
    # Nothing from the damage on is to be believed.
    entries = chain.entries[: damage.seq] if damage else chain.entries
    signatures = _signatures(path, entries, chain.stranger, signers)
    anchors = _anchors(path, entries, authorities)
    return _verdict(path, chain, entries, damage, judged, signatures, anchors, expect_head)


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


def _signatures(
    path: Path, entries: Sequence[Entry], stranger: Entry | None, signers: AskSigners | None
) -> Signatures | None:
    """Verify who signed, where anybody did or is asked about; also the first entry that is of another history."""
    is_next = stranger is not None and stranger.signature and stranger.seq == len(entries)
    asked = [*entries, stranger] if stranger is not None and is_next else entries
    is_signed = any(each.signature or each.extras.meaning for each in asked)
    known = signers(path.parent, is_signed) if signers is not None else None
    if not asked or not (is_signed or known):
        return None
    from rollout_tui.signing.verify import check

    return check(asked, known)


def _anchors(path: Path, entries: Sequence[Entry], authorities: AskAuthorities | None) -> Anchors | None:
    """Verify what was stamped outside, where anything was or is asked about."""
    is_anchored = any(isinstance(each.event, HeadAnchored) for each in entries)
    ca = authorities(is_anchored) if authorities is not None else None
    if not entries or not (is_anchored or ca):
        return None
    from rollout_tui.signing.anchors import check

    return check(entries, partial(evidence.kept, path), ca)


def _verdict(
    path: Path,
    chain: Chain,
    entries: Sequence[Entry],
    damage: Damage | None,
    judged: Judged | None,
    signatures: Signatures | None,
    anchors: Anchors | None,
    expect_head: tuple[int, str] | None,
) -> Verification:
    last = len(entries) - 1
    unexpected = "" if expect_head is None else _unexpected(entries, *expect_head)
    problems = evidence.check(path, entries)
    close = next((entry.seq for entry in entries if isinstance(entry.event, RunClosed)), None)
    torn = None if damage else chain.torn
    incomplete = (
        f"incomplete entry after event {torn.after} ({torn.size} bytes): compare with the last receipt" if torn else ""
    )
    altered = signatures.altered if signatures else ()
    misanchored = anchors.altered_words if anchors else ""
    by_another = signatures.by_another if signatures else ()
    verdict: Verdict
    if damage:
        verdict, said = "damaged", [f"{damage} ({FOUND_BY[damage.layer]})", _signature_words(altered), unexpected]
    elif unexpected or problems or altered or misanchored:
        count = f"{len(problems)} of the files kept as evidence {'is' if len(problems) == 1 else 'are'} not as kept"
        found = [count if problems else "", _signature_words(altered), misanchored]
        verdict, said = "altered", [unexpected, *found, incomplete]
    elif judged is not None and judged.found:
        verdict, said = "does-not-follow", [_not_following(judged.found), _signature_words(by_another), incomplete]
    elif by_another:
        verdict, said = "wrong-signer", [_signature_words(by_another), incomplete]
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
        signatures=signatures,
        anchors=anchors,
    )


def _not_following(found: Sequence[NotFollowing]) -> str:
    first = f"event {found[0].seq} ({found[0].kind})" if found[0].seq else "the header"
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first} does not follow from the run before it{more}"


def _signature_words(found: Sequence[Signed]) -> str:
    if not found:
        return ""
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{entry_named(found[0].seq)} is {found[0].words}{more}"


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
