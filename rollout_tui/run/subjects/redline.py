"""Redline: the run follows another plan from here on; `plan_change` says what that voids."""

from __future__ import annotations

from ..apply_redline import apply_redline
from ..builder import Builder
from ..plan_events import PlanRedlined
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from .phrases import item_title, why

Event = PlanRedlined


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    apply_redline(run, event, mark)


def words(event: Event, sequence: StageSequence) -> str:
    voided = f"; voided: {', '.join(item_title(sequence, each) for each in event.voided)}" if event.voided else ""
    return f"redlined the plan: {'; '.join(event.changes)}{why(event.reason)}{voided}"
