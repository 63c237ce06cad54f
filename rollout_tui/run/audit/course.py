"""Findings on a run's course: readings, triggers, the rollback, silences, the clock, interruptions and the end."""

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
from ..previous_attempt import strays
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, stage_of, title_of

# A night between two days of work is none; on deploy day a rollback without a word is.
_SILENCE = timedelta(hours=12)
_SILENCE_IN_ROLLBACK = timedelta(minutes=15)

# What two machines' clocks may differ by.
_CLOCKS_DIFFER = timedelta(seconds=5)


def breaches(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that a metric went into breach, until its next fine reading."""
    going: dict[str, list[Entry]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PlanRedlined):
            for metric in [each for each, found in going.items() if not _is_breach(run, found[-1], entry.seq + 1)]:
                yield _breach(run, going.pop(metric), entry)
            continue
        if not isinstance(event, ev.MetricMeasured):
            continue
        if _is_breach(run, entry, entry.seq):
            going.setdefault(event.metric, []).append(entry)
        elif event.metric in going:
            yield _breach(run, going.pop(event.metric), entry)
    for found in going.values():
        yield _breach(run, found, None)


def _is_breach(run: Run, entry: Entry, seq: int) -> bool:
    """Whether a reading is in breach of the threshold that the plan had when the event `seq` was decided."""
    assert isinstance(entry.event, ev.MetricMeasured)
    metric = run.sequence_at(seq).metrics.get(entry.event.metric)
    return metric is not None and metric.threshold.breached_by(entry.event.value)


def _breach(run: Run, found: list[Entry], fine: Entry | None) -> AuditFinding:
    first = found[0]
    event = first.event
    assert isinstance(event, ev.MetricMeasured)
    metric = run.sequence_at(first.seq).metrics[event.metric]
    value = f"{event.value:g} {metric.threshold.unit}".rstrip()
    stage = stage_of(run.sequence_at(first.seq), event.stage)
    text = f"{metric.metric} was in breach of {metric.threshold} in {stage}: {value}, read by {first.stamp.by}"
    if len(found) > 1:
        text += f", and {len(found) - 1} more"
    end = "fine by a redline of the plan" if fine and isinstance(fine.event, ev.PlanRedlined) else "fine again"
    text += f"; {end} {_later(first, fine)}" if fine else "; never read fine again"
    return about(first, Kind.BREACH, Severity.WARNING if fine else Severity.SERIOUS, text)


def triggers(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    fired: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, ev.TriggerFired):
            fired[entry.event.trigger] = entry
        elif isinstance(entry.event, ev.TriggerCleared) and entry.event.trigger in fired:
            first = fired.pop(entry.event.trigger)
            cleared = f"; cleared by {entry.stamp.by} {_later(first, entry)}{because(entry.event.reason)}"
            yield about(first, Kind.TRIGGER, Severity.WARNING, _fired(run, first) + cleared)
    for first in fired.values():
        yield about(first, Kind.TRIGGER, Severity.SERIOUS, f"{_fired(run, first)}; never cleared")


def _fired(run: Run, entry: Entry) -> str:
    assert isinstance(entry.event, ev.TriggerFired)
    title = title_of(run.sequence_at(entry.seq), entry.event.trigger)
    return f"{entry.stamp.by} saw a rollback trigger fire, {title}{because(entry.event.reason)}"


def rollbacks(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.RollbackFinished) and event.took_seconds > event.target_seconds:
            took, target = timedelta(seconds=event.took_seconds), timedelta(seconds=event.target_seconds)
            over = f"{format_span(took)}, {format_span(took - target)} over its target of {format_span(target)}"
            how = f"{event.outcome.replace('-', ' ')}, finished by {entry.stamp.by}"
            text = f"The rollback took {over} ({how}){because(event.reason)}"
            yield about(entry, Kind.ROLLBACK_OVER_TARGET, Severity.SERIOUS, text)


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


def clock_steps(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
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


def interruptions(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    for entry in entries:
        if isinstance(entry.event, ev.Recovered):
            what = f"an incomplete entry of {entry.event.bytes} bytes was cut off and kept in {entry.event.file}"
            text = f"{entry.stamp.by} recovered the log after an interruption: {what}"
            yield about(entry, Kind.RECOVERED, Severity.WARNING, text)
        elif isinstance(entry.event, ev.Unknown):
            text = f"{entry.stamp.by} recorded an entry of a later version, which this one can't judge: "
            yield about(entry, Kind.LATER_VERSION, Severity.SERIOUS, text + entry.event.kind)


def handovers(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that somebody took the lead whom nobody had offered it to."""
    past = PointInTime(entries)
    for entry in entries:
        if isinstance(entry.event, ev.HandedOver):
            offer = past.before(entry.seq).offer
            if offer is None or not offer.is_for(entry.stamp.by):
                text = f"{entry.stamp.by} took the lead over from {entry.event.before}, who had not offered it to them"
                yield about(entry, Kind.HANDOVER, Severity.NOTE, text + because(entry.event.reason))


def left_before(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What an earlier run left in place, and this one's plan does not know."""
    for step, seq in strays(run):
        where = f"event {seq} of {run.started.after}"
        text = f"The migration step {step} is in place ({where}) and no step of this plan: nothing here asks for it"
        yield about(entries[0], Kind.LEFT_BEFORE, Severity.WARNING, text)


def emergency(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    if run.emergency:
        reason = because(run.started.reason)
        text = f"{run.stamp.by} started an emergency run, in which one person may go on alone{reason}"
        yield about(entries[0], Kind.EMERGENCY, Severity.SERIOUS, text)


def open_end(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    if run.closed is None:
        last = entries[-1]
        where = "in the rollback" if run.rolling_back else f"at {run.stage.title}"
        text = f"The run is not closed: it stands {where}, {last.stamp.by} recorded last (#{last.seq})"
        severity = Severity.SERIOUS if run.rolling_back else Severity.WARNING
        yield about(last, Kind.NOT_CLOSED, severity, text)


def _later(first: Entry, then: Entry) -> str:
    return f"{format_span(then.stamp.at - first.stamp.at)} later (#{then.seq})"
