"""A sparkline: a course in one line of characters, each as high as its share of what the threshold allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..plan.quantities import Comparison
from .course import Column

BARS = "▁▂▃▄▅▆▇█"
BREACH, UNKNOWN, GAP = "✘", "?", "·"


def sparkline(columns: Sequence[Column], limit: Comparison) -> str:
    """Draw the columns: a full bar stands at a threshold that nothing may exceed, the lowest at one to stay above.

    What is in breach, what could not be judged and what nobody looked at each have a character of their own.
    """
    bottom, top = scale((each.value for each in columns if each.shows == "fine"), limit)
    return "".join(_character(each, bottom, top) for each in columns)


def scale(values: Iterable[float | None], limit: Comparison) -> tuple[float, float]:
    """Give the ends of the scale on which fine values are drawn; the threshold is one of them."""
    least, most = limit.range
    known = [each for each in values if each is not None]
    if limit.operator.startswith(">"):
        return min(known, default=limit.number) if least < 0 else 0.0, limit.number
    return limit.number, max(known, default=limit.number) if most == float("inf") else most


def _character(column: Column, bottom: float, top: float) -> str:
    if column.value is None:
        return UNKNOWN if column.shows == "unknown" else GAP
    if column.shows == "breach":
        return BREACH
    # Halves, or the difference of two large numbers would be infinite.
    share = (column.value / 2 - bottom / 2) / (top / 2 - bottom / 2) if top / 2 > bottom / 2 else 0.0
    return BARS[min(len(BARS) - 1, int(min(1.0, max(0.0, share)) * len(BARS)))]
