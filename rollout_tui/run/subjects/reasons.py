"""Reasons given later: what happened, where a rollback or a hold began before anybody said it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit
from .phrases import why


@dataclass(frozen=True)
class ReasonGiven:
    """What happened: the reason of what has none yet, or more words to the newest; `happened` is since when it was."""

    kind: ClassVar[str] = "reason_given"
    reason: str


Event = ReasonGiven


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    is_rolling_back = run.rollback is not None and run.rollback.under_way
    if not is_rolling_back and run.held is None:
        raise DoesNotFit("neither a rollback nor a hold is under way")
    if run.held is not None and not (run.held.reason and is_rolling_back):
        run.held = replace(run.held, reason=_added(run.held.reason, event.reason))
    if run.rollback is not None and is_rolling_back:
        *before, newest = run.rollback.chosen
        chosen = [each if each.reason else replace(each, reason=event.reason) for each in before]
        chosen.append(replace(newest, reason=_added(newest.reason, event.reason)))
        seen = min(filter(None, (run.rollback.seen, stamp.happened)), default=None)
        run.rollback = replace(run.rollback, chosen=tuple(chosen), seen=seen)


def _added(reason: str, more: str) -> str:
    return f"{reason}; {more}" if reason else more


def words(event: Event, sequence: StageSequence) -> str:
    return f"gave the reason{why(event.reason)}"
