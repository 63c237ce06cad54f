"""Findings on the log itself: interruptions, clocks that jumped, and times without a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from ...plan.quantities import format_span
from .. import events as ev
from ..events import Entry
from ..gates import soak_left
from ..moment import Moment
from ..point_in_time import PointInTime
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because

# A night between two days of work is none; on deploy day a rollback without a word is.
_SILENCE = timedelta(hours=12)
_SILENCE_IN_ROLLBACK = timedelta(minutes=15)

# What two machines' clocks may differ by.
_CLOCKS_DIFFER = timedelta(seconds=5)


def interruptions(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each incomplete entry that a crash left, and each entry of a later version."""
    for entry in entries:
        if isinstance(entry.event, ev.Recovered):
            what = f"an incomplete entry of {entry.event.bytes} bytes was cut off and kept in {entry.event.file}"
            text = f"{entry.stamp.by} recovered the log after an interruption: {what}"
            yield about(entry, Kind.RECOVERED, Severity.WARNING, text)
        elif isinstance(entry.event, ev.Unknown):
            text = f"{entry.stamp.by} recorded an entry of a later version, which this one can't judge: "
            yield about(entry, Kind.LATER_VERSION, Severity.SERIOUS, text + entry.event.kind)


def clock_steps(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each jump of a clock that somebody confirmed, and each entry whose time lies before that of the one before it."""
    for entry in entries:
        if isinstance(entry.event, ev.ClockConfirmed):
            jump = format_span(timedelta(seconds=abs(entry.event.seconds)))
            way = "ahead" if entry.event.seconds > 0 else "back"
            text = f"The clock jumped {jump} {way}; {entry.stamp.by} confirmed the time{because(entry.event.reason)}"
            yield about(entry, Kind.CLOCK, Severity.WARNING, text)
    for before, entry in pairwise(entries):
        back = before.stamp.at - entry.stamp.at
        if back > _CLOCKS_DIFFER:
            which = f"{entry.stamp.by}'s #{entry.seq} says {format_span(back)} earlier than {before.stamp.by}'s"
            yield about(entry, Kind.CLOCK, Severity.WARNING, f"The times go back: {which} #{before.seq} before it")


def silences(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Times without a record: 12 h beyond what is left of a soak, or 15 min in a rollback."""
    past = PointInTime(entries)
    for before, entry in pairwise(entries):
        gap = entry.stamp.at - before.stamp.at
        if gap <= _SILENCE_IN_ROLLBACK:
            continue
        then = past.before(entry.seq)
        if then.closed is not None:
            return
        soak = _soak_ahead(then, before)
        if gap > (_SILENCE_IN_ROLLBACK if then.rolling_back else _SILENCE + soak):
            where = "in the rollback" if then.rolling_back else f"in {then.stage.title}"
            beyond = f", {format_span(gap - soak)} of it beyond the soak" if soak else ""
            ended = f"{before.stamp.by} was the last (#{before.seq}), {entry.stamp.by} went on (#{entry.seq})"
            text = f"Nothing was recorded for {format_span(gap)} {where}{beyond}: {ended}"
            severity = Severity.WARNING if then.rolling_back else Severity.NOTE
            yield about(entry, Kind.SILENCE, severity, text)


def _soak_ahead(run: Run, since: Entry) -> timedelta:
    if run.rolling_back or run.stage.id not in run.phases:
        return timedelta(0)
    return soak_left(run, run.stage, Moment(since.stamp.at))


FINDINGS = (
    interruptions,
    clock_steps,
    silences,
)
