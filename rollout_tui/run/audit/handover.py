"""Findings on the lead: who took it without being offered it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..point_in_time import PointInTime
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because


def handovers(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that somebody took the lead whom nobody had offered it to."""
    past = PointInTime(entries)
    for entry in entries:
        if isinstance(entry.event, ev.HandedOver) and not past.before(entry.seq).is_offered_to(entry.stamp.by):
            text = f"{entry.stamp.by} took the lead over from {entry.event.before}, who had not offered it to them"
            yield about(entry, Kind.HANDOVER, Severity.NOTE, text + because(entry.event.reason))


FINDINGS = (handovers,)
