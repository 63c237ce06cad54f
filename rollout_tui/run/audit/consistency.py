"""Findings on what follows: entries that the run before them did not allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..consistency import judge
from ..events import Entry
from ..run_rules import RULES
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about


def does_not_follow(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each entry that the run before it would have refused, or recorded otherwise."""
    for each in judge(entries).found:
        entry = entries[each.seq]
        text = f"It does not follow from the run before it that {entry.stamp.by} {each.recorded}: {each.allowed}"
        yield about(entry, Kind.DOES_NOT_FOLLOW, Severity.SERIOUS, text)


def todays_rules(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What follows by the rules that the run began with, and would not by those of today: one finding for all of it."""
    if run.started.rules >= RULES:
        return
    own = {each.seq for each in judge(entries).found}
    found = [each for each in judge(entries, RULES).found if each.seq not in own]
    if found:
        listed = "; ".join(f"#{each.seq} {each.recorded}: {each.allowed}" for each in found)
        count = "an entry" if len(found) == 1 else f"{len(found)} entries"
        text = f"By today's rules (number {RULES}), which are not this run's, {count} would not follow: {listed}"
        yield about(entries[found[0].seq], Kind.TODAYS_RULES, Severity.NOTE, text)


FINDINGS = (does_not_follow, todays_rules)
