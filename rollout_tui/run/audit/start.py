"""Findings on how a run began: as an emergency, or after one that left something in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..events import Entry
from ..previous_attempt import strays
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because


def emergency(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """That the run was an emergency, in which one person may go on alone."""
    if run.emergency:
        reason = because(run.started.reason)
        text = f"{run.stamp.by} started an emergency run, in which one person may go on alone{reason}"
        yield about(entries[0], Kind.EMERGENCY, Severity.SERIOUS, text)


def left_before(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What an earlier run left in place, and this one's plan does not know."""
    for step, seq in strays(run):
        where = f"event {seq} of {run.started.after}"
        text = f"The migration step {step} is in place ({where}) and no step of this plan: nothing here asks for it"
        yield about(entries[0], Kind.LEFT_BEFORE, Severity.WARNING, text)


FINDINGS = (
    emergency,
    left_before,
)
