"""Reader of checklists: task lists, plain lists and tables of tasks become items."""

from __future__ import annotations

import re

from ...fields import TextForm
from ..document.blocks import ListItem, MarkdownRow, MarkdownTable, Points
from ..document.inline import is_nothing, line, prose
from ..meanings import inference
from ..meanings.synonyms import LABELS, columns, label, match
from .draft import PlanDraft, TableDraft

_RESULTS = re.compile(
    r"\W*((x|yes|no|y|n|done|open|todo|to do|pending|ready|complete[d]?|not started|in progress|ok|pass(ed)?|tbd)\W*)?",
    re.IGNORECASE,
)


def read_points(draft: PlanDraft, section: str, points: Points, group: str) -> None:
    """Take every point of a list as an item; points with boxes below one are items of their own."""
    for item in points.items:
        _read_item(draft, section, item, group)


def read_table(draft: PlanDraft, section: str, table: MarkdownTable, group: str) -> None:
    """Take every row of a table as an item."""
    found = columns("pre_deployment", table.header)
    for row in table.rows:
        if not line(row.cells[found["title"]]):
            continue
        entry = draft.add(section)
        entry.text("title", row.cells[found["title"]])
        for key, place in found.items():
            _set(entry, key, table.header[place], row.cells[place], row.line)
        leave_rest(entry, table, row, found)
        _complete(entry, group)


def leave_rest(entry: TableDraft, table: MarkdownTable, row: MarkdownRow, found: dict[str, int]) -> None:
    """Keep the cells of columns that no field takes."""
    for place, name in enumerate(table.header):
        if place not in found.values():
            entry.leave(line(name), row.cells[place], row.line)


def _read_item(draft: PlanDraft, section: str, item: ListItem, group: str) -> None:
    draft.ticked += bool(item.ticked)
    title = line(item.text)
    tasks = [inner for inner in item.inner if inner.ticked is not None]
    if not title:
        return
    if tasks and item.ticked is None:
        # A plain point over boxes is a small heading.
        for inner in tasks:
            _read_item(draft, section, inner, title.rstrip(":"))
    else:
        entry = draft.add(section)
        entry.set("title", title)
        for inner in item.inner:
            if inner.ticked is None:
                _read_detail(entry, inner)
        for block in item.blocks:
            if not isinstance(block, Points):
                _describe(entry, _source(block))
        _complete(entry, group)
        for inner in tasks:
            _read_item(draft, section, inner, group)


def _source(block: object) -> str:
    lines = getattr(block, "lines", ())
    return "\n".join(text for text, _ in lines)


def _read_detail(entry: TableDraft, item: ListItem) -> None:
    name, value = label(item.text)
    key = match(LABELS["pre_deployment"], name) if name else ""
    if key:
        _set(entry, key, name, value, item.line)
    else:
        _describe(entry, item.text)
    for inner in item.inner:
        _describe(entry, inner.text)


def _describe(entry: TableDraft, marked: str) -> None:
    text = prose(marked)
    if text:
        before = entry.data.get("description", "")
        entry.set("description", f"{before}\n{text}" if before else text)


def _set(entry: TableDraft, key: str, name: str, marked: str, at: int) -> None:
    if key == "done":
        if not _RESULTS.fullmatch(line(marked)):
            entry.leave(line(name), marked, at)
    elif key != "title" and (entry.fields[key].form in {TextForm.LINE, TextForm.PROSE} or not is_nothing(marked)):
        entry.take(key, marked, at)


def _complete(entry: TableDraft, group: str) -> None:
    if entry.draft.exact:
        return
    if group and "description" not in entry.data:
        entry.set("description", group)
    proves = inference.proof(entry.data["title"]) if entry.section == "pre_deployment" else ""
    if proves and "proves" not in entry.data:
        entry.set("proves", inference.Guess(proves, "from its title"))
