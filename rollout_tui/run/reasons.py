"""The reasons of holds and rollbacks: what a fired trigger or a breach gives, and what somebody still owes."""

from __future__ import annotations

from itertools import chain

from ..errors import Refused
from .run_rules import REASON_LATER
from .state import Held, Run


def may_follow(run: Run) -> bool:
    """Whether a rollback and a hold may begin before anybody says why."""
    return run.started.rules >= REASON_LATER


def reason_at_hand(run: Run) -> str:
    """Give what is wrong, as the reason of a rollback that answers it; nothing where nothing is known to be wrong."""
    fired = (f"trigger fired: {run.sequence.items[trigger].title}" for trigger in run.fired)
    breached = (f"in breach: {run.sequence.metrics[name].metric}" for name in run.breached)
    return next(chain(fired, breached), "")


def reason_due(run: Run) -> str:
    """Give what began without a reason and has none yet: the rollback, the hold, both; nothing where none is due."""
    if run.closed is not None:
        return ""
    rollback = run.rolling_back and run.rollback is not None and not all(each.reason for each in run.rollback.chosen)
    hold = run.held is not None and not run.held.reason
    return " and ".join([*["the rollback"] * rollback, *["the hold"] * hold])


def need_reasons(run: Run, what: str) -> None:
    """Refuse to end what has no reason yet."""
    if due := reason_due(run):
        raise Refused(f"{what} waits for a reason: {due} began without one.", "Say what happened: give-reason.")


def why_held(held: Held) -> str:
    return held.reason or "no reason given yet"
