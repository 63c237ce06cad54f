"""An entry in words, as timelines, reports and the command line tell it. What a plan or a person wrote is untouched."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from ..plan.quantities import format_span
from . import events as ev
from .events import Entry
from .stages import StageSequence

_WAS = {"signed": "sign-off", "waived": "waiver", "deferred": "deferral", "in-place": "earlier sign-off"}


def short_head(entry: Entry) -> str:
    """Give an entry's number and the first digits of its hash: what `verify --expect-head` takes."""
    return f"#{entry.seq} {entry.hash[:8]}"


def describe(entry: Entry, sequence: StageSequence) -> str:
    """Say what an entry records, without who and when; an earlier claimed time is added, since no column shows it."""
    words = _words(entry.event, sequence)
    happened = entry.stamp.happened
    return f"{words} (happened {happened:%Y-%m-%d %H:%M} UTC)" if happened else words


def _words(event: ev.Event, sequence: StageSequence) -> str:
    match event:
        case ev.RunStarted():
            return _started(event)
        case ev.ItemSigned():
            kept = f" [evidence: {event.evidence_name}]" if event.evidence else ""
            return f"signed: {_item(sequence, event.item)}{_why(event.note)}{kept}"
        case ev.ItemFailed():
            return f"failed: {_item(sequence, event.item)}{_why(event.reason)}"
        case ev.ItemRevoked():
            was = _WAS.get(event.was, event.was)
            return f"revoked the {was} of: {_item(sequence, event.item)}{_why(event.reason)}"
        case ev.ItemWaived():
            return f"waived: {_item(sequence, event.item)}{_why(event.reason)}"
        case ev.ItemDeferred():
            return f"deferred to {_stage(sequence, event.to)}: {_item(sequence, event.item)}{_why(event.reason)}"
        case ev.NoteAdded():
            return f"note on {_item(sequence, event.item)}: {event.text}" if event.item else f"note: {event.text}"
        case ev.MetricMeasured():
            return _measured(event, sequence)
        case ev.MetricUnread():
            return f"could not read: {_metric(sequence, event.metric)}{_why(event.reason)}"
        case ev.TriggerFired():
            return f"trigger fired: {_item(sequence, event.trigger)}{_why(event.reason)}"
        case ev.TriggerCleared():
            return f"trigger cleared: {_item(sequence, event.trigger)}{_why(event.reason)}"
        case ev.PhaseStarted():
            return f"started {_stage(sequence, event.stage)}{_past(event.overrides)}{_why(event.reason)}"
        case ev.SoakExtended():
            by = format_span(timedelta(seconds=event.seconds))
            return f"extended the soak of {_stage(sequence, event.stage)} by {by}{_why(event.reason)}"
        case ev.GatePromoted():
            is_go = event.stage == sequence.stages[0].id
            what = "go" if is_go else f"promoted {_stage(sequence, event.stage)}"
            return f"{what}{_past(event.overrides)}{_why(event.reason)}{_why(event.note)}"
        case ev.PhaseReduced():
            before = _stage(sequence, event.to)
            return f"reduced from {_stage(sequence, event.stage)} to {before}{_why(event.reason)}"
        case ev.GateHeld():
            return f"held{_why(event.reason)}"
        case ev.GateReleased():
            return f"released the hold{_why(event.reason)}"
        case ev.ClockConfirmed():
            jump = format_span(timedelta(seconds=abs(event.seconds)))
            ahead = "ahead" if event.seconds > 0 else "back"
            return f"confirmed the time after a jump of {jump} {ahead}{_why(event.reason)}"
        case ev.HandoverOffered():
            return f"offered the lead to {event.to or 'whoever takes it'}{_why(event.note)}"
        case ev.HandedOver():
            return f"took the lead over from {event.before}{_why(event.reason)}"
        case ev.PlanRedlined():
            return _redlined(event, sequence)
        case ev.RollbackStarted():
            return f"began rolling back: {_scenario(sequence, event.scenario)}{_why(event.reason)}"
        case ev.RollbackStepSigned():
            return f"signed: {_item(sequence, event.item)}{_why(event.note)}"
        case ev.RollbackFinished():
            return _finished(event)
        case ev.RunClosed():
            return _closed(event)
        case ev.Recovered():
            return f"recovered: an incomplete entry of {event.bytes} bytes was cut off and kept in {event.file}"
        case ev.Unknown():
            return f"an entry of a later version: {event.kind}"
        case _ as never:
            assert_never(never)


def _started(event: ev.RunStarted) -> str:
    marks = [name for name, on in (("rehearsal", event.rehearsal), ("emergency", event.emergency)) if on]
    past = f" past {', '.join(event.overrides)}" if event.overrides else ""
    after = f", second attempt after {event.after}" if event.after else ""
    kind = f" ({', '.join(marks)})" if marks else ""
    return f"started {event.service} {event.release}{kind}{past}{after}{_why(event.reason)}"


def _measured(event: ev.MetricMeasured, sequence: StageSequence) -> str:
    metric = sequence.metrics.get(event.metric)
    value = f"{event.value:g}"
    if metric is None:
        return f"measured {event.metric}: {value}{_why(event.note)}"
    reading = f"{value} {metric.threshold.unit}".rstrip()
    breach = f"in breach of {metric.threshold}" if metric.threshold.breached_by(event.value) else "fine"
    return f"measured {metric.metric}: {reading}, {breach}{_why(event.note)}"


def _redlined(event: ev.PlanRedlined, sequence: StageSequence) -> str:
    voided = f"; voided: {', '.join(_item(sequence, each) for each in event.voided)}" if event.voided else ""
    return f"redlined the plan: {'; '.join(event.changes)}{_why(event.reason)}{voided}"


def _finished(event: ev.RollbackFinished) -> str:
    took, target = (format_span(timedelta(seconds=each)) for each in (event.took_seconds, event.target_seconds))
    over = "over its target" if event.took_seconds > event.target_seconds else "target"
    unsigned = f", {_count(len(event.unsigned), 'step')} unsigned" if event.unsigned else ""
    return f"rollback {event.outcome.replace('-', ' ')} after {took} ({over} {target}){unsigned}{_why(event.reason)}"


def _closed(event: ev.RunClosed) -> str:
    left = f"; left in place: {', '.join(event.left)}" if event.left else ""
    owner, date, ticket = event.follow_up_owner, event.follow_up_date, event.follow_up_ticket
    follow_up = f"; cleanup outstanding: {owner} by {date} ({ticket})" if owner else ""
    return f"closed as {event.outcome.replace('-', ' ')}{_why(event.note)}{left}{follow_up}"


def _item(sequence: StageSequence, name: str) -> str:
    item = sequence.items.get(name)
    return item.title if item else name


def _stage(sequence: StageSequence, name: str) -> str:
    return sequence.stage(name).title if name in sequence.index else name


def _metric(sequence: StageSequence, name: str) -> str:
    metric = sequence.metrics.get(name)
    return metric.metric if metric else name


def _scenario(sequence: StageSequence, name: str) -> str:
    return next((way.scenario.scenario for way in sequence.ways_back if way.id == name), name)


def _past(overrides: tuple[str, ...]) -> str:
    return f" past {_count(len(overrides), 'blocker')}" if overrides else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def _why(text: str) -> str:
    return f" — {text}" if text else ""
