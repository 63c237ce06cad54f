"""A report as plain text for a terminal, a pipe or a mail."""

from __future__ import annotations

from collections.abc import Iterator

from ...text import one_line
from ..elements import LONGEST, Cell, Courses, Element, Facts, Paragraph, Table
from ..model import Report
from ..sections import sections
from ..summary import header

# A column is as wide as its widest cell, but that a long one does not push the others apart; the last takes the rest.
_WIDEST = 56
_GAP = "  "


def render(report: Report, only: str = "") -> str:
    """Give the whole report, or the one section that is named."""
    return "\n".join(_lines(report, only)) + "\n"


def _lines(report: Report, only: str) -> Iterator[str]:
    if not only:
        title = " · ".join((report.run.name, *report.run.started.marks))
        yield from _heading(title, "=")
        yield from _element(Facts(tuple(header(report))))
    for section in sections(report):
        if only in ("", section.name):
            if not only:
                yield ""
                yield from _heading(section.title, "-")
            for place, element in enumerate(section.elements):
                if place:
                    yield ""
                yield from _element(element)


def _heading(title: str, rule: str) -> Iterator[str]:
    shown = one_line(title)
    yield shown
    yield rule * len(shown)


def _element(element: Element) -> Iterator[str]:
    match element:
        case Paragraph(text):
            yield one_line(text, limit=LONGEST)
        case Courses(table=lines, legend=legend):
            yield from _element(lines)
            yield ""
            yield one_line(legend, limit=LONGEST)
        case Facts(rows):
            widest = max(len(name) for name, _ in rows)
            for name, cell in rows:
                first, *more = _several(cell)
                yield f"{name:<{widest}}{_GAP}{first}"
                yield from (f"{'':<{widest}}{_GAP}{line}" for line in more)
        case Table(title, columns, rows):
            if title:
                yield one_line(title)
            table = [columns, *([_one(cell) for cell in row.cells] for row in rows)]
            widths = [min(_WIDEST, max(map(len, column))) for column in zip(*table, strict=True)]
            for line in table:
                yield _GAP.join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _several(cell: Cell) -> list[str]:
    match cell:
        case int():
            return [f"#{cell}"]
        case tuple():
            return [one_line(each, limit=LONGEST) for each in cell] or [""]
        case str():
            return [one_line(cell, limit=LONGEST)]


def _one(cell: Cell) -> str:
    return "; ".join(_several(cell))
