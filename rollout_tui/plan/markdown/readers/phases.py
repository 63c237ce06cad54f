"""Reader of phases: rows of a table, headings with what is said below them, or points of a list."""

from __future__ import annotations

import re
from typing import Any

from ...quantities import Audience
from ..document.blocks import ListItem, MarkdownParagraph, MarkdownRow, MarkdownSection, MarkdownTable, Points
from ..document.inline import is_nothing, line, prose
from ..meanings import inference
from ..meanings.inference import Guess
from ..meanings.synonyms import LABELS, PHASE, columns, label, match, unnumbered, words
from ..watched import read_watched, text_of
from .checklists import leave_rest
from .draft import PlanDraft, TableDraft

_LISTS = ("success_criteria", "rollback_triggers")
_SHARE = re.compile(r"\d+(?:\.\d+)?\s*%(?: of [\w -]{1,40})?")
_POINT = re.compile(
    r"((?:phase|stage|wave|ring|step|week|day)s? [\w–-]{1,8}(?: \([^)]*\))?)\s*[:—–-]+ +(.*)", re.I | re.S
)
_EVERYONE = re.compile(r"\b(general availability|ga|full|everyone|all users|production|live)\b", re.IGNORECASE)


def read_table(draft: PlanDraft, table: MarkdownTable) -> None:
    """Take every row of a table as a phase."""
    found = columns("phases", table.header)
    for row in table.rows:
        if line(row.cells[found["name"]]):
            _read_row(draft.add("phases"), table, row, found)


def _read_row(entry: TableDraft, table: MarkdownTable, row: MarkdownRow, found: dict[str, int]) -> None:
    entry.text("name", row.cells[found["name"]])
    for key, place in found.items():
        if key != "name":
            set_field(entry, key, row.cells[place], row.line)
    leave_rest(entry, table, row, found)


def open_phase(draft: PlanDraft, section: MarkdownSection) -> TableDraft:
    """Make the phase that a heading names."""
    entry = draft.add("phases")
    entry.text("name", unnumbered(section.title))
    share = _SHARE.search(line(section.title))
    if share and inference.reads(Audience, share[0]):
        entry.set("audience", Guess(share[0], "from the heading"))
    return entry


def is_phase(section: MarkdownSection, below: list[MarkdownSection]) -> bool:
    """Whether a heading is a phase itself, not a heading over several."""
    if not PHASE.search(words(section.title)) or any(PHASE.search(words(each.title)) for each in below):
        return False
    tables = [block for block in section.blocks if isinstance(block, MarkdownTable)]
    return not any("name" in columns("phases", table.header) for table in tables) and not any(
        _POINT.fullmatch(item.text) for block in section.blocks if isinstance(block, Points) for item in block.items
    )


def read_block(entry: TableDraft, block: Points | MarkdownParagraph, pending: str) -> str:
    """Take what is said of a phase; gives the label that a next list belongs to."""
    if isinstance(block, MarkdownParagraph):
        for text, at in block.lines:
            pending = _read_line(entry, text, at, "")
        return pending
    for item in block.items:
        _read_item(entry, item, pending)
    return ""


def _read_item(entry: TableDraft, item: ListItem, pending: str) -> None:
    entry.draft.ticked += bool(item.ticked)
    if pending in _LISTS or item.ticked is not None:
        _append(entry, pending if pending in _LISTS else "success_criteria", item)
        return
    bare = match(LABELS["phases"], item.text) if item.inner else ""
    key = bare or _read_line(entry, item.text, item.line, pending)
    for inner in item.inner:
        _read_item(entry, inner, key)


def _append(entry: TableDraft, key: str, item: ListItem) -> None:
    text = line(item.text)
    if text:
        entry.data.setdefault(key, []).append(read_watched(text))
    for inner in item.inner:
        _append(entry, key, inner)


def _read_line(entry: TableDraft, text: str, at: int, pending: str) -> str:
    """Take a labelled line; gives the label of one whose value is still to come."""
    name, value = label(text)
    key = match(LABELS["phases"], name) if name else ""
    if key and value:
        set_field(entry, key, value, at)
        return ""
    if key:
        return key
    if pending:
        set_field(entry, pending, text, at)
        return ""
    share = _SHARE.search(line(text))
    if share and "audience" not in entry.data and inference.reads(Audience, share[0]):
        entry.set("audience", Guess(share[0], f"from {line(text)[:60]!r}"))
    entry.leave("", text, at)
    return ""


def read_points(draft: PlanDraft, points: Points) -> bool:
    """Take a list whose points are phases, as `1. Phase 1: staff only`; gives whether it is one."""
    matches = [_POINT.fullmatch(item.text) for item in points.items]
    if not any(matches):
        return False
    for item, found in zip(points.items, matches, strict=True):
        if found is None:
            draft.note("phases", prose(item.text), item.line)
            continue
        entry = draft.add("phases")
        entry.text("name", found[1])
        if inference.reads(Audience, line(found[2])):
            entry.set("audience", Guess(line(found[2]), "what the document says of the phase"))
        for inner in item.inner:
            _read_item(entry, inner, "")
    return True


def set_field(entry: TableDraft, key: str, marked: str, at: int) -> None:
    """Take one value of a phase."""
    if is_nothing(marked):
        return
    if key == "audience":
        _audience(entry, marked, at)
        return
    if key in _LISTS:
        # A cell of breaks alone is an empty list.
        entry.data.setdefault(key, [])
    entry.take(key, marked, at)


def _audience(entry: TableDraft, marked: str, at: int) -> None:
    text = line(marked)
    if not inference.reads(Audience, text):
        entry.leave("Audience", marked, at)
    elif "audience" not in entry.data or (*entry.path, "audience") in entry.draft.comments:
        entry.draft.comments.pop((*entry.path, "audience"), None)
        entry.set("audience", text)
    else:
        entry.leave("Audience", marked, at)


def complete(entry: TableDraft) -> None:
    """Fill in what a phase can't do without."""
    if "audience" not in entry.data:
        everyone = _EVERYONE.search(str(entry.data["name"]))
        entry.set("audience", Guess("All users", "from the name of the phase") if everyone else "[Audience]")
    for key in _LISTS:
        if key in entry.data:
            entry.data[key] = _without_repeats(entry.data[key])


def _without_repeats(texts: list[Any]) -> list[Any]:
    from ...ids import slug

    return list({slug(text_of(each)): each for each in reversed(texts)}.values())[::-1]
