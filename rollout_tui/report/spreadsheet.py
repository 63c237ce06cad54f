"""CSV that a spreadsheet shows and never computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ..text import one_line
from .elements import LONGEST

# What begins a formula, in the full widths of East Asian spreadsheets too.
_FORMULA = frozenset("=+-@\t\r＝＋－＠")


def inert(text: str) -> str:
    """Give a text on one line as a cell that is only ever a text."""
    cell = one_line(text, limit=LONGEST)
    firsts = {text[:1], text.lstrip()[:1], cell.lstrip()[:1]}
    return f"'{cell}" if firsts & _FORMULA else cell


def csv_document(rows: Iterable[Iterable[object]], *, quote_all: bool = False) -> str:
    """Write rows as CSV; with `quote_all` no separator of another country splits a cell."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue()
