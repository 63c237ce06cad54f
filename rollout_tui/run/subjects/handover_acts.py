"""Acts on the lead: hand over, take over."""

from __future__ import annotations

from typing import assert_never

from ...errors import Conflict, Refused
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..state import Run
from .guards import need_reason
from .handover import Event, HandedOver, HandoverOffered


@dataclass(frozen=True)
class HandOver:
    """Offer the lead of the run to somebody, or to whoever takes it."""

    to: str = ask(FieldKind.LINE, "to whom; nobody named: whoever takes it", "")
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class TakeOver:
    """Take the lead of the run over, after what is open was read back."""

    reason: str = ask(FieldKind.TEXT, "why, where nobody offered it to you", "")


Intent = HandOver | TakeOver


def _check_hand_over(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if not run.is_led_by(actor):
        raise Refused(f"{run.lead} leads this run: you have no lead to hand over.", "Take it over first: take-over.")


def _check_take_over(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if run.is_led_by(actor):
        since = f" since {run.took_over.at:%H:%M} UTC (#{run.took_over.seq})" if run.took_over else ""
        raise Conflict(f"You lead this run already{since}.", "Nothing more is needed.")


def _read_back(run: Run, now: Moment) -> tuple[str, ...]:
    # Every command decides, and only these read back.
    from ..read_back import read_back

    return read_back(run, now)


ACTIONS = (
    Action(
        "hand-over",
        "Hand over",
        HandOver,
        _check_hand_over,
        reads_out=_read_back,
        in_rollback=True,
        after_rollback=True,
    ),
    Action(
        "take-over",
        "Take over",
        TakeOver,
        _check_take_over,
        reads_out=_read_back,
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case HandOver():
            _check_hand_over(run, "", now, actor)
            to = intent.to.strip()
            if to and run.is_led_by(to):
                raise Refused("You lead already.", "Name somebody else, or nobody: then whoever takes it leads.")
            return HandoverOffered(to, intent.note.strip())
        case TakeOver():
            _check_take_over(run, "", now, actor)
            reason = intent.reason.strip()
            if not run.is_offered_to(actor):
                reason = need_reason(reason, f"Taking over from {run.lead}, who has not offered it to you,")
            return HandedOver(run.lead, _read_back(run, now), reason)
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case HandoverOffered():
            return HandOver(event.to, event.note)
        case HandedOver():
            return TakeOver(event.reason)
        case _ as never:
            assert_never(never)
