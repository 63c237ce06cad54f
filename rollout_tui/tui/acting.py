"""From the cursor to an intent: what an action is about here, and whether the run would take it now. Pure."""

from __future__ import annotations

from typing import Any

from ..errors import RolloutError
from ..people import Actor, same_person
from ..run.decide import refusal
from ..run.gates import blockers, start_blockers
from ..run.intents import BY_NAME, OUTCOMES, FieldKind
from ..run.moment import Moment
from ..run.stages import Item, ItemKind, StageKind
from ..run.state import ItemState, Run, Status


def given(name: str, run: Run, item: Item | None) -> dict[str, Any]:
    """Give the fields of an action that follow from where the cursor stands."""
    found: dict[str, Any] = {}
    for ask in BY_NAME[name].fields:
        if ask.kind is FieldKind.ITEM and item is not None:
            found[ask.name] = item.id
        elif ask.kind is FieldKind.STAGE:
            found[ask.name] = _stage(name, run, item)
        elif ask.kind is FieldKind.METRIC and item is not None and item.metric is not None:
            found[ask.name] = item.id
    return found


def choices(kind: FieldKind, run: Run, item: Item | None) -> list[tuple[str, str]]:
    """Give what a field can be chosen from, as ids with the words for them; the likely one first."""
    match kind:
        case FieldKind.LATER_STAGE:
            first = max(run.position, run.sequence.index.get(item.stage, 0) + 1 if item else 0)
            return [(stage.id, f"the end of {stage.title}") for stage in run.sequence.stages[first:]]
        case FieldKind.TRIGGER:
            found = [each for each in run.sequence.items.values() if each.kind is ItemKind.TRIGGER]
            exposed = run.exposed.id if run.exposed else ""
            found.sort(key=lambda each: (each != item, each.id not in run.fired, each.stage != exposed))
            return [(each.id, f"{run.sequence.stage(each.stage).title}: {each.title}") for each in found]
        case FieldKind.METRIC:
            return [(name, metric.metric) for name, metric in run.sequence.metrics.items()]
        case FieldKind.OUTCOME:
            words = {
                "restored": "restored: what ran before is back",
                "failed": "failed: it could not be restored this way",
                "called-off": "called off: back to the phase, held",
            }
            return [(outcome, words[outcome]) for outcome in OUTCOMES]
        case _:
            return []


def needs_name(name: str, run: Run, item: Item | None) -> str:
    """Give the name that has to be typed before the action is done, or nothing: only what is dangerous asks for it."""
    step = item.step if item is not None and item.id not in run.in_place else None
    if name == "sign" and item is not None and step is not None and not step.reversible:
        return item.id.rpartition("/")[2]
    if name == "abort" and run.deployed:
        return run.name
    return ""


def last_resolved(run: Run, actor: Actor) -> Item | None:
    """Give the item that the operator signed, waived, deferred or started last, if that still stands."""
    newest = max(
        (
            (state.mark.seq, name)
            for name, state in run.items.items()
            if state.mark is not None and _is_by(state, actor)
        ),
        default=None,
    )
    return run.sequence.items[newest[1]] if newest is not None else None


def _is_by(state: ItemState, actor: Actor) -> bool:
    if state.mark is None or state.status in {Status.OPEN, Status.FAILED}:
        return False
    return same_person(state.mark.by, actor)


def would_refuse(name: str, run: Run, item: Item | None, now: Moment, actor: Actor) -> RolloutError | None:
    """Give why the run would refuse the action on this item, whatever its reason and texts were; None if it takes it.

    Blockers that can be overridden refuse nothing here: the action then asks for the override.
    """
    fields = given(name, run, item)
    for ask in BY_NAME[name].fields:
        if ask.name not in fields:
            value = _probe_value(name, ask.kind, run, item, now)
            if value is not None:
                fields[ask.name] = value
    missing = [ask for ask in BY_NAME[name].fields if ask.required and ask.name not in fields]
    if missing:
        return RolloutError(f"There is no {missing[0].kind} here to {name}.")
    if name == "close":
        fields |= _follow_up(run)
    return refusal(run, BY_NAME[name].intent(**fields), now, actor)


def _follow_up(run: Run) -> dict[str, str]:
    """A follow-up where cleanup is all that keeps the run from closing; none where the form does not ask for it."""
    owner, date, ticket = ("—", "2000-01-01", "—") if run.stage.kind is StageKind.CLEANUP else ("", "", "")
    return {"follow_up_owner": owner, "follow_up_date": date, "follow_up_ticket": ticket}


def _probe_value(name: str, kind: FieldKind, run: Run, item: Item | None, now: Moment) -> Any:
    """Give a value that a field could have: probing asks about the run, not about texts that are still to be typed."""
    match kind:
        case FieldKind.TEXT:
            return "—"
        case FieldKind.NUMBER:
            return 0.0
        case FieldKind.DURATION:
            return "1 h"
        case FieldKind.NAME:
            return needs_name(name, run, item)
        case FieldKind.BLOCKERS:
            found = start_blockers(run, now) if name == "start-phase" else blockers(run, now)
            return tuple(each.id for each in found)
        case FieldKind.SCENARIO:
            return next((way.id for way in run.sequence.rollback_paths), None)
        case FieldKind.ITEM | FieldKind.STAGE | FieldKind.FILE | FieldKind.LINE | FieldKind.DATE:
            return None
        case _:
            return next((choice for choice, _ in choices(kind, run, item)), None)


def _stage(name: str, run: Run, item: Item | None) -> str:
    if name == "start-phase" and item is not None and item.kind is ItemKind.START:
        return item.stage
    if name == "reduce" and run.exposed is not None:
        return run.exposed.id
    return run.stage.id
