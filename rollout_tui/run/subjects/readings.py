"""Readings of metrics: measured, or not to be read."""

from __future__ import annotations

import math
from typing import ClassVar, assert_never

from ...errors import UsageError
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..builder import Builder
from ..moment import Moment
from ..stages import StageSequence, find
from ..stamp import Mark, Stamp
from ..state import Reading, Run
from .guards import need_reason
from .phrases import why


@dataclass(frozen=True)
class MetricMeasured:
    """A reading of a metric, in its threshold's unit, taken in `stage`."""

    kind: ClassVar[str] = "metric_measured"
    metric: str
    value: float
    stage: str
    note: str = ""


@dataclass(frozen=True)
class MetricUnread:
    """A metric that could not be measured: unknown, which blocks."""

    kind: ClassVar[str] = "metric_unread"
    metric: str
    stage: str
    reason: str


@dataclass(frozen=True)
class Measure:
    """Record a metric's reading; fine or breach follows from its threshold."""

    metric: str = ask(FieldKind.METRIC, "the metric")
    value: float = ask(FieldKind.NUMBER, "the reading, in the threshold's unit")
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Unread:
    """Record that a metric could not be read: unknown, which blocks."""

    metric: str = ask(FieldKind.METRIC, "the metric")
    reason: str = ask(FieldKind.TEXT, "why it could not be read")


Event = MetricMeasured | MetricUnread
Intent = Measure | Unread


def _check(run: Run, metric: str, now: Moment, actor: Actor) -> None:
    _metric(run, metric)


ACTIONS = (
    Action("measure", "Measure", Measure, _check, FieldKind.METRIC, in_rollback=True, after_rollback=True),
    Action(
        "unread", "Record a failed reading", Unread, _check, FieldKind.METRIC, in_rollback=True, after_rollback=True
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    metric = _metric(run, intent.metric)
    match intent:
        case Measure():
            if not math.isfinite(intent.value):
                hint = "Give a number; if it could not be read, use unread."
                raise UsageError(f"{intent.value} is not a reading.", hint)
            return MetricMeasured(metric, float(intent.value), run.reading_stage, intent.note.strip())
        case Unread():
            return MetricUnread(metric, run.reading_stage, need_reason(intent.reason, "A failed reading"))
        case _ as never:
            assert_never(never)


def _metric(run: Run, name: str) -> str:
    """Find a metric by its id, or by its row in any phase."""
    item = run.sequence.items.get(name)
    name = item.metric_id if item is not None and item.metric is not None else name
    return find(name, list(run.sequence.metrics), "metric")


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    metric, stage = run.metric(event.metric), run.stage(event.stage).id
    match event:
        case MetricMeasured():
            breach = metric.threshold.breached_by(event.value)
            run.readings[stage, event.metric] = Reading(event.value, breach, mark, event.note)
            run.follow_health(mark, event.metric, breach)
        case MetricUnread():
            run.readings[stage, event.metric] = Reading(None, False, mark, event.reason)
        case _ as never:
            assert_never(never)


def words(event: Event, sequence: StageSequence) -> str:
    metric = sequence.metrics.get(event.metric)
    title = metric.metric if metric else event.metric
    match event:
        case MetricMeasured() if metric is None:
            return f"measured {title}: {event.value:g}{why(event.note)}"
        case MetricMeasured():
            assert metric is not None
            reading = f"{event.value:g} {metric.threshold.unit}".rstrip()
            breach = f"in breach of {metric.threshold}" if metric.threshold.breached_by(event.value) else "fine"
            return f"measured {title}: {reading}, {breach}{why(event.note)}"
        case MetricUnread():
            return f"could not read: {title}{why(event.reason)}"
        case _ as never:
            assert_never(never)
