"""Values as every JSON and CSV of this program writes them; a time or a span is None where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..run.blind import PhaseSight
    from ..run.condition import Condition
    from ..run.gates import Blocker
    from ..run.part import Part


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


def part_object(each: Part) -> dict[str, Any]:
    """Give a migration step or flag, and whether it is there, as `status` and the report write it."""
    mark = each.effect.mark
    return {
        "id": each.id,
        "kind": each.kind,
        "title": each.title,
        "state": str(each.state),
        "value": each.effect.value if each.kind == "flag" else None,
        "by": mark.by if mark else None,
        "at": iso(mark.at) if mark else None,
        "event": mark.seq if mark else None,
        "before": each.effect.before if mark is None and each.state != "not yet" else None,
    }


def condition_object(found: Condition) -> dict[str, Any]:
    return {
        "rank": str(found.rank),
        "text": found.text or None,
        "item": found.subject or None,
        "helps": [{"action": action, "does": does} for action, does in found.helps],
        "more": found.more,
    }


def sight_object(each: PhaseSight) -> dict[str, Any]:
    """A soak that probes watched."""
    return {
        "stage": each.stage,
        "event": each.seq,
        "ended": iso(each.ended),
        "seconds": seconds(each.whole),
        "observed": seconds(each.observed),
        "blind": seconds(each.blind),
        "looks": each.looks,
        "unknown": each.unknown,
        "errors": each.errors,
    }
