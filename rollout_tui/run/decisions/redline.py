"""The decision to follow another plan from here on."""

from __future__ import annotations

from hashlib import sha256

from ...errors import Conflict, Refused
from ...plan.diff import difference
from ...plan.rules import check
from .. import events as ev
from .. import intents
from ..redline import frozen_ids, obstacles, voided
from ..state import Run
from .ending import breaks_rules, need_filled_in, uncovered_findings
from .guards import need_reason


def redline(run: Run, intent: intents.Redline) -> ev.Event:
    changes = difference(run.plan, intent.plan)
    if not changes:
        raise Conflict("The plan says what the run follows already.", "There is nothing to redline.")
    need_filled_in(intent.plan)
    found = obstacles(run, intent.plan)
    if found:
        listed = "\n".join(f"  {each}" for each in found)
        hint = "What was done is done: put that back into the plan as the run had it, or take it back in the run first."
        raise Refused(f"The run can't follow this plan:\n{listed}", hint)
    uncovered = uncovered_findings(check(intent.plan), run.started.overrides)
    if uncovered:
        raise breaks_rules(uncovered, "Mend the plan: a redline goes past no rule that the run's start did not.")
    return ev.PlanRedlined(
        changes=tuple(each.words for each in changes),
        reason=need_reason(intent.reason, "A redline"),
        items=frozen_ids(run, intent.plan),
        plan=tuple(intent.text.split("\n")),
        plan_sha256=sha256(intent.text.encode()).hexdigest(),
        voided=voided(run, intent.plan),
        plan_file=intent.file,
    )
