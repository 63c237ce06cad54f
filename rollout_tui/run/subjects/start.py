"""The start of a run."""

from __future__ import annotations

from ..builder import Builder
from ..plan_events import RunStarted
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit
from .phrases import why

Event = RunStarted


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    raise DoesNotFit("a run can't start twice")


def words(event: Event, sequence: StageSequence) -> str:
    past = f" past {', '.join(event.overrides)}" if event.overrides else ""
    after = f", second attempt after {event.after}" if event.after else ""
    kind = f" ({', '.join(event.marks)})" if event.marks else ""
    return f"started {event.service} {event.release}{kind}{past}{after}{why(event.reason)}"
