"""What to do now: the one thing that the cursor stands on and the status line names."""

from __future__ import annotations

from ..frozen import dataclass
from ..people import Actor
from ..plan.quantities import format_span
from .exposure import approver_of_start
from .gates import Blocker, BlockerKind, blockers, start_blockers, unvalidated
from .moment import Moment
from .reasons import reason_due
from .restored import to_be_shown
from .rollback_clock import unsigned_steps
from .run_rules import BREACH_BLOCKS, DEPLOYED
from .sensed import may_look, stale_validation
from .soak import soak_left
from .stages import Item, ItemKind, StageKind, metric_row
from .state import Run
from .two_people import approved_by


@dataclass(frozen=True)
class NextStep:
    """The next thing to do: in words, the item it is about (or none), and the action that does it."""

    text: str
    item: str = ""
    action: str = ""


# What nobody can end but by waiting or going past it.
_SEEN = (BlockerKind.UNREAD, BlockerKind.STALE)

_WAITED_FOR = (BlockerKind.SOAK, BlockerKind.WINDOW)


def next_step(run: Run, now: Moment, actor: Actor | None = None) -> NextStep:
    """Give what the operator should do now; what only someone else can approve comes last, without an action."""
    if run.unknown:
        return NextStep(f"Read-only: this journal holds an entry of a later version ({run.unknown}).")
    if run.closed is not None:
        steps = run.outstanding
        if steps:
            return NextStep(f"Follow-up: {steps[0].title}", steps[0].id, "sign")
        return NextStep(f"Closed: {run.closed.outcome}.")
    if run.rollback is not None:
        return _in_rollback(run)
    stage = run.stage
    if stage.phase is not None and not run.is_started(stage):
        start = NextStep(f"Start {stage.title}: {stage.phase.audience}", stage.start_id, "start-phase")
        return _past(run, start_blockers(run, now)) or _by_another(run, start, now, actor)
    found = _open_in(run, stage.items, actor)
    if found is not None and _approved(run, found, actor):
        return NextStep(f"Someone else approves: {found.title}", found.id)
    if found is not None and found.kind is ItemKind.STEP:
        return _past(run, _before_step(run, now)) or _step(run)
    if found is not None:
        looks = " (or m: its probe looks)" if may_look(run, found) else ""
        return NextStep(f"Sign: {found.title}{looks}", found.id, "sign")
    if stage.phase is not None and _approved(run, run.sequence.items.get(stage.approval_id), actor):
        return _past(run, blockers(run, now)) or NextStep(f"Someone else promotes {stage.title}: you approved it.")
    return _past(run, blockers(run, now)) or _end_stage(run, now)


def _in_rollback(run: Run) -> NextStep:
    assert run.rollback is not None
    if run.rollback.outcome == "restored":
        return NextStep("Restored: close the run with a note.", action="close")
    if run.rollback.outcome == "failed":
        return NextStep("The rollback failed: choose another scenario, or abort.", action="roll-back")
    if unsigned := unsigned_steps(run):
        return NextStep(f"Sign: {run.sequence.items[unsigned[0]].title}", unsigned[0], "sign")
    if reason_due(run):
        return NextStep("Every step is signed: say what happened, then finish.", action="give-reason")
    if run.started.rules >= DEPLOYED and (name := to_be_shown(run)):
        if name not in run.sequence.metrics:
            return NextStep("Steps signed: clear the trigger if it is well, then finish.", name, "clear")
        what = f"read {run.sequence.metrics[name].metric}"
        return NextStep(f"Steps signed: {what}, then finish.", reading_row(run, name), "measure")
    return NextStep("Every step is signed: finish the rollback.", action="finish-rollback")


def _open_in(run: Run, items: tuple[Item, ...], actor: Actor | None) -> Item | None:
    """The first item that a person's word resolves; readings and triggers come after.

    What the operator has approved already gives way to what is open for them, but not a migration step: those wait.
    """
    sensed = {ItemKind.METRIC, ItemKind.TRIGGER, ItemKind.APPROVAL}
    found = (item for item in items if item.kind not in sensed and not run.is_resolved(item))
    first = next(found, None)
    if first is None or first.kind is ItemKind.STEP or not _approved(run, first, actor):
        return first
    return next((item for item in found if not _approved(run, item, actor)), first)


def _approved(run: Run, item: Item | None, actor: Actor | None) -> bool:
    return item is not None and approved_by(run, item.id, actor)


def _before_step(run: Run, now: Moment) -> tuple[Blocker, ...]:
    """What a migration step waits for beside what is open: a hold, and of a cleanup a tick that no longer holds."""
    stale = {each.id for each in stale_validation(run, now)} if run.stage.kind is StageKind.CLEANUP else set()
    return tuple(each for each in blockers(run, now) if each.kind is BlockerKind.HOLD or each.id in stale)


def _step(run: Run) -> NextStep:
    """The migration step whose turn it is: an earlier one may have been taken back, or the validation before it."""
    step = next(item for item in run.sequence.steps if not run.is_resolved(item))
    assert step.step is not None
    if step.step.kind == "cleanup":
        step = next(iter(unvalidated(run)), step)
    if step.step is not None and step.id not in run.in_place and run.started.rules >= BREACH_BLOCKS and run.breached:
        return _measure(run, next(iter(run.breached)), "in breach")
    verb = "Confirm" if step.id in run.in_place else "Sign"
    return NextStep(f"{verb}: {step.title}", step.id, "sign")


def _past(run: Run, found: tuple[Blocker, ...]) -> NextStep | None:
    """What ends the most urgent of the blockers that a person can end at once; a soak only ends by waiting."""
    urgency = list(BlockerKind)
    pressing = sorted((b for b in found if b.kind not in _WAITED_FOR), key=lambda each: urgency.index(each.kind))
    if not pressing:
        return None
    kind, item = pressing[0].kind, pressing[0].subject
    if kind in {BlockerKind.UNREAD, BlockerKind.BREACH, BlockerKind.STALE} and item not in run.sequence.items:
        word = {BlockerKind.UNREAD: "not read", BlockerKind.STALE: "too old"}.get(kind, "in breach")
        return _measure(run, item, word)
    if kind in {BlockerKind.OPEN, BlockerKind.FAILED} and run.sequence.items[item].kind is ItemKind.STEP:
        return _step(run)
    if item in run.sequence.items and run.sequence.items[item].kind is ItemKind.TRIGGER and kind in _SEEN:
        return NextStep(f"{pressing[0].text}: {pressing[0].remedy}", item, "measure")
    action = {
        BlockerKind.UNKNOWN: "found",
        BlockerKind.HOLD: "give-reason" if reason_due(run) else "release",
        BlockerKind.CLOCK: "confirm-clock",
        BlockerKind.TRIGGER: "clear",
    }
    return NextStep(f"{pressing[0].text}: {pressing[0].remedy}", item, action.get(kind, "sign"))


def _measure(run: Run, metric: str, why: str) -> NextStep:
    found = run.sequence.metrics[metric]
    verb = "Sense" if found.probe is not None and not run.started.rehearsal else "Measure"
    return NextStep(f"{verb}: {found.metric} ({why})", reading_row(run, metric), "measure")


def reading_row(run: Run, metric: str) -> str:
    """Where a metric is read: in its row of the phase that is open, or of the one that is exposed."""
    phases = [stage for stage in run.sequence.stages if stage.phase is not None]
    phase = run.stage if run.stage.phase is not None else run.exposed or phases[0]
    return metric_row(phase.id, metric)


def _by_another(run: Run, start: NextStep, now: Moment, actor: Actor | None) -> NextStep:
    """Give the start, or who starts the phase where the operator has approved it."""
    approved = approver_of_start(run, run.stage, now.at)
    if approved is not None and approved_by(run, run.stage.start_id, actor):
        return NextStep(f"Someone else starts {run.stage.title}: you approved it.")
    return _outside(run, now, start)


def _outside(run: Run, now: Moment, step: NextStep) -> NextStep:
    """Add that a decision lies outside the maintenance window: one waits for that, or goes past it."""
    found = [each for each in start_blockers(run, now) if each.kind is BlockerKind.WINDOW]
    return NextStep(f"{step.text} ({found[0].text})", step.item, step.action) if found else step


def _end_stage(run: Run, now: Moment) -> NextStep:
    """Nothing is open: the soak, or who passes the gate or closes the run."""
    stage = run.stage
    if stage.kind is StageKind.CLOSE:
        return NextStep("Everything is done: close the run with a note.", action="close")
    if stage.kind is StageKind.PRE_DEPLOYMENT:
        return _outside(run, now, NextStep("Everything is signed: go, or no-go.", action="go"))
    left = soak_left(run, stage, now)
    text = (
        f"Soak: {format_span(left)} left, then promote {stage.title}."
        if left
        else f"Nothing blocks: promote {stage.title}."
    )
    return NextStep(text, action="promote")
