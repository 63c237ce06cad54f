"""The act that says why, after a rollback or a hold began."""

from __future__ import annotations

from ...errors import Refused
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..reasons import may_follow
from ..state import Run
from .guards import need_reason
from .reasons import Event, ReasonGiven


@dataclass(frozen=True)
class GiveReason:
    """Say what happened, after a rollback or a hold began; it is due before they end."""

    reason: str = ask(FieldKind.TEXT, "what happened")


Intent = GiveReason


def _check(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if not may_follow(run):
        raise Refused("This run asked for its reasons at once: none is due.", "Add a note: note.")
    if not run.rolling_back and run.held is None:
        raise Refused("Neither a rollback nor a hold is under way: no reason is due.", "Add a note: note.")


_SINCE = "wrong since, HH:MM UTC, if known"

ACTIONS = (Action("give-reason", "Say what happened", GiveReason, _check, happened=_SINCE, in_rollback=True),)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    _check(run, "", now, actor)
    return ReasonGiven(need_reason(intent.reason, "What happened"))


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    return GiveReason(event.reason)
