"""Decisions on the lead of a run: hand over, take over."""

from __future__ import annotations

from ...errors import Conflict, Refused
from ...people import Actor
from .. import events as ev
from .. import intents
from ..moment import Moment
from ..state import Run
from .guards import need_reason


def hand_over(run: Run, intent: intents.HandOver, actor: Actor) -> ev.Event:
    if not run.is_led_by(actor):
        raise Refused(f"{run.lead} leads this run: you have no lead to hand over.", "Take it over first: take-over.")
    to = intent.to.strip()
    if to and run.is_led_by(to):
        raise Refused("You lead already.", "Name somebody else, or nobody: then whoever takes it leads.")
    return ev.HandoverOffered(to, intent.note.strip())


def take_over(run: Run, intent: intents.TakeOver, now: Moment, actor: Actor) -> ev.Event:
    if run.is_led_by(actor):
        since = f" since {run.took_over.at:%H:%M} UTC (#{run.took_over.seq})" if run.took_over else ""
        raise Conflict(f"You lead this run already{since}.", "Nothing more is needed.")
    reason = intent.reason.strip()
    if run.offer is None or not run.offer.is_for(actor):
        reason = need_reason(reason, f"Taking over from {run.lead}, who has not offered it to you,")
    # Every command decides, and only this one reads back.
    from ..handover import read_back

    return ev.HandedOver(run.lead, read_back(run, now), reason)
