"""The end of a run: closed as completed or as rolled back, or aborted."""

from __future__ import annotations

from typing import ClassVar

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import Closed, Outcome
from .phrases import why


@dataclass(frozen=True)
class RunClosed:
    """The run's end; `events` counts the journal's events with this one, `left` is what an abort leaves in place.

    A follow-up names who signs the outstanding cleanup steps, by when, and under which ticket.
    """

    kind: ClassVar[str] = "run_closed"
    outcome: Outcome
    events: int
    note: str
    left: tuple[str, ...] = ()
    follow_up_owner: str = ""
    follow_up_date: str = ""
    follow_up_ticket: str = ""


Event = RunClosed


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    run.closed = closed_by(event, mark)


def closed_by(event: RunClosed, mark: Mark) -> Closed:
    """Give how the run ended with the event that closes it."""
    follow_up = event.follow_up_owner, event.follow_up_date, event.follow_up_ticket
    return Closed(event.outcome, mark, event.note, *follow_up)


def words(event: Event, sequence: StageSequence) -> str:
    left = f"; left in place: {', '.join(event.left)}" if event.left else ""
    owner, day, ticket = event.follow_up_owner, event.follow_up_date, event.follow_up_ticket
    follow_up = f"; cleanup outstanding: {owner} by {day} ({ticket})" if owner else ""
    return f"closed as {event.outcome.replace('-', ' ')}{why(event.note)}{left}{follow_up}"
