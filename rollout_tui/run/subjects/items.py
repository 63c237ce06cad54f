"""Items: signed off, failed, revoked, waived, deferred, and noted on."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..builder import Builder
from ..deploying import doubt
from ..stages import ItemKind, StageSequence
from ..stamp import Mark, Stamp
from ..state import ItemState, Status
from .phrases import item_title, stage_title, why


@dataclass(frozen=True)
class ItemSigned:
    """An item signed off, or one of its approvals."""

    kind: ClassVar[str] = "item_signed"
    item: str
    note: str = ""


@dataclass(frozen=True)
class ItemFailed:
    kind: ClassVar[str] = "item_failed"
    item: str
    reason: str


@dataclass(frozen=True)
class ItemRevoked:
    """A sign-off, waiver, deferral or start taken back; `was` says which."""

    kind: ClassVar[str] = "item_revoked"
    item: str
    was: str
    reason: str


@dataclass(frozen=True)
class ItemWaived:
    kind: ClassVar[str] = "item_waived"
    item: str
    reason: str


@dataclass(frozen=True)
class ItemDeferred:
    """An item put off to the end of the stage `to`, which it then blocks."""

    kind: ClassVar[str] = "item_deferred"
    item: str
    to: str
    reason: str


@dataclass(frozen=True)
class NoteAdded:
    """A note on an item, or on the run where `item` is empty; `after_close` says that the run was over by then."""

    kind: ClassVar[str] = "note_added"
    text: str
    item: str = ""
    after_close: bool = False


@dataclass(frozen=True)
class RollbackStepSigned:
    kind: ClassVar[str] = "rollback_step_signed"
    item: str
    note: str = ""


@dataclass(frozen=True)
class ItemBegun:
    """A step that takes its time begun: its sign-off says that it is done."""

    kind: ClassVar[str] = "item_begun"
    item: str


Event = ItemBegun | ItemSigned | ItemFailed | ItemRevoked | ItemWaived | ItemDeferred | NoteAdded | RollbackStepSigned


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        # The commonest first: each case is tried in turn.
        case ItemSigned() | RollbackStepSigned():
            run.sign(event.item, mark, event.note)
        case NoteAdded():
            pass
        case ItemBegun():
            run.begun[run.item(event.item).id] = mark
            if run.item(event.item).kind is ItemKind.STEP:
                doubt(run, event.item, mark)
        case ItemFailed():
            run.begun.pop(event.item, None)
            run.set(event.item, ItemState(Status.FAILED, (), mark, event.reason))
            if run.item(event.item).kind is ItemKind.STEP:
                doubt(run, event.item, mark)
        case ItemWaived():
            run.set(event.item, ItemState(Status.WAIVED, (), mark, event.reason))
        case ItemDeferred():
            run.set(event.item, ItemState(Status.DEFERRED, (), mark, event.reason, run.stage(event.to).id))
        case ItemRevoked():
            run.revoke(event.item, mark, event.reason)
        case _ as never:
            assert_never(never)


_WAS = {"signed": "sign-off", "waived": "waiver", "deferred": "deferral", "in-place": "earlier sign-off"}


def words(event: Event, sequence: StageSequence) -> str:
    title = item_title(sequence, event.item)
    match event:
        case ItemSigned() | RollbackStepSigned():
            return f"signed: {title}{why(event.note)}"
        case ItemBegun():
            return f"began: {title}"
        case ItemFailed():
            return f"failed: {title}{why(event.reason)}"
        case ItemRevoked():
            return f"revoked the {_WAS.get(event.was, event.was)} of: {title}{why(event.reason)}"
        case ItemWaived():
            return f"waived: {title}{why(event.reason)}"
        case ItemDeferred():
            return f"deferred to {stage_title(sequence, event.to)}: {title}{why(event.reason)}"
        case NoteAdded():
            about = f" on {title}" if event.item else ""
            return f"note{' after the close' if event.after_close else ''}{about}: {event.text}"
        case _ as never:
            assert_never(never)
