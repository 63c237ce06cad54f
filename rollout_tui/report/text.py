"""A report as plain text for a terminal, a pipe or a mail."""

from __future__ import annotations

from collections.abc import Iterator

from ..text import one_line
from .account import Account
from .sections import sections
from .shapes import Block, Cell, Pairs, Table, Words
from .summary import header, marks

LONGEST = 1_000_000
"""No text of a log is cut: a report that leaves the end of a note out is none."""

# A column is as wide as its widest cell, but that a long one does not push the others apart; the last takes the rest.
_WIDEST = 56
_GAP = "  "


def render(account: Account, only: str = "") -> str:
    """Give the whole report, or the one section that is named."""
    return "\n".join(_lines(account, only)) + "\n"


def _lines(account: Account, only: str) -> Iterator[str]:
    if not only:
        title = " · ".join((account.run.name, *marks(account)))
        yield from _heading(title, "=")
        yield from _block(Pairs(tuple(header(account))))
    for section in sections(account):
        if only in ("", section.name):
            if not only:
                yield ""
                yield from _heading(section.title, "-")
            for place, block in enumerate(section.blocks):
                if place:
                    yield ""
                yield from _block(block)


def _heading(title: str, rule: str) -> Iterator[str]:
    shown = one_line(title)
    yield shown
    yield rule * len(shown)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Words(text):
            yield one_line(text, limit=LONGEST)
        case Pairs(rows):
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
