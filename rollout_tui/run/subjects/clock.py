"""The clock: confirmed by a person after it jumped."""

from __future__ import annotations

from typing import ClassVar

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit
from .phrases import LONGEST_SECONDS, span, why


@dataclass(frozen=True)
class ClockConfirmed:
    """A person confirmed the time after the wall clock jumped by `seconds` against the monotonic one."""

    kind: ClassVar[str] = "clock_confirmed"
    seconds: float
    reason: str


Event = ClockConfirmed


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    """What the entries show of steps is confirmed; what the clock of a session says is the session's."""
    if abs(event.seconds) > LONGEST_SECONDS:
        raise DoesNotFit("it confirms a jump beyond all measure")
    run.clock_steps.clear()


def words(event: Event, sequence: StageSequence) -> str:
    jump = span(event.seconds)
    ahead = "ahead" if event.seconds > 0 else "back"
    return f"confirmed the time after a jump of {jump} {ahead}{why(event.reason)}"
