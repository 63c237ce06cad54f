"""Reader of migration steps: tables, and lists that stand for them."""

from __future__ import annotations

import re

from ..document.blocks import MarkdownRow, MarkdownTable, Points
from ..document.inline import is_nothing, line, show
from ..meanings import inference
from ..meanings.inference import Guess
from ..meanings.synonyms import columns
from .checklists import leave_rest
from .draft import PlanDraft, TableDraft

_SAID = frozenset({"reversible", "backward_compatible", "risk"})


def read_table(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("migration", table.header)
    if "action" not in found:
        found["action"] = found.pop("step")
    for row in table.rows:
        if line(row.cells[found["action"]]):
            _read_step(draft.add("migration"), table, row, found)


def _read_step(entry: TableDraft, table: MarkdownTable, row: MarkdownRow, found: dict[str, int]) -> None:
    cells = {key: row.cells[place] for key, place in found.items()}
    entry.text("action", cells["action"])
    for key, cell in cells.items():
        if not is_nothing(cell):
            _set_step(entry, key, cell, row.line)
    leave_rest(entry, table, row, found)
    if "kind" not in entry.data:
        entry.set("kind", inference.step_kind(entry.data["action"]))
    if "reversible" not in entry.data:
        entry.set("reversible", Guess(False, "the document does not say that it can be undone"))


def _set_step(entry: TableDraft, key: str, cell: str, at: int) -> None:
    if key in _SAID:
        _set_said(entry, key, cell, at)
    elif key == "step" and not re.fullmatch(r"\W*(step )?\d+\W*", line(cell), re.IGNORECASE):
        entry.leave("Step", cell, at)
    elif entry.takes(key) and key != "action":
        entry.take(key, cell, at)


def _set_said(entry: TableDraft, key: str, cell: str, at: int) -> None:
    """Take a word with a remark beside it: `Yes (rollback)`, `Low — only after validation`."""
    said = inference.risk(cell) if key == "risk" else inference.yes_or_no(cell)
    if said is None:
        entry.leave(key.replace("_", " ").capitalize(), cell, at)
        return
    value, remark = said
    entry.set(key, value)
    beside = {"reversible": "reverse_by", "risk": "risk_note"}.get(key)
    if beside is not None:
        entry.set(beside, show(remark))
    elif remark:
        entry.leave("Backward compatible", remark, at)


def read_points(draft: PlanDraft, points: Points) -> None:
    """Take a list of migration steps; all but the action is inferred, or to be filled in."""
    for item in points.items:
        if not line(item.text):
            continue
        entry = draft.add("migration")
        entry.text("action", item.text)
        entry.set("kind", inference.step_kind(line(item.text)))
        entry.set("reversible", Guess(False, "the document does not say that it can be undone"))
        for inner in item.inner:
            entry.leave("", inner.text, inner.line)
