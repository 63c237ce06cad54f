"""Decide: from an intent to an event or a refusal, by its subject. Nothing here changes a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from ..errors import RolloutError
from ..people import Actor
from .events import Event
from .intents import BY_INTENT, SUBJECTS, Intent
from .moment import Moment
from .state import Run
from .subjects import rollback_acts


class _Decide(Protocol):
    def __call__(self, run: Run, intent: Any, now: Moment, actor: Actor) -> Event: ...


_DECIDE: dict[type[Intent], _Decide] = {
    kind: each.decide for each in SUBJECTS for kind in getattr(each.Intent, "__args__", (each.Intent,))
}


def decide(run: Run, intent: Intent, now: Moment, actor: Actor, happened: datetime | None = None) -> Event:
    """Give the event that the intent comes to; raises Refused (or UsageError) with why not and what would help.

    `happened` is an earlier time that the operator claims; only a rollback's clock uses it.
    """
    action = BY_INTENT[type(intent)]
    action.need_acceptable(run, getattr(intent, action.about, "") if action.about else "")
    if isinstance(intent, rollback_acts.Intent):
        return rollback_acts.decide(run, intent, now, actor, happened)
    return _DECIDE[type(intent)](run, intent, now, actor)


def refusal(run: Run, intent: Intent, now: Moment, actor: Actor) -> RolloutError | None:
    """Give why the intent would be refused now, or None."""
    try:
        decide(run, intent, now, actor)
    except RolloutError as error:
        return error
    return None
