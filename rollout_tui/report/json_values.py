"""Values as every JSON and CSV of this program writes them; a time or a span is None where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..run.condition import Condition
    from ..run.gates import Blocker


def iso(at: datetime | None) -> str | None:
    """Write a time in UTC as ISO 8601 to the millisecond."""
    return None if at is None else at.isoformat(timespec="milliseconds")


def seconds(span: timedelta | None) -> int | None:
    """Give a span in whole seconds."""
    return None if span is None else int(span.total_seconds())


def blocker_object(each: Blocker) -> dict[str, Any]:
    """Give a blocker as `status` and the report write it."""
    return {
        "id": each.id,
        "kind": str(each.kind),
        "subject": each.subject or None,
        "text": each.text,
        "remedy": each.remedy,
        "overridable": each.overridable,
    }


def condition_object(found: Condition) -> dict[str, Any]:
    return {
        "rank": str(found.rank),
        "text": found.text or None,
        "item": found.subject or None,
        "helps": [{"action": action, "does": does} for action, does in found.helps],
        "more": found.more,
    }
