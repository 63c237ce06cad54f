"""The one table: each figure beside its floor, the ratio between them, and what it may be."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import asdict, dataclass

from tests.bench.measure import Taken, middle, p95


@dataclass(frozen=True)
class Row:
    """A figure of ours and its floor, each with the median and p95 of what was taken.

    `ratio` is ours to the floor's, `cpu_ratio` the same of processor time where it is known; `budget` bounds the ratio,
    or ours itself where `limit` is set instead. Without either the row informs.
    """

    figure: str
    unit: str
    ours: float
    ours_p95: float
    floor_is: str = ""
    floor: float | None = None
    floor_p95: float | None = None
    ratio: float | None = None
    cpu_ratio: float | None = None
    budget: float | None = None
    limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is not None:
            return "within" if self.ours <= self.limit else "OVER"
        if self.budget is None:
            return ""
        return "within" if self.ratio is not None and self.ratio <= self.budget else "OVER"


def compared(
    figure: str, ours: Sequence[Taken], floor_is: str, floor: Sequence[Taken], budget: float | None = None
) -> Row:
    """Compare two times by their medians."""
    wall, wall_floor = [each.wall for each in ours], [each.wall for each in floor]
    cpu, cpu_floor = middle([each.cpu for each in ours]), middle([each.cpu for each in floor])
    return Row(
        figure,
        "ms",
        middle(wall),
        p95(wall),
        floor_is,
        middle(wall_floor),
        p95(wall_floor),
        ratio=middle(wall) / middle(wall_floor),
        cpu_ratio=cpu / cpu_floor if cpu_floor else None,
        budget=budget,
    )


def by_cpu(
    figure: str, ours: Sequence[Taken], floor_is: str, floor: Sequence[Taken], budget: float | None = None
) -> Row:
    """Compare the processor's times of acts that only compute: other processes disturb those least."""
    return compared(
        figure,
        [Taken(each.cpu, each.cpu) for each in ours],
        floor_is,
        [Taken(each.cpu, each.cpu) for each in floor],
        budget,
    )


def plain(
    figure: str,
    unit: str,
    ours: Sequence[float],
    floor_is: str,
    floor: Sequence[float],
    *,
    budget: float | None = None,
    limit: float | None = None,
) -> Row:
    """Compare two figures that are not times of an act by their medians."""
    of_floor = middle(floor)
    return Row(
        figure,
        unit,
        middle(ours),
        p95(ours),
        floor_is,
        of_floor,
        p95(floor),
        ratio=middle(ours) / of_floor if of_floor else None,
        budget=budget,
        limit=limit,
    )


def alone(figure: str, unit: str, ours: Sequence[float], *, limit: float | None = None) -> Row:
    """Give a figure that has no floor."""
    return Row(figure, unit, middle(ours), p95(ours), limit=limit)


_COLUMNS: dict[str, Callable[[Row], str]] = {
    "figure": lambda row: row.figure,
    "ours": lambda row: number(row.ours),
    "p95": lambda row: number(row.ours_p95),
    "floor": lambda row: number(row.floor),
    "p95 ": lambda row: number(row.floor_p95),
    "unit": lambda row: row.unit,
    "floor is": lambda row: row.floor_is,
    "ratio": lambda row: number(row.ratio),
    "of cpu": lambda row: number(row.cpu_ratio),
    "budget": lambda row: _budget(row),
    "": lambda row: row.verdict,
}
_TEXTS = {"figure", "unit", "floor is", ""}


def as_text(rows: Iterable[Row]) -> str:
    """Write the table in columns."""
    return columns(list(_COLUMNS), [[cell(row) for cell in _COLUMNS.values()] for row in rows], _TEXTS)


def columns(names: Sequence[str], cells: Sequence[Sequence[str]], texts: Container[str]) -> str:
    """Write cells below the names of their columns: texts to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    lines = [
        "  ".join(
            text.ljust(width) if name in texts else text.rjust(width)
            for name, text, width in zip(names, line, widths, strict=True)
        ).rstrip()
        for line in [names, *cells]
    ]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def as_json(rows: Iterable[Row]) -> str:
    return json.dumps([{**asdict(row), "verdict": row.verdict} for row in rows], indent=2, ensure_ascii=False)


def _budget(row: Row) -> str:
    if row.limit is not None:
        return f"≤ {row.limit:g} {row.unit}"
    return f"≤ {row.budget:.3g}" if row.budget is not None else ""


def number(value: float | None) -> str:
    """Write a number with as many digits as say something."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
