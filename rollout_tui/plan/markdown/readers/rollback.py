"""Reader of rollback scenarios: tables of them, and tables, lists and lines that are the steps of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import ids
from ..document.blocks import ListItem, MarkdownParagraph, MarkdownTable, Points
from ..document.inline import is_nothing, line, parts, prose
from ..meanings import inference
from ..meanings.synonyms import LABELS, columns, label, match, unnumbered
from .checklists import leave_rest
from .draft import Loose, PlanDraft, TableDraft

_WITHIN = re.compile(r"\(([^)]*)\)")
_GENERAL = re.compile(
    r"^\W*(roll ?back|revert|backout|contingency)?\W*(plan|procedures?|steps|strategy|instructions)?\W*$", re.I
)


def read_table(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("rollback", table.header)
    for row in table.rows:
        if not line(row.cells[found["scenario"]]):
            continue
        entry = draft.add("rollback")
        entry.text("scenario", row.cells[found["scenario"]])
        for key, place in found.items():
            _set_scenario(entry, key, row.cells[place], row.line)
        leave_rest(entry, table, row, found)
        complete(entry)


def _set_scenario(entry: TableDraft, key: str, cell: str, at: int) -> None:
    if is_nothing(cell):
        return
    if key == "action" and "\n" in cell:
        entry.texts("steps", cell)
    elif key == "action":
        entry.text("action", cell)
    elif key == "reverses" and not entry.draft.exact:
        entry.draft.loose.append(Loose(key, cell, at, entry=entry))
    elif entry.takes(key) and key != "scenario":
        entry.take(key, cell, at, "[Target time]")


def read_steps(draft: PlanDraft, table: MarkdownTable, title: str) -> None:
    """Take a table without scenarios as the steps of one, which the heading names."""
    found = columns("rollback", table.header)
    entry = open_scenario(draft, title)
    for row in table.rows:
        beside = [line(row.cells[found[key]]) for key in ("owner", "time") if key in found]
        said = ", ".join(filter(None, beside))
        action = line(row.cells[found["action"]])
        if action or said:
            entry.data.setdefault("steps", []).append(f"{action} ({said})" if action and said else action or said)
        leave_rest(entry, table, row, found)


def open_scenario(draft: PlanDraft, title: str) -> TableDraft:
    """Make the scenario that a heading names, with the time that it gives in brackets."""
    entry = draft.add("rollback")
    name = line(unnumbered(title))
    entry.set("scenario", "Rollback" if _GENERAL.match(name) else name)
    within = _WITHIN.search(name)
    guess = inference.duration(within[1]) if within else None
    if guess is not None:
        entry.set("time", guess)
    return entry


def read_block(entry: TableDraft, block: Points | MarkdownParagraph) -> None:
    """Take a list as the steps of a scenario, and labelled lines as its fields; the rest is a note."""
    if isinstance(block, MarkdownParagraph):
        for text, at in block.lines:
            _read_line(entry, text, at, step=False)
        return
    for item in block.items:
        _read_line(entry, item.text, item.line, step=True, inner=item.inner)


def _read_line(entry: TableDraft, text: str, at: int, *, step: bool, inner: tuple[ListItem, ...] = ()) -> None:
    name, value = label(text)
    key = match(LABELS["rollback"], name) if name else ""
    if key == "rollback_triggers":
        points = [value, *(item.text for item in inner)]
        entry.draft.loose += [Loose("rollback_triggers", each, at) for each in points if not is_nothing(each)]
    elif key == "steps":
        entry.texts("steps", value + "\n" if value else "")
        for item in inner:
            _read_line(entry, item.text, item.line, step=True, inner=item.inner)
    elif key:
        _set_scenario(entry, key, value, at)
    elif step:
        more = "; ".join(line(item.text) for item in inner)
        said = f"{line(text)} ({more})" if more else line(text)
        if said:
            entry.data.setdefault("steps", []).append(said)
    else:
        entry.draft.note("rollback", prose(text), at)


def place_reversed(loose: Loose, entry: TableDraft) -> None:
    """Take the steps and flags that people wrote by id or by name, now that all are known; the rest is a note."""
    known = {ids.slug(text): own for own, texts in _parts(entry.draft) for text in texts}
    numbers = len(entry.data.get("steps", [])) or 1
    for text in parts(loose.text):
        # A flag's name may have a comma.
        for piece in [text] if ids.slug(ids.reversed_by(text)[0]) in known else text.split(","):
            part, number = ids.reversed_by(piece)
            own = known.get(ids.slug(part))
            if own is None or number > numbers:
                entry.leave("Reverses", piece.strip(), loose.line)
            else:
                entry.data.setdefault("reverses", []).append(f"{number}: {own}" if number else own)


def _parts(draft: PlanDraft) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What can be taken back, with the names that it goes by; a step's wins over a flag's."""
    for flag in draft.data.get("feature_flags", []):
        own = f"{ids.FLAG}{flag['name']}"
        yield own, (flag["name"], own)
    for step in draft.data.get("migration", []):
        own = ids.made(step["action"], step.get("id", ""))
        yield own, (step["action"], own)


def complete(entry: TableDraft) -> None:
    """Fill in what a scenario can't do without; one with nothing at all to do says so."""
    data = entry.data
    if "steps" in data and "action" in data:
        data["steps"] = [data.pop("action"), *data["steps"]]
    if not data.get("steps"):
        data.pop("steps", None)
        if "action" not in data:
            entry.set("action", "[What is done to get back]")
    if "kind" not in data:
        entry.set(
            "kind",
            inference.scenario_kind(data["scenario"], " ".join([data.get("action", ""), *data.get("steps", [])])),
        )
    if "time" not in data:
        entry.set("time", "—" if entry.draft.exact else "[Target time]")
