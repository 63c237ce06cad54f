"""Decisions on what is sensed: readings of metrics, and rollback triggers."""

from __future__ import annotations

import math

from ...errors import Conflict, Refused, UsageError
from .. import events as ev
from .. import intents
from ..stages import Item, ItemKind, find
from ..state import Run
from .guards import need_reason, when


def measure(run: Run, intent: intents.Measure) -> ev.Event:
    metric = _metric(run, intent.metric)
    if not math.isfinite(intent.value):
        raise UsageError(f"{intent.value} is not a reading.", "Give a number; if it could not be read, use unread.")
    return ev.MetricMeasured(metric, float(intent.value), run.reading_stage, intent.note.strip())


def unread(run: Run, intent: intents.Unread) -> ev.Event:
    reason = need_reason(intent.reason, "A failed reading")
    return ev.MetricUnread(_metric(run, intent.metric), run.reading_stage, reason)


def fire(run: Run, intent: intents.Fire) -> ev.Event:
    trigger = _trigger(run, intent.trigger)
    if trigger.id in run.fired:
        raise Conflict(f"{trigger.title!r} was already fired, by {when(run.fired[trigger.id][0])}.")
    stage = run.sequence.stage(trigger.stage)
    if not run.is_started(stage):
        raise Refused(
            f"{trigger.title!r} belongs to {stage.title}, which is not started.", "Hold the run instead: hold."
        )
    return ev.TriggerFired(trigger.id, need_reason(intent.reason, "Firing a trigger"))


def clear(run: Run, intent: intents.Clear) -> ev.Event:
    trigger = _trigger(run, intent.trigger)
    if trigger.id not in run.fired:
        raise Conflict(f"{trigger.title!r} is not fired.", "There is nothing to clear.")
    return ev.TriggerCleared(trigger.id, need_reason(intent.reason, "Clearing a trigger"))


def _metric(run: Run, name: str) -> str:
    """Find a metric by its id, or by its row in any phase."""
    item = run.sequence.items.get(name)
    if item is not None and item.metric is not None:
        name = name.rpartition("/")[2]
    return find(name, list(run.sequence.metrics), "metric")


def _trigger(run: Run, name: str) -> Item:
    known = [item.id for item in run.sequence.items.values() if item.kind is ItemKind.TRIGGER]
    return run.sequence.items[find(name, known, "trigger")]
