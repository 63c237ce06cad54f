"""Checks on items: why one is not to be signed, failed, revoked, waived or deferred now; each gives the item."""

from __future__ import annotations

from ...errors import Conflict, Refused
from ...people import Actor, same_person
from ..approval import is_note
from ..exposure import approver_of_start, needs_second
from ..gates import breaches, unvalidated
from ..moment import Moment
from ..previous_attempt import told
from ..run_rules import BREACH_BLOCKS, HOLD_TAKES_RECORDS
from ..running import SHORT, planned
from ..sensed import PROBE_AGAIN, stale_validation
from ..stages import Item, ItemKind, StageKind
from ..stamp import when_by
from ..state import Run, Status
from ..two_people import approved_by, need_no_note


def signable(run: Run, name: str, now: Moment, actor: Actor) -> Item:
    item = run.sequence.find_item(name)
    if item.kind is ItemKind.START and _approves_start(run, item, now):
        need_no_note(run, item, actor)
        return item
    if item.kind in {ItemKind.ROLLBACK_STEP, ItemKind.FLAG_RESET}:
        _need_its_rollback(run, item)
        return item
    _need_open(run, item, now)
    state = run.state(item.id)
    if state.status is Status.SIGNED:
        raise Conflict(f"{item.title!r} is already signed, by {when_by(state.mark)}.", "Nothing more is needed.")
    if state.status is Status.WAIVED:
        raise Conflict(f"{item.title!r} was waived by {when_by(state.mark)}.", "Revoke the waiver first to sign it.")
    if approved_by(run, item.id, actor):
        raise Refused(f"{item.title!r} has your approval already.", "Its second approval needs someone else.")
    need_no_note(run, item, actor)
    if item.kind is ItemKind.APPROVAL:
        _need_other_than_promoter(run, item, actor)
    if item.kind is ItemKind.STEP:
        _need_step_order(run, item, now)
        _need_no_breach(run, item)
    return item


def beginnable(run: Run, name: str, now: Moment, actor: Actor) -> Item:
    item = signable(run, name, now, actor)
    if planned(run, item) <= SHORT:
        raise Refused(f"{item.title!r} is no step of more than 5 min.", "Do it, and sign it.")
    if item.id in run.begun:
        raise Conflict(f"{item.title!r} was begun by {when_by(run.begun[item.id])}.", "Sign it when it is done.")
    if item.kind is ItemKind.STEP and run.held is not None:
        raise Refused(f"Migration steps wait: {when_by(run.held.mark)} holds the run.", "Release the hold first.")
    return item


def failable(run: Run, name: str, now: Moment) -> Item:
    item = run.sequence.find_item(name)
    _need_open(run, item, now)
    state = run.state(item.id)
    if state.status in {Status.SIGNED, Status.WAIVED}:
        raise Refused(
            f"{item.title!r} is {state.status}, by {when_by(state.mark)}.", "Revoke that first, then fail it."
        )
    return item


def revocable(run: Run, name: str) -> tuple[Item, str]:
    """Give the item, and what it is that is taken back."""
    item = run.sequence.find_item(name)
    state = run.state(item.id)
    if item.kind is ItemKind.METRIC:
        raise Refused("A reading can't be taken back.", "Measure again: the newest reading counts.")
    if item.kind is ItemKind.TRIGGER:
        raise Refused("A trigger is not revoked.", "Clear it, with a reason.")
    if item.kind is ItemKind.START:
        if state.status is Status.OPEN and state.approvals and item.stage not in run.phases:
            return item, "approval"
        if run.stage.id != item.stage or not run.is_started(run.stage):
            title = run.sequence.stage(item.stage).title
            hint = "Only the phase that is open now can be taken back; later, reduce or roll back."
            raise Refused(f"{title}'s start can't be revoked.", hint)
        return item, "start"
    was = "approval" if state.status is Status.OPEN and state.approvals else str(state.status)
    if state.status is Status.SENSED:
        hint = "Fail it if it does not hold, or sign it: a person's word stands, whatever a probe sees."
        raise Refused(f"{item.title!r} is sensed, not signed: there is nothing to take back.", hint)
    was = "in-place" if item.id in run.in_place else was
    if was in {"open", "failed"}:
        raise Refused(f"{item.title!r} is {was}: there is nothing to take back.", "Sign it, or waive it with a reason.")
    if item.kind is ItemKind.FLAG_RESET and run.flags.get(item.flag) != item.value:
        raise Refused(f"{item.title!r} was changed again since.", "Sign or revoke that change.")
    if item.kind is ItemKind.STEP:
        _need_newest_step(run, item)
    return item, was


def waivable(run: Run, name: str, now: Moment) -> Item:
    item = run.sequence.find_item(name)
    _need_passable(run, item, now, "waived")
    if item.id in run.in_place:
        hint = "Sign it to confirm that, or revoke it if it was undone since."
        raise Refused(f"{item.title!r} is {told(run, item.id)}: it can't be skipped.", hint)
    if item.kind is ItemKind.STEP:
        _need_step_order(run, item, now)
    return item


def deferrable(run: Run, name: str, now: Moment) -> Item:
    item = run.sequence.find_item(name)
    if item.kind not in {ItemKind.CHECK, ItemKind.CRITERION}:
        raise Refused(f"A {item.kind} can't be deferred.", "Only checklist items and success criteria can.")
    _need_passable(run, item, now, "deferred")
    return item


def signs_follow_up(run: Run, name: str) -> bool:
    """Say whether a closed run takes the sign-off: of a step that was left to its follow-up."""
    if not run.outstanding:
        return False
    item = run.sequence.find_item(name)
    return item.kind is ItemKind.STEP and item in run.outstanding


def _need_open(run: Run, item: Item, now: Moment) -> None:
    """Refuse what can't be dealt with by a person's word now, and say what comes first."""
    if item.kind is ItemKind.METRIC:
        raise Refused(f"{item.title!r} is a metric: it is measured, not signed.", "Measure it; fine or breach follows.")
    if item.kind is ItemKind.TRIGGER:
        raise Refused(
            f"{item.title!r} is a rollback trigger.", "Fire it if it was seen, clear it if it no longer counts."
        )
    if item.kind is ItemKind.START:
        approved = approver_of_start(run, run.sequence.stage(item.stage), now.at)
        if approved is not None:
            hint = f"Someone else than {approved.by} starts the phase: start-phase {item.stage}."
            raise Conflict(f"{item.title!r} is already approved, by {when_by(approved)}.", hint)
        raise Refused(f"{item.title!r} is not signed.", f"Start the phase: start-phase {item.stage}.")
    if run.rolling_back:
        raise Refused(f"{item.title!r} is frozen while the rollback is under way.", "Finish it, or call it off first.")
    if item.kind in {ItemKind.ROLLBACK_STEP, ItemKind.FLAG_RESET}:
        raise Refused(f"{item.title!r} belongs to a rollback.", "Sign it while the rollback is under way.")
    stage = run.sequence.stage(item.stage)
    if run.sequence.index[stage.id] > run.position:
        if stage.kind is StageKind.CLEANUP:
            hint = f"Cleanup comes only after post-deployment validation (R7). Now: {run.stage.title}."
            if run.stage.kind is StageKind.POST_DEPLOYMENT and not run.unresolved[run.stage.id] and run.breached:
                hint = f"Validation ends with a fine reading of {' and '.join(run.breached)}, which is in breach."
        else:
            hint = f"{stage.title} opens when {_stage_before(run, stage.id)} is done. Now: {run.stage.title}."
        raise Refused(f"{item.title!r} is out of turn: {stage.title} is not open yet.", hint)
    if stage.kind is StageKind.PHASE and not run.is_started(stage):
        raise Refused(f"{stage.title} is not started.", f"Start it first: start-phase {stage.id}.")


def _need_its_rollback(run: Run, item: Item) -> None:
    """A rollback's step, or a flag that a reduction asks to be set back."""
    rollback = run.rollback
    if item.id in run.resets_due and not run.rolling_back:
        return
    if rollback is None or not rollback.under_way:
        raise Refused(f"{item.title!r} belongs to a rollback, and none is under way.", "Roll back first: roll-back.")
    if item.id not in rollback.items:
        raise Refused(
            f"{item.title!r} is not part of the rollback under way.", "Start its scenario as well: roll-back."
        )
    state = run.state(item.id)
    if state.status is Status.SIGNED:
        raise Conflict(f"{item.title!r} is already signed, by {when_by(state.mark)}.", "Nothing more is needed.")


def _need_newest_step(run: Run, item: Item) -> None:
    steps = run.sequence.steps
    later = [
        step
        for step in steps[steps.index(item) + 1 :]
        if run.is_resolved(step) or run.state(step.id).approvals or step.id in run.in_place
    ]
    if later:
        raise Refused(
            f"Migration steps are revoked in reverse order: {later[-1].title!r} comes first.",
            f"Revoke {later[-1].id} first.",
        )


def _need_passable(run: Run, item: Item, now: Moment, done: str) -> None:
    if item.proves:
        raise Refused(
            f"{item.title!r} can't be {done}: it proves {item.proves}, which a rule needs.",
            "Sign it, or go past it with an override at the gate.",
        )
    if item.kind is ItemKind.APPROVAL:
        raise Refused(f"An approval can't be {done}.", "Someone signs it, or the promotion overrides it with a reason.")
    _need_open(run, item, now)
    state = run.state(item.id)
    if state.status in {Status.SIGNED, Status.WAIVED}:
        raise Conflict(f"{item.title!r} is already {state.status}, by {when_by(state.mark)}.", "Revoke that first.")


def _need_step_order(run: Run, item: Item, now: Moment) -> None:
    """R7: schema, code, backfill, cleanup, each in its turn; cleanup only after validation.

    By the first rules a hold kept what was done from being recorded.
    """
    if run.held is not None and run.started.rules < HOLD_TAKES_RECORDS:
        raise Refused(f"Migration steps wait: {when_by(run.held.mark)} holds the run.", "Release the hold first.")
    for earlier in run.sequence.steps[: run.sequence.steps.index(item)]:
        if not run.is_resolved(earlier):
            raise Refused(
                f"{item.title!r} is out of order: migration goes schema → code → backfill → cleanup (R7).",
                f"First: {earlier.title!r} ({earlier.id}).",
            )
    assert item.step is not None
    waiting = unvalidated(run) if item.step.kind == "cleanup" else ()
    if waiting:
        raise Refused(
            f"{item.title!r} is a cleanup step: it comes only after post-deployment validation (R7).",
            f"Sign or waive what is open or deferred there first: {waiting[0].title!r} ({waiting[0].id}).",
        )
    stale = stale_validation(run, now) if item.step.kind == "cleanup" and run.closed is None else ()
    if stale:
        raise Refused(f"{item.title!r} is a cleanup step, and its validation is {stale[0].text}.", PROBE_AGAIN)


def _need_no_breach(run: Run, item: Item) -> None:
    """What an earlier run left in place is confirmed whatever is read: nothing begins by that."""
    found = breaches(run) if run.started.rules >= BREACH_BLOCKS and run.closed is None else ()
    if found and item.id not in run.in_place:
        names = " and ".join(each.subject for each in found)
        raise Refused(
            f"Migration steps wait: {found[0].text}.",
            f"Mend it and measure again ({names}: a fine reading from anywhere ends it), or roll back.",
        )


def _approves_start(run: Run, item: Item, now: Moment) -> bool:
    """Whether signing a start approves it: where two people are asked again before somebody starts the phase."""
    stage = run.sequence.stage(item.stage)
    return run.stage.id == stage.id and not run.rolling_back and needs_second(run, stage, now.at)


def _need_other_than_promoter(run: Run, item: Item, actor: Actor) -> None:
    passed = run.gates.get(item.stage)
    if passed is None or is_note(run.approvals, passed.mark):
        return
    if same_person(passed.mark.actor, actor, run.identity):
        raise Refused("You promoted this phase yourself.", "Its second approval needs someone else.")


def _stage_before(run: Run, stage: str) -> str:
    return run.sequence.stages[run.sequence.index[stage] - 1].title
