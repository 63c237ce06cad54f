"""Findings on signatures: what is recorded in the name of somebody who signs, and not signed by their key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...people import same_name
from .. import events as ev
from ..events import Entry, numbers
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about

# No person says these.
_OF_NOBODY = (ev.Observed, ev.Recovered)
_NAMED = 6


def unsigned(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Of each person who signs, the entries behind their first signed one that nobody signed."""
    signed: list[Entry] = []
    missing: dict[int, list[Entry]] = {}
    for entry in entries:
        first = next((each for each in signed if same_name(each.actor, entry.actor)), None)
        if first is not None:
            if not entry.signature and not isinstance(entry.event, _OF_NOBODY):
                missing.setdefault(first.seq, []).append(entry)
        elif entry.signature:
            signed.append(entry)
    for found in missing.values():
        named = numbers([each.seq for each in found], _NAMED)
        what = f"{named} {'is' if len(found) == 1 else 'are'} in {found[0].stamp.by}'s name and not signed"
        text = f"{what}, though {found[0].stamp.by} signs: whoever could write the log could write that"
        yield about(found[0], Kind.SIGNATURE, Severity.WARNING, text)


def taken_off(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each entry that says as what its author signed it, and carries no signature."""
    for entry in entries:
        if entry.extras.meaning and not entry.signature:
            text = f"{entry.stamp.by}'s #{entry.seq} is recorded as signed ({entry.extras.meaning}), and is not: "
            yield about(entry, Kind.UNSIGNED, Severity.SERIOUS, f"{text}its signature was taken off, or never there")


FINDINGS = (unsigned, taken_off)
