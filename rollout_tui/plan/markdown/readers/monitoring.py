"""Reader of metrics: tables, and lists that stand for them."""

from __future__ import annotations

import re

from ...fields import TextForm
from ..document.blocks import MarkdownRow, MarkdownTable, Points
from ..document.inline import is_nothing, line
from ..meanings.synonyms import columns, label
from .checklists import leave_rest
from .draft import PlanDraft, TableDraft


def read_table(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("monitoring", table.header)
    for row in table.rows:
        if line(row.cells[found["metric"]]):
            entry = draft.add("monitoring")
            entry.text("metric", row.cells[found["metric"]])
            _read_metric(entry, row, found)
            leave_rest(entry, table, row, found)


def _read_metric(entry: TableDraft, row: MarkdownRow, found: dict[str, int]) -> None:
    cells = {key: row.cells[place] for key, place in found.items()}
    if "threshold" in cells and not is_nothing(cells["threshold"]):
        entry.threshold(cells["threshold"], row.line)
        if "target" in cells:
            entry.leave("Target", cells["target"], row.line)
    else:
        entry.threshold(cells.get("target", ""), row.line, target=True)
    for key, cell in cells.items():
        is_line = key in entry.fields and entry.fields[key].form is TextForm.LINE
        if key != "metric" and entry.takes(key) and (is_line or not is_nothing(cell)):
            entry.take(key, cell, row.line)


def read_points(draft: PlanDraft, points: Points) -> None:
    """Take a list of metrics: `Error rate: > 1 %`, `p95 above 500 ms`."""
    for item in points.items:
        name, value = label(item.text)
        compared = re.search(r"\s*[:—–-]?\s*(?:[<>≤≥]=?|\b(?:above|below|over|under|exceeds)\b)\s*\d", item.text)
        if not (name and value) and compared:
            name, value = item.text[: compared.start()], item.text[compared.start() :].lstrip(" :—–-")
        if not line(item.text):
            continue
        entry = draft.add("monitoring")
        entry.text("metric", name if line(name) and value else item.text)
        entry.threshold(value, item.line)
        for inner in item.inner:
            entry.leave("", inner.text, inner.line)
