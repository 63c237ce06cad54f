"""Decisions at the ends of a run: start, close, abort."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...errors import Refused, UsageError
from ...frozen import dataclass
from ...plan.model import Plan
from .. import events as ev
from .. import intents
from ..attempt import left_in_place as steps_left
from ..attempt import strays
from ..gates import Blocker, BlockerKind, blockers
from ..moment import Moment
from ..rollback import over_target
from ..sequence import sequence
from ..stages import StageKind
from ..state import Run
from .guards import in_lines, need_reason, need_typed

if TYPE_CHECKING:
    from ...plan.rules import Finding

# Validation always runs, and migration never runs backwards: no reason goes past these.
_NEVER_OVERRIDDEN = frozenset({"R5", "R7"})


@dataclass(frozen=True)
class Start:
    """What starting a run asks for: its id, and in `override` the rules whose findings it goes past.

    `after` names the run that it is another attempt at, `plan_file` is the absolute path of the plan's file.
    """

    run: str = ""
    rehearsal: bool = False
    emergency: bool = False
    override: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""
    plan_file: str = ""


class UnfinishedRun(Refused):
    """Runs of the same service are open, `runs` by their ids: going on is likelier than starting another."""

    def __init__(self, service: str, runs: Sequence[str]) -> None:
        hint = "Resume it (rollout resume), or start another with --reason WHY."
        super().__init__(f"An unfinished run of {service} exists: {', '.join(runs)}.", hint)
        self.runs = tuple(runs)


def start(
    plan: Plan, text: str, sha256: str, intent: Start, unfinished: Sequence[str] = (), before: Run | None = None
) -> ev.RunStarted:
    """Decide whether a run of the plan may start; `unfinished` names open runs of the same service.

    `before` is the run that it is another attempt at.
    """
    if before is not None:
        _need_attemptable(before, plan, intent)
    need_filled_in(plan)
    # Only a start asks for the rules; what else ends here is loaded for every sign-off.
    from ...plan.rules import check

    findings = check(plan)
    uncovered = uncovered_findings(findings, intent.override)
    if uncovered:
        rules = " ".join(dict.fromkeys(each.rule for each in findings))
        hint = f"Mend the plan, or start with --override {rules} --reason WHY; every report will show it."
        if any(each.rule in _NEVER_OVERRIDDEN for each in uncovered):
            hint = f"Mend the plan: {' and '.join(sorted(_NEVER_OVERRIDDEN))} can't be overridden."
        raise breaks_rules(uncovered, hint)
    reason = intent.reason.strip()
    if findings:
        reason = need_reason(reason, "Starting past a rule")
    if intent.emergency:
        reason = need_reason(reason, "An emergency run")
    if unfinished and not intent.rehearsal and not reason:
        raise UnfinishedRun(plan.header.service, unfinished)
    return ev.RunStarted(
        run=intent.run,
        service=plan.header.service,
        release=plan.header.release,
        items=tuple(sequence(plan).items),
        plan=tuple(text.split("\n")),
        plan_sha256=sha256,
        rehearsal=intent.rehearsal,
        emergency=intent.emergency,
        overrides=tuple(dict.fromkeys(each.rule for each in findings)),
        reason=reason,
        after=before.id if before else "",
        after_head=f"{before.seq}:{before.head}" if before else "",
        in_place=steps_left(before) if before else (),
        plan_file=intent.plan_file,
    )


def _need_attemptable(before: Run, plan: Plan, intent: Start) -> None:
    """Refuse a second attempt at what is no first one: still open, of another service, or not real."""
    service = before.started.service
    if service != plan.header.service:
        hint = "Name a run of the same service, or start without --after."
        raise Refused(f"{before.id} is a run of {service}, the plan is one of {plan.header.service}.", hint)
    if before.started.rehearsal and not intent.rehearsal:
        hint = "Name a real run, or rehearse the second attempt too: --rehearsal."
        raise Refused(f"{before.id} is a rehearsal: nothing that it did is in place.", hint)
    if before.closed is None:
        hint = f"Resume it (rollout resume {before.id}) and close or abort it, then start the second attempt."
        raise Refused(f"{before.id} is not closed: it stands at {before.stage.title}.", hint)


def need_filled_in(plan: Plan) -> None:
    """Refuse a plan that still has placeholders."""
    from ...plan.rules import placeholders

    left = placeholders(plan)
    if left:
        listed = "\n".join(f"  {each.message}" for each in left)
        raise UsageError(f"The plan still has {len(left)} placeholders to fill in:\n{listed}", "Fill them in first.")


def uncovered_findings(findings: Sequence[Finding], override: Sequence[str]) -> list[Finding]:
    """Give the findings that an override of these rules does not go past, or that none can."""
    return [each for each in findings if each.rule not in override or each.rule in _NEVER_OVERRIDDEN]


def breaks_rules(findings: Sequence[Finding], hint: str) -> Refused:
    listed = "\n".join(f"  {each.rule}: {each.message}" for each in findings)
    return Refused(f"The plan breaks {len(findings)} of its rules:\n{listed}", hint)


def close(run: Run, intent: intents.Close, now: Moment) -> ev.Event:
    if run.rolling_back:
        raise Refused("A rollback is under way.", "Finish it first: finish-rollback.")
    if run.rollback is not None:
        return _close_rolled_back(run, intent)
    follow_up = _follow_up(run, intent)
    if run.stage.kind is not StageKind.CLOSE and not (follow_up and run.stage.kind is StageKind.CLEANUP):
        way = (
            "Leave cleanup for later with a follow-up (owner, date, ticket)."
            if run.stage.kind is StageKind.CLEANUP
            else ""
        )
        left = in_lines(blockers(run, now))
        hint = " ".join(filter(None, [f"Now: {run.stage.title}.", way, "A run that is given up is aborted."]))
        rule = " Post-deployment validation always runs (R5)." if run.unresolved.get("post-deployment") else ""
        raise Refused(
            f"The run can't close as completed yet: {run.stage.title} is not done.{rule}\n{left}".rstrip(), hint
        )
    cleanup = {item.id for item in run.sequence.steps if item.step is not None and item.step.kind == "cleanup"}
    left_open = [each for each in blockers(run, now) if not (follow_up and _is_left(each, cleanup))]
    if left_open:
        what = f"The run can't close as completed: {len(left_open)} open\n{in_lines(left_open)}"
        raise Refused(what, "Resolve each first.")
    note = need_reason(intent.note, "Closing")
    return ev.RunClosed("completed", run.seq + 1, note, (), *follow_up)


def _is_left(blocker: Blocker, cleanup: set[str]) -> bool:
    """Whether a follow-up takes it over: a cleanup step still to be done, not one whose second approval is due."""
    return blocker.subject in cleanup and blocker.kind in {BlockerKind.OPEN, BlockerKind.FAILED}


def abort(run: Run, intent: intents.Abort) -> ev.Event:
    if run.rolling_back:
        raise Refused("A rollback is under way.", "Finish it first (as failed, if it can't be done), then abort.")
    if run.deployed:
        what = f"{run.name} is deployed in part, and aborting leaves it so"
        need_typed(intent.confirm, {run.name, run.id}, what, f"the run's name {run.name!r}")
    return ev.RunClosed("aborted", run.seq + 1, need_reason(intent.reason, "Aborting"), left_in_place(run))


def left_in_place(run: Run) -> tuple[str, ...]:
    """Say what is in place now: the exposed phase, the flags off their default, the migration steps that were done."""
    left = []
    restored = run.rollback is not None and run.rollback.outcome == "restored"
    if run.exposed is not None and run.exposed.phase is not None and not restored:
        left.append(f"{run.exposed.title} exposed: {run.exposed.phase.audience}")
    resets = {item.flag: item.value for item in run.sequence.resets}
    left += [f"flag {flag} at {value}" for flag, value in run.flags.items() if value != resets.get(flag)]
    left += [f"migration step {i.title}" for i in run.sequence.steps if run.is_in_place(i)]
    left += [f"migration step {step} of an earlier run" for step, _ in strays(run)]
    return tuple(left)


def _close_rolled_back(run: Run, intent: intents.Close) -> ev.Event:
    assert run.rollback is not None
    if run.rollback.outcome != "restored":
        hint = "Try another scenario (roll-back), or abort and say what is left in place."
        raise Refused("The rollback failed, so the run can't close as rolled back.", hint)
    what = "Closing a rollback that went over its target" if over_target(run) else "Closing"
    return ev.RunClosed("rolled-back", run.seq + 1, need_reason(intent.note, what), left_in_place(run))


def _follow_up(run: Run, intent: intents.Close) -> tuple[str, ...]:
    """Give owner, date and ticket of the follow-up if all are there, nothing if none is."""
    parts = tuple(p.strip() for p in (intent.follow_up_owner, intent.follow_up_date, intent.follow_up_ticket))
    if not any(parts):
        return ()
    if not all(parts):
        raise UsageError("A follow-up needs its owner, date and ticket.", "Give all three, or none.")
    try:
        date.fromisoformat(parts[1])
    except ValueError:
        raise UsageError(f"{parts[1]!r} is not a date.", "Write it as YYYY-MM-DD.") from None
    if not run.unresolved.get("cleanup"):
        raise Refused("No cleanup step is outstanding, so there is nothing to follow up.", "Close without a follow-up.")
    return parts
