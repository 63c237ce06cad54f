"""Findings on anchors: an authority's clock that says something else than the one that recorded its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...errors import UsageError
from ...plan.quantities import format_span
from .. import events as ev
from ..events import Entry
from ..state import Run
from ..subjects.observations import read_time
from .finding import AuditFinding, Kind, Severity, about

# A key that has to be touched, and an authority that is asked again, take their time.
_TAKES = timedelta(minutes=5)


def clocks(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each anchor of which the authority's clock and that of whoever recorded it are far apart."""
    for entry in entries:
        if not isinstance(entry.event, ev.HeadAnchored):
            continue
        try:
            stamped = read_time(entry.event.time)
        except UsageError:
            continue
        ahead = entry.stamp.at - stamped if stamped else timedelta(0)
        if abs(ahead) > _TAKES:
            way = "ahead of" if ahead > timedelta(0) else "behind"
            which = f"that of {entry.event.authority}, which stamped event {entry.event.head.partition(':')[0]}"
            text = f"The clock of {entry.stamp.by} was {format_span(abs(ahead))} {way} {which}"
            yield about(entry, Kind.CLOCK, Severity.WARNING, text)


FINDINGS = (clocks,)
