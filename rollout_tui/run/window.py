"""The maintenance window: whether a time lies outside it, and in which words."""

from __future__ import annotations

from datetime import datetime

from ..plan.model import Plan
from ..plan.quantities import format_span
from .moment import Moment
from .state import Run

WINDOW_ID = "window"
"""The name by which an override goes past it."""


def outside_window(plan: Plan, at: datetime) -> str:
    """Say how far a time lies outside the plan's maintenance window, as it is then; nothing inside or without one."""
    window = plan.strategy.window
    if window is None or window.start is None or window.end is None:
        return ""
    if at < window.start:
        return f"outside the maintenance window: it opens in {format_span(window.start - at)}"
    if at > window.end:
        return f"outside the maintenance window: it closed {format_span(at - window.end)} ago"
    return ""


def warnings(run: Run, now: Moment) -> tuple[str, ...]:
    """Give what the operator should know and what blocks nothing."""
    outside = outside_window(run.plan, now.at)
    if run.closed or run.started.rehearsal or not outside:
        return ()
    return (f"{outside[0].upper()}{outside[1:]}.",)
