"""Act on the clock: confirm the time."""

from __future__ import annotations

from ...errors import Conflict
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
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
    if not now.jump:
        raise Conflict("The clock did not jump in this session.", "There is nothing to confirm.")


ACTIONS = (Action("confirm-clock", "Confirm the time", ConfirmClock, _check),)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    _check(run, "", now, actor)
    return ClockConfirmed(round(now.jump.total_seconds(), 3), need_reason(intent.reason, "Confirming the time"))
