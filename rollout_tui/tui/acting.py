"""From the cursor to an intent: what an action is about here, and whether the run would take it now. Pure."""

from __future__ import annotations

from typing import Any

from ..errors import RolloutError
from ..people import Actor, same_person
from ..run.intents import BY_NAME, OUTCOMES, FieldKind
from ..run.moment import Moment
from ..run.stages import Item, ItemKind
from ..run.state import ItemState, Run, Status


def given(name: str, run: Run, item: Item | None) -> dict[str, Any]:
    """Give the fields of an action that follow from where the cursor stands."""
    return BY_NAME[name].given(run, item)


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
    return BY_NAME[name].typed_name(run, BY_NAME[name].subject(run, item))


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
    return same_person(state.mark.actor, actor)


def would_refuse(name: str, run: Run, item: Item | None, now: Moment, actor: Actor) -> RolloutError | None:
    """Give why the run would refuse the action on this item, whatever else is typed; None if it takes it."""
    return BY_NAME[name].why_not(run, BY_NAME[name].subject(run, item), now, actor)
