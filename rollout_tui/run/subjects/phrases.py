"""Phrases that the words of several events share. What a plan or a person wrote is untouched."""

from __future__ import annotations

from datetime import timedelta

from ...plan.quantities import format_span
from ..stages import StageSequence

LONGEST_SECONDS = 100 * 366 * 24 * 3600
"""No soak, rollback or jump of a clock is longer than a hundred years: a longer one can't be reckoned with."""


def item_title(sequence: StageSequence, name: str) -> str:
    item = sequence.items.get(name)
    return item.title if item else name


def subject_title(sequence: StageSequence, name: str) -> str:
    """Give the title of what a probe looks at: a metric, by its id, or an item."""
    metric = sequence.metrics.get(name)
    return metric.metric if metric else item_title(sequence, name)


def stage_title(sequence: StageSequence, name: str) -> str:
    return sequence.stage(name).title if name in sequence.index else name


def span(seconds: float) -> str:
    """Write seconds as people read a span; what is beyond all measure, which an entry may claim, as the longest."""
    return format_span(timedelta(seconds=min(abs(seconds), LONGEST_SECONDS)))


def past(overrides: tuple[str, ...]) -> str:
    """Say that a decision went past blockers; nothing where it did not."""
    return f" past {counted(len(overrides), 'blocker')}" if overrides else ""


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def why(text: str) -> str:
    """Add a reason or a note; nothing where there is none."""
    return f" — {text}" if text else ""
