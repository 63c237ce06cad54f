"""Findings on how a run ended: that it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..events import Entry
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


FINDINGS = (open_end,)
