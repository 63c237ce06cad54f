"""Decisions on items: sign, fail, revoke, waive, defer, note."""

from __future__ import annotations

from ...errors import Conflict, Refused
from ...people import Actor, same_person
from .. import events as ev
from .. import intents
from ..attempt import told
from ..gates import unvalidated
from ..stages import Item, ItemKind, StageKind
from ..state import Run, Status
from .guards import need_reason, need_typed, when


def sign(run: Run, intent: intents.Sign, actor: Actor) -> ev.Event:
    item = run.sequence.find_item(intent.item)
    if item.kind in {ItemKind.ROLLBACK_STEP, ItemKind.FLAG_RESET}:
        return _sign_reset(run, item, intent)
    need_signable(run, item)
    state = run.state(item.id)
    if state.status is Status.SIGNED:
        raise Conflict(f"{item.title!r} is already signed, by {when(state.mark)}.", "Nothing more is needed.")
    if state.status is Status.WAIVED:
        raise Conflict(f"{item.title!r} was waived by {when(state.mark)}.", "Revoke the waiver first to sign it.")
    if any(same_person(each.by, actor) for each in state.approvals):
        raise Refused(f"{item.title!r} has your approval already.", "Its second approval needs someone else.")
    if item.kind is ItemKind.APPROVAL:
        _need_other_than_promoter(run, item, actor)
    if item.kind is ItemKind.STEP:
        _need_step_order(run, item)
        assert item.step is not None
        if item.id in run.in_place:
            return _confirm_in_place(run, item, intent)
        if not item.step.reversible:
            name = item.id.rpartition("/")[2]
            need_typed(intent.confirm, {name, item.id}, f"{item.title!r} can't be undone", f"its id {name!r}")
    return ev.ItemSigned(item.id, intent.note.strip())


def fail(run: Run, intent: intents.Fail) -> ev.Event:
    item = run.sequence.find_item(intent.item)
    need_signable(run, item)
    state = run.state(item.id)
    if state.status in {Status.SIGNED, Status.WAIVED}:
        raise Refused(f"{item.title!r} is {state.status}, by {when(state.mark)}.", "Revoke that first, then fail it.")
    return ev.ItemFailed(item.id, need_reason(intent.reason, "Failing an item"))


def revoke(run: Run, intent: intents.Revoke) -> ev.Event:
    item = run.sequence.find_item(intent.item)
    state = run.state(item.id)
    reason = need_reason(intent.reason, "Revoking")
    if item.kind is ItemKind.METRIC:
        raise Refused("A reading can't be taken back.", "Measure again: the newest reading counts.")
    if item.kind is ItemKind.TRIGGER:
        raise Refused("A trigger is not revoked.", "Clear it, with a reason.")
    if item.kind is ItemKind.START:
        if run.stage.id != item.stage or not run.is_started(run.stage):
            title = run.sequence.stage(item.stage).title
            hint = "Only the phase that is open now can be taken back; later, reduce or roll back."
            raise Refused(f"{title}'s start can't be revoked.", hint)
        return ev.ItemRevoked(item.id, "start", reason)
    was = "approval" if state.status is Status.OPEN and state.approvals else str(state.status)
    was = "in-place" if item.id in run.in_place else was
    if was in {"open", "failed"}:
        raise Refused(f"{item.title!r} is {was}: there is nothing to take back.", "Sign it, or waive it with a reason.")
    if item.kind is ItemKind.FLAG_RESET and run.flags.get(item.flag) != item.value:
        raise Refused(f"{item.title!r} was changed again since.", "Sign or revoke that change.")
    if item.kind is ItemKind.STEP:
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
    return ev.ItemRevoked(item.id, was, reason)


def waive(run: Run, intent: intents.Waive) -> ev.Event:
    item = run.sequence.find_item(intent.item)
    _need_waivable(run, item, "waived")
    if item.id in run.in_place:
        hint = "Sign it to confirm that, or revoke it if it was undone since."
        raise Refused(f"{item.title!r} is {told(run, item.id)}: it can't be skipped.", hint)
    if item.kind is ItemKind.STEP:
        _need_step_order(run, item)
    return ev.ItemWaived(item.id, need_reason(intent.reason, "Waiving"))


def defer(run: Run, intent: intents.Defer) -> ev.Event:
    item = run.sequence.find_item(intent.item)
    if item.kind not in {ItemKind.CHECK, ItemKind.CRITERION}:
        raise Refused(f"A {item.kind} can't be deferred.", "Only checklist items and success criteria can.")
    _need_waivable(run, item, "deferred")
    to = run.sequence.find_stage(intent.to)
    place = run.sequence.index[to.id]
    if place <= run.sequence.index[item.stage] or place < run.position:
        later = [s.id for s in run.sequence.stages[max(run.position, run.sequence.index[item.stage] + 1) :]]
        raise Refused(f"{to.title} is not later than the item's own stage.", f"Choose one of {', '.join(later)}.")
    return ev.ItemDeferred(item.id, to.id, need_reason(intent.reason, "Deferring"))


def note(run: Run, intent: intents.Note) -> ev.Event:
    text = intent.text.strip()
    if not text:
        raise Refused("The note is empty.", "Write something, or leave it.")
    return ev.NoteAdded(text, run.sequence.find_item(intent.item).id if intent.item else "")


def need_signable(run: Run, item: Item) -> None:
    """Refuse what can't be dealt with by a person's word now, and say what comes first."""
    if item.kind is ItemKind.METRIC:
        raise Refused(f"{item.title!r} is a metric: it is measured, not signed.", "Measure it; fine or breach follows.")
    if item.kind is ItemKind.TRIGGER:
        raise Refused(
            f"{item.title!r} is a rollback trigger.", "Fire it if it was seen, clear it if it no longer counts."
        )
    if item.kind is ItemKind.START:
        raise Refused(f"{item.title!r} is not signed.", f"Start the phase: start-phase {item.stage}.")
    if run.rolling_back:
        raise Refused(f"{item.title!r} is frozen while the rollback is under way.", "Finish it, or call it off first.")
    if item.kind in {ItemKind.ROLLBACK_STEP, ItemKind.FLAG_RESET}:
        raise Refused(f"{item.title!r} belongs to a rollback.", "Sign it while the rollback is under way.")
    stage = run.sequence.stage(item.stage)
    if run.sequence.index[stage.id] > run.position:
        if stage.kind is StageKind.CLEANUP:
            hint = f"Cleanup comes only after post-deployment validation (R7). Now: {run.stage.title}."
        else:
            hint = f"{stage.title} opens when {_stage_before(run, stage.id)} is done. Now: {run.stage.title}."
        raise Refused(f"{item.title!r} is out of turn: {stage.title} is not open yet.", hint)
    if stage.kind is StageKind.PHASE and not run.is_started(stage):
        raise Refused(f"{stage.title} is not started.", f"Start it first: start-phase {stage.id}.")


def _confirm_in_place(run: Run, item: Item, intent: intents.Sign) -> ev.Event:
    """The record says what was confirmed: the header's list of ids is far from where one reads a sign-off."""
    words = [told(run, item.id), intent.note.strip()]
    return ev.ItemSigned(item.id, ": ".join(filter(None, words)))


def _sign_reset(run: Run, item: Item, intent: intents.Sign) -> ev.Event:
    """A rollback's step, or a flag that a reduction asks to be set back."""
    rollback = run.rollback
    if item.id in run.owed and not run.rolling_back:
        return ev.ItemSigned(item.id, intent.note.strip())
    if rollback is None or not rollback.under_way:
        raise Refused(f"{item.title!r} belongs to a rollback, and none is under way.", "Roll back first: roll-back.")
    if item.id not in rollback.items:
        raise Refused(
            f"{item.title!r} is not part of the rollback under way.", "Start its scenario as well: roll-back."
        )
    state = run.state(item.id)
    if state.status is Status.SIGNED:
        raise Conflict(f"{item.title!r} is already signed, by {when(state.mark)}.", "Nothing more is needed.")
    return ev.RollbackStepSigned(item.id, intent.note.strip())


def _need_waivable(run: Run, item: Item, done: str) -> None:
    if item.proves:
        raise Refused(
            f"{item.title!r} can't be {done}: it proves {item.proves}, which a rule needs.",
            "Sign it, or go past it with an override at the gate.",
        )
    if item.kind is ItemKind.APPROVAL:
        raise Refused(f"An approval can't be {done}.", "Someone signs it, or the promotion overrides it with a reason.")
    need_signable(run, item)
    state = run.state(item.id)
    if state.status in {Status.SIGNED, Status.WAIVED}:
        raise Conflict(f"{item.title!r} is already {state.status}, by {when(state.mark)}.", "Revoke that first.")


def _need_step_order(run: Run, item: Item) -> None:
    """R7: schema, code, backfill, cleanup, each in its turn; cleanup only after validation; nothing while held."""
    if run.held is not None:
        raise Refused(f"Migration steps wait: {when(run.held.mark)} holds the run.", "Release the hold first.")
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


def _need_other_than_promoter(run: Run, item: Item, actor: Actor) -> None:
    passed = run.gates.get(item.stage)
    if passed is not None and same_person(passed.mark.by, actor):
        raise Refused("You promoted this phase yourself.", "Its second approval needs someone else.")


def _stage_before(run: Run, stage: str) -> str:
    return run.sequence.stages[run.sequence.index[stage] - 1].title
