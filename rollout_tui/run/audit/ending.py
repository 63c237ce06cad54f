"""Findings on how a run ended: that it did not, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..deployed import parts, told
from ..events import Entry
from ..part import PartState
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about


def open_end(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """That the run is not closed."""
    if run.closed is None:
        last = entries[-1]
        where = "in the rollback" if run.rolling_back else f"at {run.stage.title}"
        text = f"The run is not closed: it stands {where}, {last.stamp.by} recorded last (#{last.seq})"
        severity = Severity.SERIOUS if run.rolling_back else Severity.WARNING
        yield about(last, Kind.NOT_CLOSED, severity, text)


def what_is_left(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What is deployed behind a run that did not complete, and of what nobody knows."""
    known = parts(run)
    left = any(part.state in {PartState.APPLIED, PartState.UNKNOWN} for part in known)
    if run.closed is not None and run.closed.outcome != "completed" and left:
        text = "; ".join(f"{part.title}: {told(run, part)}" for part in known)
        entry = entries[run.closed.mark.seq]
        yield about(entry, Kind.DEPLOYED, Severity.NOTE, f"{entry.stamp.by} closed the run with this deployed: {text}")
    for part in known:
        if part.state is PartState.UNKNOWN and not run.rolling_back:
            entry = entries[part.effect.mark.seq] if part.effect.mark else entries[0]
            text = f"Since {entry.stamp.by} (#{entry.seq}) nobody knows whether it is there: {part.title}"
            yield about(entry, Kind.NOT_KNOWN, Severity.WARNING, text)


FINDINGS = (open_end, what_is_left)
