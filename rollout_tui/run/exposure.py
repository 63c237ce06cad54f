"""Exposure by two: where two people promoted a phase, the start of the next one follows soon, or asks two again."""

from __future__ import annotations

from datetime import datetime, timedelta

from .run_rules import EXPOSURE_BY_TWO
from .stages import Stage
from .stamp import Mark
from .state import Run

_WITHOUT_METRICS = timedelta(hours=1)


def promoted_by_two(run: Run, stage: Stage) -> Mark | None:
    """Give the promotion by two people behind which a phase is to be started; None where nothing asks for two."""
    if run.emergency or stage.phase is None or run.started.rules < EXPOSURE_BY_TWO:
        return None
    before = run.sequence.stages[run.sequence.index[stage.id] - 1]
    passed = run.gates.get(before.id)
    if before.phase is None or before.phase.approvals < 2 or passed is None:
        return None
    return passed.mark


def may_wait(run: Run) -> timedelta:
    """Give how long a start may follow what two people agreed on: as long as the oldest reading that counts."""
    ages = [metric.max_age.value for metric in run.sequence.metrics.values()]
    return max(ages, default=_WITHOUT_METRICS)


def approver_of_start(run: Run, stage: Stage, at: datetime) -> Mark | None:
    """Give who approved the start of a phase, if that was not too long ago."""
    newest = run.state(stage.start_id).approvals[-1:]
    if run.is_started(stage) or not newest or at - newest[0].at > may_wait(run):
        return None
    return newest[0]


def needs_second(run: Run, stage: Stage, at: datetime) -> bool:
    """Say whether the start of a phase asks for somebody's approval, as too much time went by since its promotion."""
    promoted = promoted_by_two(run, stage)
    late = promoted is not None and not run.is_started(stage) and at - promoted.at > may_wait(run)
    return late and approver_of_start(run, stage, at) is None
