"""From an intent to an event or a refusal: one file a subject. Nothing here changes a run."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from ...errors import Refused, RolloutError
from ...people import Actor
from .. import events as ev
from .. import intents
from ..intents import FieldKind, Intent
from ..moment import Moment
from ..stages import ItemKind, StageKind
from ..state import Run
from . import ending, handover, items, phases, readings, rollback
from .guards import when


def decide(run: Run, intent: Intent, now: Moment, actor: Actor, happened: datetime | None = None) -> ev.Event:
    """Give the event that the intent comes to; raises Refused (or UsageError) with why not and what would help.

    `happened` is an earlier time that the operator claims; only a rollback's clock uses it.
    """
    _need_acceptable(run, intent)
    match intent:
        case intents.Sign():
            return items.sign(run, intent, actor)
        case intents.Fail():
            return items.fail(run, intent)
        case intents.Revoke():
            return items.revoke(run, intent)
        case intents.Waive():
            return items.waive(run, intent)
        case intents.Defer():
            return items.defer(run, intent)
        case intents.Note():
            return items.note(run, intent)
        case intents.Measure():
            return readings.measure(run, intent)
        case intents.Unread():
            return readings.unread(run, intent)
        case intents.Fire():
            return readings.fire(run, intent)
        case intents.Clear():
            return readings.clear(run, intent)
        case intents.Go():
            return phases.go(run, intent, now)
        case intents.StartPhase():
            return phases.start_phase(run, intent, now)
        case intents.Extend():
            return phases.extend(run, intent)
        case intents.Promote():
            return phases.promote(run, intent, now, actor)
        case intents.Reduce():
            return phases.reduce(run, intent)
        case intents.Hold():
            return phases.hold(run, intent)
        case intents.Release():
            return phases.release(run, intent)
        case intents.ConfirmClock():
            return phases.confirm_clock(intent, now)
        case intents.Redline():
            # Rare, and what only it needs is not loaded for every sign-off.
            from .redline import redline

            return redline(run, intent)
        case intents.HandOver():
            return handover.hand_over(run, intent, actor)
        case intents.TakeOver():
            return handover.take_over(run, intent, now, actor)
        case intents.RollBack():
            return rollback.roll_back(run, intent)
        case intents.FinishRollback():
            return rollback.finish(run, intent, happened or now.at)
        case intents.Close():
            return ending.close(run, intent, now)
        case intents.Abort():
            return ending.abort(run, intent)
        case _ as never:
            assert_never(never)


def refusal(run: Run, intent: Intent, now: Moment, actor: Actor) -> RolloutError | None:
    """Give why the intent would be refused now, or None: what a screen asks to grey a key."""
    try:
        decide(run, intent, now, actor)
    except RolloutError as error:
        return error
    return None


def why_not(action: intents.Action, run: Run, subject: str, now: Moment, actor: Actor) -> RolloutError | None:
    """Give why the run would refuse the action on its subject, whatever its reason and texts were."""
    fields: dict[str, object] = {}
    for each in action.fields:
        value = subject if each.kind is action.about and subject else _probe_value(action, each.kind, run, subject, now)
        if value is not None:
            fields[each.name] = value
    missing = [each for each in action.fields if each.required and each.name not in fields]
    if missing:
        return RolloutError(f"There is no {missing[0].kind} here to {action.name}.")
    if action.intent is intents.Close and run.stage.kind is StageKind.CLEANUP:
        fields |= {"follow_up_owner": "—", "follow_up_date": "2000-01-01", "follow_up_ticket": "—"}
    return refusal(run, action.intent(**fields), now, actor)


def _probe_value(action: intents.Action, kind: FieldKind, run: Run, subject: str, now: Moment) -> object:
    match kind:
        case FieldKind.TEXT:
            return "—"
        case FieldKind.NUMBER:
            return 0.0
        case FieldKind.DURATION:
            return "1 h"
        case FieldKind.NAME:
            return action.typed_name(run, subject)
        case FieldKind.BLOCKERS:
            return tuple(each.id for each in action.overridable(run, now))
        case FieldKind.SCENARIO:
            return next((way.id for way in run.sequence.ways_back), None)
        case FieldKind.LATER_STAGE:
            item = run.sequence.items.get(subject)
            first = max(run.position, run.sequence.index.get(item.stage, 0) + 1 if item else 0)
            return next((stage.id for stage in run.sequence.stages[first:]), None)
        case FieldKind.TRIGGER:
            exposed = run.exposed.id if run.exposed else ""
            found = [each for each in run.sequence.items.values() if each.kind is ItemKind.TRIGGER]
            found.sort(key=lambda each: (each.id not in run.fired, each.stage != exposed))
            return next((each.id for each in found), None)
        case FieldKind.METRIC:
            return next(iter(run.sequence.metrics), None)
        case FieldKind.OUTCOME:
            return intents.OUTCOMES[0]
        case _:
            return None


def _need_acceptable(run: Run, intent: Intent) -> None:
    """What the run's condition allows at all: of a later version, closed, rolling back, rolled back."""
    if run.unknown:
        raise Refused(
            f"This journal holds an entry of a later version ({run.unknown}), so it is read-only here.",
            "Use the version of rollout that wrote it.",
        )
    if run.closed is not None and not _signs_follow_up(run, intent):
        raise Refused(
            f"The run is closed ({run.closed.outcome}), by {when(run.closed.mark)}.",
            "A closed run takes only the sign-offs of its follow-up. Start a new run.",
        )
    if run.rollback is None:
        return
    if run.rolling_back and not isinstance(intent, _DURING_ROLLBACK):
        raise Refused(
            "A rollback is under way: only its steps, readings, notes and handover are taken.",
            "Finish it (finish-rollback), or call it off to go back to the phase.",
        )
    if not run.rolling_back and not isinstance(intent, _AFTER_ROLLBACK):
        raise Refused(f"The rollback is finished ({run.rollback.outcome}).", "Close the run: close, or abort.")


_AFTER_ROLLBACK = (
    *(intents.Measure, intents.Unread, intents.Note, intents.HandOver, intents.TakeOver),
    *(intents.RollBack, intents.FinishRollback, intents.Close, intents.Abort),
)
_DURING_ROLLBACK = (*_AFTER_ROLLBACK, intents.Sign)


def _signs_follow_up(run: Run, intent: Intent) -> bool:
    if not isinstance(intent, intents.Sign) or not run.outstanding:
        return False
    item = run.sequence.find_item(intent.item)
    return item.kind is ItemKind.STEP and item in run.outstanding
