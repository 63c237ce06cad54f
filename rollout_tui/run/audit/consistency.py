"""Findings on what follows: entries that the run before them did not allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..consistency import judge
from ..events import Entry
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about


def does_not_follow(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each entry that the run before it would have refused, or recorded otherwise."""
    for each in judge(entries).found:
        entry = entries[each.seq]
        text = f"It does not follow from the run before it that {entry.stamp.by} {each.recorded}: {each.allowed}"
        yield about(entry, Kind.DOES_NOT_FOLLOW, Severity.SERIOUS, text)


FINDINGS = (does_not_follow,)
