"""The tables of flags, migration steps, rollback scenarios and metrics; and the lists that stand for them."""

from __future__ import annotations

import re

from ...fields import TextForm
from ..document.blocks import ListItem, MarkdownParagraph, MarkdownTable, Points, TableRow
from ..document.inline import is_nothing, line, parts, prose, show
from ..meanings import inference
from ..meanings.inference import Guess
from ..meanings.synonyms import LABELS, columns, label, match, unnumbered
from .checklists import leave_rest
from .draft import Loose, PlanDraft, TableDraft

_SAID = frozenset({"reversible", "backward_compatible", "risk"})
_SWITCH = {"true": True, "false": False}
_WITHIN = re.compile(r"\(([^)]*)\)")
_GENERAL = re.compile(
    r"^\W*(roll ?back|revert|backout|contingency)?\W*(plan|procedures?|steps|strategy|instructions)?\W*$", re.I
)


def read_flags(draft: PlanDraft, table: MarkdownTable) -> None:
    """Take flags; the values of their phases are placed when all phases are known."""
    found = columns("feature_flags", table.header)
    for row in table.rows:
        if not line(row.cells[found["name"]]):
            continue
        entry = draft.add("feature_flags")
        entry.text("name", row.cells[found["name"]])
        if "description" in found:
            entry.prose("description", row.cells[found["description"]])
        if "default" in found and line(row.cells[found["default"]]):
            entry.set("default", flag_value(row.cells[found["default"]]))
        if "rollout" in found:
            draft.loose.append(Loose("rollout", row.cells[found["rollout"]], row.line, entry))
        for place, name in enumerate(table.header):
            if place not in found.values():
                draft.loose.append(Loose("value", row.cells[place], row.line, entry, name))


def read_flag_points(draft: PlanDraft, points: Points) -> None:
    """Take a list of flags: `new_search: false by default`, with anything else as description."""
    for item in points.items:
        name, value = label(item.text)
        name, value = (name, value) if line(name) else (item.text, "")
        if not line(name):
            continue
        entry = draft.add("feature_flags")
        entry.text("name", name)
        entry.prose("description", "\n".join([value, *(inner.text for inner in item.inner)]).strip("\n"))


def flag_value(marked: str) -> str | bool:
    text = line(marked)
    return _SWITCH.get(text, text)


def read_migration(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("migration", table.header)
    if "action" not in found:
        found["action"] = found.pop("step")
    for row in table.rows:
        if line(row.cells[found["action"]]):
            _read_step(draft.add("migration"), table, row, found)


def _read_step(entry: TableDraft, table: MarkdownTable, row: TableRow, found: dict[str, int]) -> None:
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


def read_migration_points(draft: PlanDraft, points: Points) -> None:
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


def read_scenarios(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("rollback", table.header)
    for row in table.rows:
        if not line(row.cells[found["scenario"]]):
            continue
        entry = draft.add("rollback")
        entry.text("scenario", row.cells[found["scenario"]])
        for key, place in found.items():
            _set_scenario(entry, key, row.cells[place], row.line)
        leave_rest(entry, table, row, found)
        complete_scenario(entry)


def _set_scenario(entry: TableDraft, key: str, cell: str, at: int) -> None:
    if is_nothing(cell):
        return
    if key == "action" and "\n" in cell:
        entry.texts("steps", cell)
    elif key == "action":
        entry.text("action", cell)
    elif entry.takes(key) and key != "scenario":
        entry.take(key, cell, at, "[Target time]")


def read_rollback_table(draft: PlanDraft, table: MarkdownTable, title: str) -> None:
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


def read_rollback_block(entry: TableDraft, block: Points | MarkdownParagraph) -> None:
    """Take a list as the steps of a scenario, and labelled lines as its fields; the rest is a note."""
    if isinstance(block, MarkdownParagraph):
        for text, at in block.lines:
            _read_rollback_line(entry, text, at, step=False)
        return
    for item in block.items:
        _read_rollback_line(entry, item.text, item.line, step=True, inner=item.inner)


def _read_rollback_line(entry: TableDraft, text: str, at: int, *, step: bool, inner: tuple[ListItem, ...] = ()) -> None:
    name, value = label(text)
    key = match(LABELS["rollback"], name) if name else ""
    if key == "rollback_triggers":
        points = [value, *(item.text for item in inner)]
        entry.draft.loose += [Loose("rollback_triggers", each, at) for each in points if not is_nothing(each)]
    elif key == "steps":
        entry.texts("steps", value + "\n" if value else "")
        for item in inner:
            _read_rollback_line(entry, item.text, item.line, step=True, inner=item.inner)
    elif key:
        _set_scenario(entry, key, value, at)
    elif step:
        more = "; ".join(line(item.text) for item in inner)
        said = f"{line(text)} ({more})" if more else line(text)
        if said:
            entry.data.setdefault("steps", []).append(said)
    else:
        entry.draft.note("rollback", prose(text), at)


def complete_scenario(entry: TableDraft) -> None:
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


def read_metrics(draft: PlanDraft, table: MarkdownTable) -> None:
    found = columns("monitoring", table.header)
    for row in table.rows:
        if line(row.cells[found["metric"]]):
            entry = draft.add("monitoring")
            entry.text("metric", row.cells[found["metric"]])
            _read_metric(entry, row, found)
            leave_rest(entry, table, row, found)


def _read_metric(entry: TableDraft, row: TableRow, found: dict[str, int]) -> None:
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


def read_metric_points(draft: PlanDraft, points: Points) -> None:
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


def texts_of(points: Points) -> list[tuple[str, int]]:
    """The texts of a list and of the lists in it, with their lines."""
    found = []
    for item in points.items:
        if parts(item.text):
            found.append((item.text, item.line))
        found += texts_of(Points(item.inner, item.line, item.end)) if item.inner else []
    return found
