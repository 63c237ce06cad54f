"""Findings on the plan itself: what a redline changed under way, and what it voided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, title_of


def redlines(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each change of the plan under way, and what it voided."""
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PlanRedlined):
            titles = [title_of(run.sequence_at(entry.seq), item) for item in event.voided]
            text = f"{entry.stamp.by} redlined the plan: {_count(event.changes, 'change')}"
            text += f", which voided {_count(titles, 'item')}" if titles else ", which voided nothing"
            yield about(entry, Kind.REDLINE, Severity.WARNING, text + because(event.reason))


def _count(found: Sequence[str], what: str) -> str:
    return f"{len(found)} {what}{'s' if len(found) != 1 else ''} [{'; '.join(found)}]"


FINDINGS = (redlines,)
