"""Already recorded: whether just this was done before, by the same person and in the same words, and still stands.

A script that is run again asks for what it asked for before: that is done, and no conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from ..errors import UsageError
from ..people import Actor, same_person
from ..plan.quantities import Duration
from .action import FieldKind
from .consistency import STANDS_FOR
from .events import (
    Entry,
    Event,
    GateHeld,
    GatePromoted,
    GateReleased,
    MetricMeasured,
    PhaseStarted,
    RollbackStarted,
    RunClosed,
    RunStarted,
    SoakExtended,
    TriggerCleared,
    TriggerFired,
    Unknown,
)
from .intents import Intent
from .stages import StageSequence, find
from .state import Run
from .subjects.readings_acts import find_metric

# What is typed or attached to be allowed to, and says nothing of what was done.
_BESIDE = frozenset({FieldKind.NAME, FieldKind.FILE})


def already_recorded(entries: Sequence[Entry], run: Run, intent: Intent, actor: Actor) -> Entry | None:
    """Give the newest entry by which the actor recorded just this, if it stands; None if there is none."""
    asked = _in_full(intent, run.sequence)
    for entry in reversed(entries):
        stands_for = STANDS_FOR.get(type(entry.event))
        if stands_for is None or isinstance(entry.event, RunStarted | Unknown):
            continue
        if not same_person(entry.actor, actor, run.identity) or not _stands(run, entry.seq, entry.event):
            continue
        if _in_full(stands_for(entry.event, run), run.sequence) == asked:
            return entry
    return None


def _in_full(intent: Intent, sequence: StageSequence) -> tuple[type[Intent], dict[str, Any]]:
    """Give an intent with each name as the id that it stands for, so that two ways to write it are the same."""
    given = {
        each.name: _whole(each.metadata["kind"], getattr(intent, each.name), sequence)
        for each in fields(intent)
        if each.metadata["kind"] not in _BESIDE
    }
    return type(intent), given


def _whole(kind: FieldKind, value: Any, sequence: StageSequence) -> Any:
    try:
        match kind:
            case FieldKind.ITEM | FieldKind.TRIGGER if value:
                return sequence.find_item(value).id
            case FieldKind.STAGE | FieldKind.LATER_STAGE:
                return sequence.find_stage(value).id
            case FieldKind.METRIC:
                return find_metric(sequence, value)
            case FieldKind.SCENARIO:
                return find(value, [path.id for path in sequence.rollback_paths], "rollback scenario")
            case FieldKind.DURATION:
                return Duration.parse(value).value
            case FieldKind.BLOCKERS:
                return frozenset(value)
            case _:
                return value.strip() if isinstance(value, str) else value
    except (UsageError, ValueError):
        return value


def _stands(run: Run, seq: int, event: Event) -> bool:
    """Whether what an event recorded is still so."""
    match event:
        case GatePromoted(stage=stage):
            return stage in run.gates and run.gates[stage].mark.seq == seq
        case PhaseStarted(stage=stage):
            return stage in run.phases and run.phases[stage].started.seq == seq
        case SoakExtended(stage=stage):
            return stage in run.phases and run.phases[stage].started.seq < seq
        case MetricMeasured(stage=stage, metric=metric):
            reading = run.readings.get((stage, metric))
            return reading is not None and reading.mark.seq == seq
        case TriggerFired(trigger=trigger):
            return trigger in run.fired and run.fired[trigger][0].seq == seq
        case TriggerCleared(trigger=trigger):
            return trigger not in run.fired
        case GateHeld():
            return run.held is not None and run.held.mark.seq == seq
        case GateReleased():
            return run.held is None
        case RollbackStarted():
            return run.rollback is not None and any(each.mark.seq == seq for each in run.rollback.chosen)
        case RunClosed():
            return run.closed is not None and run.closed.mark.seq == seq
        case _:
            item = getattr(event, "item", "")
            state = run.state(item) if item in run.sequence.items else None
            return state is not None and seq in {mark.seq for mark in (state.mark, *state.approvals) if mark}
