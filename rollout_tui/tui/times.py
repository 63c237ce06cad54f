"""Times in words: when something was, and how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plan.quantities import format_span
from ..run.observation import AHEAD


def clock_time(at: datetime, now: datetime) -> str:
    """Write when something was: the time today, the day and time before."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b %H:%M}"


def ago(age: timedelta) -> str:
    """Write how long ago something was, in whole minutes; a clock that was ahead wrote a time that is still to come."""
    if age < -AHEAD:
        return "in the future"
    whole = timedelta(minutes=max(0, age // timedelta(minutes=1)))
    return f"{format_span(whole)} ago" if whole else "just now"
