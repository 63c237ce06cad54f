"""A report as CSV for a spreadsheet: one row an event, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import dataclasses
import io

from ..run.events import Entry
from ..text import one_line
from .account import Account
from .text import LONGEST

COLUMNS = (
    *("event", "time", "happened", "who", "from", "stage", "kind", "subject", "what", "findings", "run", "hash"),
)

# What begins a formula, in the full widths of East Asian spreadsheets too.
_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_SUBJECTS = ("item", "metric", "trigger", "stage", "scenario")


def render(account: Account) -> str:
    """Give a header line and one line for each event; times are ISO 8601 in UTC."""
    out = io.StringIO()
    # Every cell is quoted, so that no separator of another country splits one.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for chapter in account.chapters:
        for entry in chapter.entries:
            writer.writerow([inert(cell) for cell in _row(account, chapter.title, entry)])
    return out.getvalue()


def _row(account: Account, stage: str, entry: Entry) -> tuple[str, ...]:
    stamp = entry.stamp
    found = "; ".join(f"{f.severity} ({f.kind}): {f.text}" for f in account.findings if f.seq == entry.seq)
    return (
        f"#{entry.seq}",
        stamp.at.isoformat(timespec="milliseconds"),
        stamp.happened.isoformat(timespec="milliseconds") if stamp.happened else "",
        stamp.by,
        stamp.origin,
        stage,
        entry.event.kind,
        _subject(entry),
        account.words[entry.seq],
        found,
        account.run.id,
        entry.hash,
    )


def _subject(entry: Entry) -> str:
    names = {each.name for each in dataclasses.fields(entry.event)}
    return next((getattr(entry.event, name) for name in _SUBJECTS if name in names), "")


def inert(text: str) -> str:
    """Give a text on one line as a cell that is only ever a text."""
    cell = one_line(text, limit=LONGEST)
    return f"'{cell}" if cell.lstrip()[:1] in _FORMULA and cell.strip() else cell
