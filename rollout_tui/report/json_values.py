"""Times and spans as every JSON and CSV of this program writes them; None where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta


def iso(at: datetime | None) -> str | None:
    """Write a time in UTC as ISO 8601 to the millisecond."""
    return None if at is None else at.isoformat(timespec="milliseconds")


def seconds(span: timedelta | None) -> int | None:
    """Give a span in whole seconds."""
    return None if span is None else int(span.total_seconds())
