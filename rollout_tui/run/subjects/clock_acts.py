"""Act on the clock: confirm the time."""

from __future__ import annotations

from datetime import timedelta

from ...errors import Conflict
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..clock_steps import clock_jump
from ..moment import Moment
from ..state import Run
from .clock import ClockConfirmed, Event
from .guards import need_reason


@dataclass(frozen=True)
class ConfirmClock:
    """Confirm the time after the clock jumped; no gate opens before."""

    reason: str = ask(FieldKind.TEXT, "how the time was checked")


Intent = ConfirmClock


def _check(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    _jump(run, now)


def _jump(run: Run, now: Moment) -> timedelta:
    jump = clock_jump(run, now)
    if not jump:
        raise Conflict("The clock did not jump.", "There is nothing to confirm.")
    return jump


ACTIONS = (Action("confirm-clock", "Confirm the time", ConfirmClock, _check),)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    return ClockConfirmed(round(_jump(run, now).total_seconds(), 3), need_reason(intent.reason, "Confirming the time"))


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    return ConfirmClock(event.reason)
