"""Readings of metrics: measured, or not to be read."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..builder import Builder
from ..observation import FAIL, PASS
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import Reading
from ..watching import see
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


Event = MetricMeasured | MetricUnread


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    metric, stage = run.metric(event.metric), run.stage(event.stage).id
    match event:
        case MetricMeasured():
            reading = Reading(event.value, metric.threshold.breached_by(event.value), mark, event.note)
            run.readings[stage, event.metric] = reading
            run.follow_reading(event.metric, reading)
            see(run, stage, event.metric, (mark.at, mark.at, FAIL if reading.breach else PASS), mark)
        case MetricUnread():
            before = run.readings.get((stage, event.metric))
            run.readings[stage, event.metric] = Reading(
                None, False, mark, event.reason, last=before.known if before is not None else None
            )
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
