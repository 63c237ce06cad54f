"""Decisions on a rollback: begin by a scenario, finish."""

from __future__ import annotations

from datetime import datetime

from ...errors import Conflict, Refused
from .. import events as ev
from .. import intents
from ..rollback import elapsed, newest_target, struck_out
from ..stages import find
from ..state import Run, Status
from .guards import need_reason


def roll_back(run: Run, intent: intents.RollBack) -> ev.Event:
    if not run.deployed:
        raise Refused("Nothing is deployed yet: the go was not given.", "Before the go a run is aborted: abort.")
    if run.rollback is not None and run.rollback.outcome == "restored":
        raise Refused("The rollback is finished: what ran before is restored.", "Close the run: close.")
    known = [way.id for way in run.sequence.ways_back]
    way = run.sequence.way_back(find(intent.scenario, known, "rollback scenario"))
    if run.rolling_back and run.rollback and any(each.scenario == way.id for each in run.rollback.chosen):
        raise Conflict(
            f"{way.scenario.scenario!r} is already under way.", "Sign its steps, or choose another scenario."
        )
    passed = struck_out(run, way)
    what = f"{way.scenario.scenario!r} no longer helps past {passed!r}; choosing it" if passed else "A rollback"
    return ev.RollbackStarted(way.id, need_reason(intent.reason, what))


def finish(run: Run, intent: intents.FinishRollback, happened: datetime) -> ev.Event:
    if run.rollback is None or not run.rolling_back:
        raise Refused("No rollback is under way.", "Begin one by a scenario: roll-back.")
    unsigned = tuple(item for item in run.rollback.items if run.state(item).status is not Status.SIGNED)
    reason = intent.reason.strip()
    if intent.outcome != "restored":
        reason = need_reason(
            reason, f"A rollback that {'was called off' if intent.outcome == 'called-off' else 'failed'}"
        )
    elif unsigned:
        plural = "s" if len(unsigned) > 1 else ""
        reason = need_reason(reason, f"Finishing with {len(unsigned)} step{plural} unsigned")
    took = int(elapsed(run.rollback, happened).total_seconds())
    target = int(newest_target(run).total_seconds())
    return ev.RollbackFinished(intent.outcome, took, target, unsigned, reason)
