"""The clock of a rollback, its targets, and the scenarios that no longer help."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plan import ids
from .deployed import is_applied
from .stages import RollbackPath
from .state import Rollback, Run, Status


def elapsed(rollback: Rollback, at: datetime) -> timedelta:
    """Give how long the rollback has taken: to its end, or to `at` while it is under way."""
    return max(timedelta(0), at - rollback.started) if rollback.under_way else rollback.took


def newest_target(run: Run) -> timedelta:
    """Give the target of the scenario that was chosen last."""
    assert run.rollback is not None
    return run.sequence.rollback_path(run.rollback.chosen[-1].scenario).scenario.time.value


def unsigned_steps(run: Run) -> tuple[str, ...]:
    """Give the steps of the rollback that nobody signed."""
    items = run.rollback.items if run.rollback is not None else ()
    return tuple(item for item in items if run.state(item).status is not Status.SIGNED)


def over_target(run: Run) -> bool:
    """Say whether a finished rollback took longer than the newest scenario's target."""
    return run.rollback is not None and not run.rollback.under_way and run.rollback.took > newest_target(run)


def struck_out(run: Run, path: RollbackPath) -> str:
    """Give the action of the migration step past which the scenario no longer helps, if that is in place; else nothing.

    A scenario names that step with `until`; a code scenario that names none ends at the first irreversible step.
    """
    for item in run.sequence.steps:
        assert item.step is not None
        # By the id that the run's header froze, which is also the one that the plan's `until` meant.
        named = item.id == f"{ids.MIGRATION}/{path.scenario.until}"
        by_kind = not path.scenario.until and path.scenario.kind == "code" and not item.step.reversible
        if named or by_kind:
            return item.title if is_applied(run, item) else ""
    return ""
