"""The elements of a report, whatever its format: paragraphs, facts, tables."""

from __future__ import annotations

from collections.abc import Iterable

from ..frozen import dataclass
from .courses import CourseLine

LONGEST = 1_000_000
"""No text of a log is cut: a report that leaves the end of a note out is none."""

Cell = str | int | tuple[str, ...]
"""A text, an event's number, or several texts of which each stands on its own."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Facts with their names."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class TableRow:
    """A table's row; `tone` is the severity of what it tells, if any."""

    cells: tuple[Cell, ...]
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under named columns; `title` may be empty."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def table(title: str, columns: tuple[str, ...], rows: Iterable[TableRow]) -> Table:
    """Make a table without the columns in which no row has anything."""
    rows = tuple(rows)
    kept = [place for place in range(len(columns)) if any(row.cells[place] not in ("", ()) for row in rows)]
    return Table(
        title,
        tuple(columns[place] for place in kept),
        tuple(TableRow(tuple(row.cells[place] for place in kept), row.tone) for row in rows),
    )


@dataclass(frozen=True)
class Courses:
    """Courses of metrics, to be drawn as charts; or as a table, whose lines of characters `legend` explains."""

    table: Table
    courses: tuple[CourseLine, ...]
    legend: str


Element = Paragraph | Facts | Table | Courses


@dataclass(frozen=True)
class Section:
    """A part of a report; `name` is how it is asked for."""

    name: str
    title: str
    elements: tuple[Element, ...]
