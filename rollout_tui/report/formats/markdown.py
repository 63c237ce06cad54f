"""A report as Markdown for a pull request or a change ticket: tables and headings, and nothing that data can start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...text import one_line
from ..elements import LONGEST, Cell, Courses, Element, Facts, Paragraph, Table
from ..model import Report
from ..sections import sections
from ..summary import header

# What a forge makes links, mentions, references, formulas or pictures of even where Markdown itself does not, and what
# no backslash keeps it from: addresses, @names, #numbers, commit ids, $formulas$, :emoji:.
_RISKY = re.compile(
    r"@|://|\bwww\.|\b(?:mailto|xmpp|javascript|data|vbscript|file):|#\d|\bGH-\d|\b[0-9a-f]{7,64}\b|\$|:(?:[a-z_][\w+-]*|[+-]1):",
    re.IGNORECASE,
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#]|&(?=[#\w]))")


def render(report: Report, only: str = "") -> str:
    """Give the whole report, or the one section that is named."""
    return "\n".join(_lines(report, only))


def _lines(report: Report, only: str) -> Iterator[str]:
    if not only:
        yield f"# {inert(report.run.name)}{''.join(f' · {mark}' for mark in report.run.started.marks)}"
        yield ""
        yield from _element(Facts(tuple(header(report))))
    for section in sections(report):
        if only in ("", section.name):
            yield f"## {section.title}"
            yield ""
            for element in section.elements:
                yield from _element(element)


def _element(element: Element) -> Iterator[str]:
    match element:
        case Paragraph(text):
            yield inert(text)
        case Courses(table=lines, legend=legend):
            yield from _element(lines)
            yield inert(legend)
        case Facts(rows):
            yield "| | |"
            yield "|---|---|"
            for name, cell in rows:
                yield f"| **{name}** | {_cell(cell)} |"
        case Table(title, columns, rows):
            if title:
                yield f"### {inert(title)}"
                yield ""
            yield f"| {' | '.join(columns)} |"
            yield f"|{'---|' * len(columns)}"
            for row in rows:
                yield f"| {' | '.join(_cell(cell) for cell in row.cells)} |"
    yield ""


def _cell(cell: Cell) -> str:
    """An event's number stands in code, or a forge would link it to the issue of that number."""
    match cell:
        case int():
            return f"`#{cell}`"
        case tuple():
            return "; ".join(map(inert, cell))
        case str():
            return inert(cell)


def inert(text: str) -> str:
    """Give a text as Markdown that shows it and does nothing, in a table's cell, a heading or behind other words."""
    words = one_line(text, limit=LONGEST).strip().split(" ")
    return " ".join(_code(word) if _RISKY.search(word) else _SPECIAL.sub(r"\\\1", word) for word in words)


def _code(word: str) -> str:
    """Code is the one place that forges leave alone; its fence is longer than any row of backticks within."""
    fence = "`" * (max(map(len, re.findall("`+", word)), default=0) + 1)
    padded = f" {word} " if "`" in (word[0], word[-1]) else word
    # A table splits its cells before it looks at code.
    return fence + padded.replace("|", "\\|") + fence
