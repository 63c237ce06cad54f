"""The act that records an anchor, once an authority has stamped a head of the log."""

from __future__ import annotations

import re

from ...errors import Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..moment import Moment
from ..run_rules import ANCHORS
from ..state import Run
from .anchors import Event, HeadAnchored, How
from .observations import read_time

_EARLIER = re.compile(r"(0|[1-9][0-9]{0,8}):[0-9a-f]{64}")


@dataclass(frozen=True)
class Anchor:
    """Record that an authority has stamped a head of the log; its answer is kept as evidence.

    Nobody types it: `rollout anchor` asks the authority.
    """

    head: str = ask(FieldKind.LINE, "the head that was stamped: its number, a colon and its hash")
    authority: str = ask(FieldKind.LINE, "who stamped it: its address")
    time: str = ask(FieldKind.LINE, "when it did, by its clock")
    how: How = ask(FieldKind.LINE, "in which way", "rfc3161")


Intent = Anchor


def need_anchors(run: Run) -> None:
    """Refuse to anchor a run of which an earlier version would not know what that is."""
    if run.started.rules < ANCHORS:
        raise Refused(
            "This run was begun by an earlier version, which knows no anchors.",
            "Note its head elsewhere: rollout verify --expect-head compares it.",
        )


ACTIONS = (
    Action(
        "anchor",
        "Anchor the log",
        Anchor,
        lambda run, subject, now, actor: need_anchors(run),
        in_rollback=True,
        after_rollback=True,
        after_close=lambda run, subject: True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    need_anchors(run)
    event = HeadAnchored(intent.head, intent.how, intent.authority.strip(), intent.time)
    is_newest = event.head == f"{run.seq}:{run.head}"
    # What an earlier entry's hash is, the run does not know: who verifies the anchor compares it.
    if not is_newest and not (_EARLIER.fullmatch(event.head) and event.seq < run.seq):
        raise UsageError(f"{event.head!r} is no head of this log.", "Anchor the head that rollout status shows.")
    if not event.authority:
        raise UsageError("The authority has no name.", "Give its address.")
    if read_time(event.time) is None:
        raise UsageError("It is not said when the head was stamped.", "Give the time that the authority says.")
    return event


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    return Anchor(event.head, event.authority, event.time, event.how)
