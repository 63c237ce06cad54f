"""The clock: confirmed by a person after it jumped."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from ...errors import Conflict
from ...frozen import dataclass
from ...people import Actor
from ...plan.quantities import format_span
from ..action import Action, FieldKind, ask
from ..builder import Builder
from ..moment import Moment
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import Run
from .guards import need_reason
from .phrases import why


@dataclass(frozen=True)
class ClockConfirmed:
    """A person confirmed the time after the wall clock jumped by `seconds` against the monotonic one."""

    kind: ClassVar[str] = "clock_confirmed"
    seconds: float
    reason: str


@dataclass(frozen=True)
class ConfirmClock:
    """Confirm the time after the clock jumped; no gate opens before."""

    reason: str = ask(FieldKind.TEXT, "how the time was checked")


Event = ClockConfirmed
Intent = ConfirmClock


def _check(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if not now.jump:
        raise Conflict("The clock did not jump in this session.", "There is nothing to confirm.")


ACTIONS = (Action("confirm-clock", "Confirm the time", ConfirmClock, _check),)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    _check(run, "", now, actor)
    return ClockConfirmed(round(now.jump.total_seconds(), 3), need_reason(intent.reason, "Confirming the time"))


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    """Change nothing: what the clock of a session says is the session's."""


def words(event: Event, sequence: StageSequence) -> str:
    jump = format_span(timedelta(seconds=abs(event.seconds)))
    ahead = "ahead" if event.seconds > 0 else "back"
    return f"confirmed the time after a jump of {jump} {ahead}{why(event.reason)}"
