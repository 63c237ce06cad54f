"""Acts on rollback triggers: fire, clear."""

from __future__ import annotations

from typing import assert_never

from ...errors import Conflict, Refused
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..rollback_clock import unsigned_steps
from ..stages import Item, ItemKind, find
from ..stamp import when_by
from ..state import Run
from .guards import need_reason
from .triggers import Event, TriggerCleared, TriggerFired


@dataclass(frozen=True)
class Fire:
    """Record that a rollback trigger has fired; it blocks until it is cleared."""

    trigger: str = ask(FieldKind.TRIGGER, "the trigger")
    reason: str = ask(FieldKind.TEXT, "what was seen")


@dataclass(frozen=True)
class Clear:
    """Clear a fired rollback trigger."""

    trigger: str = ask(FieldKind.TRIGGER, "the trigger")
    reason: str = ask(FieldKind.TEXT, "why it no longer counts")


Intent = Fire | Clear


def _fireable(run: Run, name: str) -> Item:
    trigger = _trigger(run, name)
    if trigger.id in run.fired:
        raise Conflict(f"{trigger.title!r} was already fired, by {when_by(run.fired[trigger.id][0])}.")
    stage = run.sequence.stage(trigger.stage)
    if not run.is_started(stage):
        raise Refused(
            f"{trigger.title!r} belongs to {stage.title}, which is not started.", "Hold the run instead: hold."
        )
    return trigger


def _clearable(run: Run, name: str) -> Item:
    trigger = _trigger(run, name)
    if trigger.id not in run.fired:
        raise Conflict(f"{trigger.title!r} is not fired.", "There is nothing to clear.")
    if run.rolling_back and unsigned_steps(run):
        raise Refused(
            "A rollback's trigger is cleared by what is seen after its last step, and some are unsigned.",
            "Sign them first; or finish the rollback and say what shows that it restored.",
        )
    return trigger


def _trigger(run: Run, name: str) -> Item:
    known = [item.id for item in run.sequence.items.values() if item.kind is ItemKind.TRIGGER]
    return run.sequence.items[find(name, known, "trigger")]


ACTIONS = (
    Action("fire", "Fire a trigger", Fire, lambda run, it, now, actor: _fireable(run, it), FieldKind.TRIGGER),
    Action(
        "clear",
        "Clear a trigger",
        Clear,
        lambda run, it, now, actor: _clearable(run, it),
        FieldKind.TRIGGER,
        in_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case Fire():
            return TriggerFired(_fireable(run, intent.trigger).id, need_reason(intent.reason, "Firing a trigger"))
        case Clear():
            return TriggerCleared(_clearable(run, intent.trigger).id, need_reason(intent.reason, "Clearing a trigger"))
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case TriggerFired():
            return Fire(event.trigger, event.reason)
        case TriggerCleared():
            return Clear(event.trigger, event.reason)
        case _ as never:
            assert_never(never)
