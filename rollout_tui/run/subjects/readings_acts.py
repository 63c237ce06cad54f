"""Acts on readings: measure, or record that it failed."""

from __future__ import annotations

import math
from typing import assert_never

from ...errors import UsageError
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..run_rules import READING_RANGE
from ..stages import StageSequence, find
from ..state import Run
from .guards import need_reason
from .readings import Event, MetricMeasured, MetricUnread


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


Intent = Measure | Unread


def _check(run: Run, metric: str, now: Moment, actor: Actor) -> None:
    find_metric(run.sequence, metric)


ACTIONS = (
    Action("measure", "Measure", Measure, _check, FieldKind.METRIC, in_rollback=True, after_rollback=True),
    Action(
        "unread", "Record a failed reading", Unread, _check, FieldKind.METRIC, in_rollback=True, after_rollback=True
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    metric = find_metric(run.sequence, intent.metric)
    match intent:
        case Measure():
            if not math.isfinite(intent.value):
                hint = "Give a number; if it could not be read, use unread."
                raise UsageError(f"{intent.value} is not a reading.", hint)
            need_in_range(run, metric, intent.value)
            return MetricMeasured(metric, float(intent.value), run.reading_stage, intent.note.strip())
        case Unread():
            return MetricUnread(metric, run.reading_stage, need_reason(intent.reason, "A failed reading"))
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case MetricMeasured():
            return Measure(event.metric, event.value, event.note)
        case MetricUnread():
            return Unread(event.metric, event.reason)
        case _ as never:
            assert_never(never)


def need_in_range(run: Run, name: str, value: float) -> None:
    threshold = run.sequence.metrics[name].threshold
    least, most = threshold.range
    if run.started.rules >= READING_RANGE and not least <= value <= most:
        limits = f"from {least:g}" if math.isinf(most) else f"from {least:g} to {most:g}"
        hint = "If there was no data, record that it could not be read: unread."
        raise UsageError(f"{value:g} can't be a reading in {threshold.unit or 'this unit'}: it goes {limits}.", hint)


def find_metric(sequence: StageSequence, name: str) -> str:
    """Find a metric by its id, or by its row in any phase."""
    item = sequence.items.get(name)
    name = item.metric_id if item is not None and item.metric is not None else name
    return find(name, list(sequence.metrics), "metric")
