"""Act on the plan: redline, which follows it as its file is now."""

from __future__ import annotations

from ...errors import Conflict, Refused
from ...frozen import dataclass
from ...people import Actor
from ...plan.model import Plan
from ..action import Action
from ..moment import Moment
from ..plan_events import PlanRedlined
from ..plan_of import plan_of
from ..state import Run
from ..two_people import changed_principals, need_counted_change
from .guards import need_reason
from .redline import Event


@dataclass(frozen=True)
class Redline:
    """Follow the plan as its file is now; the difference, and the sign-offs that it voids, are recorded.

    It stands outside the table: who asks for it has read the file, whose absolute path is `file`, and has seen what
    comes of it before giving the reason. `principals` say whose each key is from then on.
    """

    plan: Plan
    text: str
    reason: str
    file: str = ""
    principals: tuple[str, ...] = ()


Intent = Redline


ACTIONS = (Action("redline", "Redline", Redline, lambda run, subject, now, actor: None),)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    # Rare, and what only it needs is not loaded for every sign-off.
    from hashlib import sha256

    from ...plan.rules import check
    from ..plan_change import changes_by, frozen_ids, obstacles, voided
    from .start_acts import breaks_rules, need_filled_in, uncovered_findings

    changes = changes_by(run, intent.plan, intent.principals)
    if not changes:
        raise Conflict("The plan says what the run follows already.", "There is nothing to redline.")
    need_counted_change(run, intent.plan, intent.principals, actor)
    need_filled_in(intent.plan)
    found = obstacles(run, intent.plan)
    if found:
        lines = "\n".join(f"  {each}" for each in found)
        hint = "What was done is done: put that back into the plan as the run had it, or take it back in the run first."
        raise Refused(f"The run can't follow this plan:\n{lines}", hint)
    uncovered = uncovered_findings(check(intent.plan), run.started.overrides)
    if uncovered:
        raise breaks_rules(uncovered, "Mend the plan: a redline goes past no rule that the run's start did not.")
    return PlanRedlined(
        changes=changes,
        reason=need_reason(intent.reason, "A redline"),
        items=frozen_ids(run, intent.plan),
        plan=tuple(intent.text.split("\n")),
        plan_sha256=sha256(intent.text.encode()).hexdigest(),
        voided=voided(run, intent.plan, intent.principals),
        plan_file=intent.file,
        principals=intent.principals if changed_principals(run, intent.principals) else (),
    )


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of; raises DoesNotFit if it holds no plan."""
    plan, _ = plan_of(event)
    return Redline(plan, "\n".join(event.plan), event.reason, event.plan_file, event.principals)
