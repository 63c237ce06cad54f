"""The lead of a run: offered, and taken over. It is shown to everybody, and no permission."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import Offer
from .phrases import why


@dataclass(frozen=True)
class HandoverOffered:
    """The lead offered: to the person `to`, or to whoever takes it."""

    kind: ClassVar[str] = "handover_offered"
    to: str = ""
    note: str = ""


@dataclass(frozen=True)
class HandedOver:
    """The entry's author leads from here on, in place of `before`; `open` is what was read back to them.

    `reason` is why they took it, where nobody had offered it to them.
    """

    kind: ClassVar[str] = "handed_over"
    before: str
    open: tuple[str, ...] = ()
    reason: str = ""


Event = HandoverOffered | HandedOver


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case HandoverOffered():
            run.offer = Offer(event.to, mark, event.note)
        case HandedOver():
            run.took_over, run.offer = mark, None
        case _ as never:
            assert_never(never)


def words(event: Event, sequence: StageSequence) -> str:
    match event:
        case HandoverOffered():
            return f"offered the lead to {event.to or 'whoever takes it'}{why(event.note)}"
        case HandedOver():
            return f"took the lead over from {event.before}{why(event.reason)}"
        case _ as never:
            assert_never(never)
