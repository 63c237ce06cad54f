"""An earlier time that somebody claims: read as it was typed, completed to a date, refused where it can't be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ..errors import Refused, UsageError
from ..plan.quantities import format_span
from .run_rules import CLAIMED_TIME
from .state import Run

_ASKED_BEYOND = timedelta(hours=1)
_TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_FORMS = "Give it as HH:MM in UTC, as 2026-03-04T14:02:00Z, or with an offset as 2026-03-04T15:02:00+01:00."


def read_claimed(text: str, now: datetime) -> datetime:
    """Read a time to the millisecond: a time of day in UTC is the newest that does not lie ahead, else ISO 8601."""
    text = text.strip()
    if found := _TIME_OF_DAY.fullmatch(text):
        at = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return at if at <= now else at - timedelta(days=1)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a time.", _FORMS) from None
    if at.tzinfo is None:
        raise UsageError(f"{text!r} does not say in which time zone.", _FORMS)
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{text!r} is not a time.", _FORMS) from None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def is_time_of_day(text: str) -> bool:
    """Tell whether a date has to be added to what was typed."""
    return _TIME_OF_DAY.fullmatch(text.strip()) is not None


def in_full(happened: datetime, now: datetime) -> str:
    """Give the full date that a claimed time is, and how long ago."""
    ago = now - happened
    whole = timedelta(minutes=ago // timedelta(minutes=1))
    return f"{happened:%Y-%m-%d %H:%M} UTC, {format_span(whole)} ago" if whole else f"{happened:%Y-%m-%d %H:%M} UTC"


def is_long_ago(happened: datetime, now: datetime) -> bool:
    """Tell whether somebody should confirm a claimed time: a slip of a digit or a day is as long."""
    return now - happened > _ASKED_BEYOND


def need_possible(run: Run, happened: datetime | None, now: datetime) -> None:
    """Refuse a claimed time that lies ahead, or before the run began."""
    if happened is None:
        return
    if happened > now:
        raise UsageError(f"{happened:%Y-%m-%d %H:%M:%S} UTC lies in the future.", "Give the time when it happened.")
    # A time of day is typed without its seconds.
    begun = run.stamp.when.replace(second=0, microsecond=0)
    if happened < begun and run.started.rules >= CLAIMED_TIME:
        raise Refused(
            f"{happened:%Y-%m-%d %H:%M} UTC lies before the run began ({begun:%Y-%m-%d %H:%M} UTC).",
            "Give the time when it happened, with its date; what was before the run belongs into a note.",
        )
