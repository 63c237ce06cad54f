"""A report as one HTML file: opens offline, runs no script, loads nothing, prints well."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator
from pathlib import Path

from ...text import safe
from ..course_svg import course_svg
from ..courses import CourseLine
from ..elements import LONGEST, Cell, Courses, Element, Facts, Paragraph, Section, Table, TableRow
from ..model import Report
from ..sections import sections
from ..summary import header
from ..timeline_svg import timeline_svg

_LEGEND = (
    "The line is the worst value of each moment, the dashed one the threshold. What was in breach has a bar above it; "
    "where nothing could be seen the ground is grey, and where nobody looked it has a frame."
)
_LONG_WORD = 24
# A time, a name, a span: no line break helps it.
_SHORT_TEXT = len("2026-11-22 18:40:00")


def render(report: Report) -> str:
    """Give the whole page; its policy allows the one style sheet that stands in it, and nothing else."""
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = inert(report.run.name)
    marked = "".join(f' <span class="mark">{mark}</span>' for mark in report.run.started.marks)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{title}: rollout report</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<h1>{title}{marked}</h1>",
            *_element(Facts(tuple(header(report)))),
            "</header>",
            "<main>",
            *(line for section in sections(report) for line in _section(report, section)),
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def _section(report: Report, section: Section) -> Iterator[str]:
    yield f'<section id="{section.name}">'
    yield f"<h2>{section.title}</h2>"
    if section.name == "timeline":
        caption = "To scale. A tick is an event, a thick one an event with a finding."
        yield f"<figure>{timeline_svg(report)}<figcaption>{caption}</figcaption></figure>"
    for element in section.elements:
        yield from _element(element, is_home=section.name == "timeline")
    yield "</section>"


def _element(element: Element, *, is_home: bool = False) -> Iterator[str]:
    """`is_home` is where an event's row stands, to which its number leads from everywhere else."""
    match element:
        case Paragraph(text):
            yield f"<p>{inert(text)}</p>"
        case Facts(rows):
            yield "<dl>"
            yield from (f"<dt>{name}</dt><dd>{_cell(cell)}</dd>" for name, cell in rows)
            yield "</dl>"
        case Courses(table, courses):
            yield f"<h3>{inert(table.title)}</h3>"
            yield f"<p>{_LEGEND}</p>"
            for row, course in zip(table.rows, courses, strict=True):
                yield from _course(row, course)
        case Table(title, columns, rows):
            if title:
                yield f"<h3>{inert(title)}</h3>"
            kind = ' class="log"' if is_home else ""
            named = "".join(f'<th scope="col">{name}</th>' for name in columns)
            yield f"<table{kind}><thead><tr>{named}</tr></thead>"
            yield "<tbody>"
            yield from (_row(row, is_home=is_home) for row in rows)
            yield "</tbody></table>"


def _course(row: TableRow, course: CourseLine) -> Iterator[str]:
    """A chart with what the table would say of it, but for the line of characters."""
    tone = f' class="{row.tone}"' if row.tone else ""
    yield f"<figure{tone}>{course_svg(course)}"
    looks = "1 look" if course.looks == 1 else f"{course.looks} looks"
    told = (f"{course.stage}: {course.values}, alert {course.limit}, {looks}", *course.notes)
    yield f"<figcaption><b>{inert(course.metric)}</b> {inert('; '.join(told))}</figcaption></figure>"


def _row(row: TableRow, *, is_home: bool) -> str:
    tone = f' class="{row.tone}"' if row.tone else ""
    number = row.cells[0]
    if is_home and isinstance(number, int):
        first = f'<td class="n" id="event-{number}">#{number}</td>'
        return f"<tr{tone}>{first}{''.join(map(_td, row.cells[1:]))}</tr>"
    return f"<tr{tone}>{''.join(map(_td, row.cells))}</tr>"


def _td(cell: Cell) -> str:
    if isinstance(cell, int):
        return f'<td class="n">{_cell(cell)}</td>'
    texts = (cell,) if isinstance(cell, str) else cell
    if all(len(text) <= _SHORT_TEXT for text in texts):
        return f'<td class="short">{_cell(cell)}</td>'
    # Only such a word may be broken anywhere: if all might, columns would shrink until every word breaks.
    long = any(len(word) > _LONG_WORD for text in texts for word in text.split())
    return f'<td class="long">{_cell(cell)}</td>' if long else f"<td>{_cell(cell)}</td>"


def _cell(cell: Cell) -> str:
    match cell:
        case int():
            return f'<a href="#event-{cell}">#{cell}</a>'
        case tuple():
            return "<br>".join(map(inert, cell))
        case str():
            return inert(cell)


def inert(text: str) -> str:
    """Give a text as HTML that shows it and does nothing, as content or as a quoted attribute."""
    return html.escape(safe(text, limit=LONGEST, lines=True), quote=True)
