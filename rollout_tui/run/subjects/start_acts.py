"""Act that starts a run: what it asks for, and whether a plan may be run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...errors import Refused, UsageError
from ...frozen import dataclass
from ...plan.model import Plan
from ..plan_events import RunStarted
from ..previous_attempt import left_besides, left_in_place
from ..run_rules import RULES
from ..sequence import sequence
from ..state import Run
from .guards import need_reason

if TYPE_CHECKING:
    from ...plan.finding import Finding


# Validation always runs, and migration never runs backwards: no reason goes past these.
_NEVER_OVERRIDDEN = frozenset({"R5", "R7"})


@dataclass(frozen=True)
class Start:
    """What starting a run asks for: its id, and in `override` the rules whose findings it goes past.

    `after` names the run that it is another attempt at, `plan_file` is the absolute path of the plan's file, and
    `principals` say whose each key is, where the plan tells people apart by keys.
    """

    run: str = ""
    rehearsal: bool = False
    emergency: bool = False
    override: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""
    plan_file: str = ""
    principals: tuple[str, ...] = ()


class UnfinishedRun(Refused):
    """Runs of the same service are open, `runs` by their ids: going on is likelier than starting another.

    Logs that can't be read, `unread` by their names, may be such runs.
    """

    def __init__(self, service: str, runs: Sequence[str], unread: Sequence[str] = ()) -> None:
        what, hint = f"An unfinished run of {service} exists: {', '.join(runs)}.", "Resume it (rollout resume)"
        if not runs:
            logs = (
                "A log that can't be read may be"
                if len(unread) == 1
                else f"{len(unread)} logs that can't be read may be"
            )
            what = f"{logs} an unfinished run of {service}: {', '.join(unread[:6])}."
            hint = f"See what is wrong with it (rollout verify {unread[0]})"
        super().__init__(what, f"{hint}, or start another with --reason WHY.")
        self.runs = tuple(runs)


def start(
    plan: Plan,
    text: str,
    sha256: str,
    intent: Start,
    others: tuple[Sequence[str], Sequence[str]] = ((), ()),
    before: Run | None = None,
) -> RunStarted:
    """Decide whether a run of the plan may start; `others` names open runs of the service, and what can't be read.

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
    if any(others) and not intent.rehearsal and not reason:
        raise UnfinishedRun(plan.header.service, *others)
    return RunStarted(
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
        in_place=left_in_place(before) if before else (),
        left=left_besides(before) if before else (),
        plan_file=intent.plan_file,
        principals=intent.principals,
        rules=RULES,
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
    from ...plan.placeholders import placeholders

    left = placeholders(plan)
    if left:
        listed = "\n".join(f"  {each.message}" for each in left)
        raise UsageError(f"The plan still has {len(left)} placeholders to fill in:\n{listed}", "Fill them in first.")


def uncovered_findings(findings: Sequence[Finding], override: Sequence[str]) -> list[Finding]:
    """Give the findings that an override of these rules does not go past, or that none can."""
    return [each for each in findings if each.rule not in override or each.rule in _NEVER_OVERRIDDEN]


def breaks_rules(findings: Sequence[Finding], hint: str) -> Refused:
    listed = "\n".join(f"  {each.rule}: {each.message} {each.hint}" for each in findings)
    return Refused(f"The plan breaks {len(findings)} of its rules:\n{listed}", hint)
