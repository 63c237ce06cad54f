"""Acts on items: sign, fail, revoke, waive, defer, note."""

from __future__ import annotations

from typing import assert_never

from ...errors import Refused
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..previous_attempt import told
from ..run_rules import NOTE_AFTER_CLOSE
from ..stages import ItemKind
from ..state import Run
from .guards import need_reason, need_typed
from .item_checks import beginnable, deferrable, failable, revocable, signable, signs_follow_up, waivable
from .items import (
    Event,
    ItemBegun,
    ItemDeferred,
    ItemFailed,
    ItemRevoked,
    ItemSigned,
    ItemWaived,
    NoteAdded,
    RollbackStepSigned,
)


@dataclass(frozen=True)
class Sign:
    """Sign an item off: a check, a migration step, a flag change, a criterion, or a rollback step."""

    item: str = ask(FieldKind.ITEM, "the item")
    note: str = ask(FieldKind.TEXT, "note", "")
    evidence: str = ask(FieldKind.FILE, "file to keep as evidence", "")
    confirm: str = ask(FieldKind.NAME, "the step's id, where it can't be undone", "")


@dataclass(frozen=True)
class Begin:
    """Begin a step of more than 5 minutes: how long it takes is told then."""

    item: str = ask(FieldKind.ITEM, "the step")


@dataclass(frozen=True)
class Fail:
    """Record that an item failed; it blocks until it is signed or waived."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "what failed")


@dataclass(frozen=True)
class Revoke:
    """Take a sign-off, waiver, deferral or mistaken start back."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "why it is taken back")


@dataclass(frozen=True)
class Waive:
    """Skip an item for good, with a reason that every report shows."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "why it may be skipped")


@dataclass(frozen=True)
class Defer:
    """Put an item off to a later stage, whose end it then blocks."""

    item: str = ask(FieldKind.ITEM, "the item")
    to: str = ask(FieldKind.LATER_STAGE, "the stage where it comes due")
    reason: str = ask(FieldKind.TEXT, "why it can wait")


@dataclass(frozen=True)
class Note:
    """Add a note to the run, or to one item."""

    text: str = ask(FieldKind.TEXT, "the note")
    item: str = ask(FieldKind.ITEM, "the item", "")


Intent = Begin | Sign | Fail | Revoke | Waive | Defer | Note


def _typed_name(run: Run, subject: str) -> str:
    item = run.sequence.items.get(subject)
    asks = item is not None and item.step is not None and not item.step.reversible and item.id not in run.in_place
    return item.step_id if item is not None and asks else ""


ACTIONS = (
    Action(
        "begin",
        "Begin the step",
        Begin,
        lambda run, item, now, actor: beginnable(run, item, now, actor),
        FieldKind.ITEM,
        in_rollback=True,
    ),
    Action(
        "sign",
        "Sign off",
        Sign,
        lambda run, item, now, actor: signable(run, item, now, actor),
        FieldKind.ITEM,
        typed_name=_typed_name,
        in_rollback=True,
        after_close=signs_follow_up,
    ),
    Action("fail", "Fail", Fail, lambda run, item, now, actor: failable(run, item, now), FieldKind.ITEM),
    Action("revoke", "Revoke", Revoke, lambda run, item, now, actor: revocable(run, item), FieldKind.ITEM),
    Action("waive", "Waive", Waive, lambda run, item, now, actor: waivable(run, item, now), FieldKind.ITEM),
    Action("defer", "Defer", Defer, lambda run, item, now, actor: deferrable(run, item, now), FieldKind.ITEM),
    Action(
        "note",
        "Note",
        Note,
        lambda run, item, now, actor: run.sequence.find_item(item) if item else None,
        FieldKind.ITEM,
        in_rollback=True,
        after_rollback=True,
        after_close=lambda run, item: run.started.rules >= NOTE_AFTER_CLOSE,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case Begin():
            return ItemBegun(beginnable(run, intent.item, now, actor).id)
        case Sign():
            return _sign(run, intent, now, actor)
        case Fail():
            item = failable(run, intent.item, now)
            return ItemFailed(item.id, need_reason(intent.reason, "Failing an item"))
        case Revoke():
            item, was = revocable(run, intent.item)
            return ItemRevoked(item.id, was, need_reason(intent.reason, "Revoking"))
        case Waive():
            item = waivable(run, intent.item, now)
            return ItemWaived(item.id, need_reason(intent.reason, "Waiving"))
        case Defer():
            return _defer(run, intent, now)
        case Note():
            text = intent.text.strip()
            if not text:
                raise Refused("The note is empty.", "Write something, or leave it.")
            about = run.sequence.find_item(intent.item).id if intent.item else ""
            return NoteAdded(text, about, after_close=run.closed is not None)
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case ItemBegun():
            return Begin(event.item)
        case ItemSigned():
            # What it says of an earlier run was added when it was decided.
            added = told(run, event.item) if event.item in run.in_place else ""
            note = event.note.removeprefix(added).removeprefix(": ") if added else event.note
            return Sign(event.item, note, confirm=event.item)
        case RollbackStepSigned():
            return Sign(event.item, event.note)
        case ItemFailed():
            return Fail(event.item, event.reason)
        case ItemWaived():
            return Waive(event.item, event.reason)
        case ItemDeferred():
            return Defer(event.item, event.to, event.reason)
        case ItemRevoked():
            return Revoke(event.item, event.reason)
        case NoteAdded():
            return Note(event.text, event.item)
        case _ as never:
            assert_never(never)


def _sign(run: Run, intent: Sign, now: Moment, actor: Actor) -> Event:
    item, note = signable(run, intent.item, now, actor), intent.note.strip()
    if item.kind in {ItemKind.ROLLBACK_STEP, ItemKind.FLAG_RESET} and run.rolling_back:
        return RollbackStepSigned(item.id, note)
    if item.id in run.in_place:
        # The record says what was confirmed: the header's list of ids is far from where one reads a sign-off.
        return ItemSigned(item.id, ": ".join(filter(None, [told(run, item.id), note])))
    if name := _typed_name(run, item.id):
        need_typed(intent.confirm, {name, item.id}, f"{item.title!r} can't be undone", f"its id {name!r}")
    return ItemSigned(item.id, note)


def _defer(run: Run, intent: Defer, now: Moment) -> Event:
    item = deferrable(run, intent.item, now)
    to = run.sequence.find_stage(intent.to)
    place, own = run.sequence.index[to.id], run.sequence.index[item.stage]
    if place <= own or place < run.position:
        later = [stage.id for stage in run.sequence.stages[max(run.position, own + 1) :]]
        raise Refused(f"{to.title} is not later than the item's own stage.", f"Choose one of {', '.join(later)}.")
    return ItemDeferred(item.id, to.id, need_reason(intent.reason, "Deferring"))
