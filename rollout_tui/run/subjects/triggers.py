"""Rollback triggers: fired by a person's word, cleared with a reason."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from .phrases import item_title, why


@dataclass(frozen=True)
class TriggerFired:
    kind: ClassVar[str] = "trigger_fired"
    trigger: str
    reason: str


@dataclass(frozen=True)
class TriggerCleared:
    kind: ClassVar[str] = "trigger_cleared"
    trigger: str
    reason: str


Event = TriggerFired | TriggerCleared


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    trigger = run.item(event.trigger).id
    match event:
        case TriggerFired():
            run.fired[trigger] = (mark, event.reason)
        case TriggerCleared():
            run.fired.pop(trigger, None)
            run.cleared[trigger] = mark
        case _ as never:
            assert_never(never)
    run.follow_health(mark)


def words(event: Event, sequence: StageSequence) -> str:
    title = item_title(sequence, event.trigger)
    match event:
        case TriggerFired():
            return f"trigger fired: {title}{why(event.reason)}"
        case TriggerCleared():
            return f"trigger cleared: {title}{why(event.reason)}"
        case _ as never:
            assert_never(never)
