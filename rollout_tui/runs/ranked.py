"""A run's condition with what no entry says: what is wrong with its log, and whether its plan's file changed."""

from __future__ import annotations

from ..run.condition import Condition, condition, in_trouble, with_plan_file
from ..run.moment import Moment
from ..run.state import Run
from .plan_drift import plan_drift


def ranked(run: Run, now: Moment, problem: str = "") -> Condition:
    """Rank how a run stands; `problem` is what is wrong with its log. Reads the plan's file if the run is open."""
    changed = run.closed is None and plan_drift(run).state == "changed"
    return with_plan_file(in_trouble(condition(run, now), problem), changed=changed)
