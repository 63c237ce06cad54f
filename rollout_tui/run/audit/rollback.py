"""Findings on rollbacks: those that took longer than their target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...plan.quantities import format_span
from .. import events as ev
from ..events import Entry
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because


def rollbacks(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each rollback that took longer than its target."""
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.RollbackFinished) and event.took_seconds > event.target_seconds:
            took, target = timedelta(seconds=event.took_seconds), timedelta(seconds=event.target_seconds)
            over = f"{format_span(took)}, {format_span(took - target)} over its target of {format_span(target)}"
            how = f"{event.outcome.replace('-', ' ')}, finished by {entry.stamp.by}"
            text = f"The rollback took {over} ({how}){because(event.reason)}"
            yield about(entry, Kind.ROLLBACK_OVER_TARGET, Severity.SERIOUS, text)


FINDINGS = (rollbacks,)
