"""Act on parts: say what is there of one that nobody knows."""

from __future__ import annotations

from typing import get_args

from ...errors import Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ...plan.ids import FLAG
from ..action import Action, FieldKind, ask
from ..deployed import parts
from ..moment import Moment
from ..part import Found, Part, PartState
from ..stages import find
from ..state import Run
from .guards import need_reason
from .parts import Event, StateFound

FOUND: tuple[Found, ...] = get_args(Found)


@dataclass(frozen=True)
class FindState:
    """Say what is there of a step or flag of which nobody knows."""

    part: str = ask(FieldKind.PART, "the step, or flag: and the flag's name")
    state: Found = ask(FieldKind.PART_STATE, "what it is")
    note: str = ask(FieldKind.TEXT, "how you know")


Intent = FindState


def unknown_parts(run: Run) -> tuple[Part, ...]:
    return tuple(part for part in parts(run) if part.state is PartState.UNKNOWN)


def find_part(name: str, among: tuple[Part, ...]) -> Part:
    """Find a part by its id, or by what that begins or ends with; UsageError with the nearest if there is none."""
    known = {part.id: part for part in among}
    flag = FLAG + name.removeprefix(FLAG).replace("_", "-").casefold()
    return known.get(flag) or known[find(name, list(known), "step or flag to tell of")]


def _unknown(run: Run) -> tuple[Part, ...]:
    among = unknown_parts(run)
    if not among:
        raise Refused("Of every step and flag it is known whether it is there.", "A sign-off that is wrong is revoked.")
    return among


ACTIONS = (
    Action(
        "found",
        "Say what is there",
        FindState,
        lambda run, subject, now, actor: _unknown(run),
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    return StateFound(
        find_part(intent.part, _unknown(run)).id,
        read_state(intent.state),
        need_reason(intent.note, "Saying what is there"),
    )


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    return FindState(event.part, event.state, event.note)


def read_state(text: str) -> Found:
    state = next((each for each in FOUND if each == text.strip().casefold()), None)
    if state is None:
        raise UsageError(f"{text!r} is not what a step or flag can be.", f"It is one of {', '.join(FOUND)}.")
    return state
