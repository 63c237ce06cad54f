"""What to do now: the one thing that the cursor stands on and the status line names."""

from __future__ import annotations

from dataclasses import dataclass

from ..plan.quantities import format_span
from .gates import BlockerKind, blockers, soak_left, start_blockers
from .moment import Moment
from .stages import Item, ItemKind, StageKind
from .state import Run, Status


@dataclass(frozen=True)
class NextStep:
    """The next thing to do: in words, the item it is about (or none), and the action that does it."""

    text: str
    item: str = ""
    action: str = ""


def next_step(run: Run, now: Moment) -> NextStep:
    """Give what the operator should do now."""
    if run.closed is not None:
        steps = run.outstanding
        if steps:
            return NextStep(f"Follow-up: {steps[0].title}", steps[0].id, "sign")
        return NextStep(f"Closed: {run.closed.outcome}.")
    if run.rollback is not None:
        return _in_rollback(run)
    stage = run.stage
    if stage.kind is StageKind.CLOSE:
        return _to_close(run, now)
    if stage.phase is not None and not run.is_started(stage):
        blocked = start_blockers(run, now)
        text = f"{blocked[0].text}: {blocked[0].remedy}" if blocked else f"Start {stage.title}: {stage.phase.audience}"
        return NextStep(text, stage.start_id, "start-phase")
    found = _open_in(run, stage.items)
    if found is not None and not (run.held and found.kind is ItemKind.STEP):
        return NextStep(f"Sign: {found.title}", found.id, "sign")
    return _to_end_stage(run, now)


def _in_rollback(run: Run) -> NextStep:
    assert run.rollback is not None
    if run.rollback.outcome == "restored":
        return NextStep("Restored: close the run with a note.", action="close")
    if run.rollback.outcome == "failed":
        return NextStep("The rollback failed: choose another scenario, or abort.", action="roll-back")
    for item in run.rollback.items:
        if run.state(item).status is not Status.SIGNED:
            return NextStep(f"Sign: {run.sequence.items[item].title}", item, "sign")
    return NextStep("Every step is signed: finish the rollback.", action="finish-rollback")


def _open_in(run: Run, items: tuple[Item, ...]) -> Item | None:
    """The first item that a person's word resolves; readings and triggers come after."""
    for item in items:
        if item.kind not in {ItemKind.METRIC, ItemKind.TRIGGER, ItemKind.APPROVAL} and not run.is_resolved(item):
            return item
    return None


def _to_end_stage(run: Run, now: Moment) -> NextStep:
    """Nothing in the stage's own list is open: what else keeps its gate shut, or who opens it."""
    stage = run.stage
    found = blockers(run, now)
    order = [kind for kind in BlockerKind if kind is not BlockerKind.SOAK]
    for blocker in sorted((each for each in found if each.kind in order), key=lambda each: order.index(each.kind)):
        item = blocker.subject
        if blocker.kind in {BlockerKind.UNREAD, BlockerKind.BREACH, BlockerKind.STALE}:
            metric = run.sequence.metrics[item].metric
            return NextStep(f"Measure: {metric} ({blocker.kind})", f"{stage.id}/metric/{item}", "measure")
        action = {BlockerKind.HOLD: "release", BlockerKind.CLOCK: "confirm-clock", BlockerKind.TRIGGER: "clear"}
        return NextStep(f"{blocker.text}: {blocker.remedy}", item, action.get(blocker.kind, "sign"))
    if found and stage.phase is not None:
        left = format_span(soak_left(run, stage, now))
        return NextStep(f"Soak: {left} left, then promote {stage.title}.", action="promote")
    if stage.kind is StageKind.PRE_DEPLOYMENT:
        return NextStep("Everything is signed: go, or no-go.", action="go")
    return NextStep(f"Nothing blocks: promote {stage.title}.", action="promote")


def _to_close(run: Run, now: Moment) -> NextStep:
    found = blockers(run, now)
    if found:
        return NextStep(f"{found[0].text}: {found[0].remedy}", found[0].subject, "sign")
    return NextStep("Everything is done: close the run with a note.", action="close")
