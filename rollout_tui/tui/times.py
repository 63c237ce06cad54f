"""Times in words: when something was, and how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plan.quantities import format_span


def clock_time(at: datetime, now: datetime) -> str:
    """Write when something was: the time today, the day and time before."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b %H:%M}"


def ago(age: timedelta) -> str:
    """Write how long ago something was, in whole minutes."""
    whole = timedelta(minutes=age // timedelta(minutes=1))
    return f"{format_span(whole)} ago" if whole else "just now"
