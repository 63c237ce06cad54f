"""Reader of feature flags: tables, and lists that stand for them."""

from __future__ import annotations

from ..document.blocks import MarkdownTable, Points
from ..document.inline import is_nothing, line
from ..meanings.synonyms import columns, label
from .draft import Loose, PlanDraft

_SWITCH = {"true": True, "false": False}


def read_table(draft: PlanDraft, table: MarkdownTable) -> None:
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
        if "probes" in found and not is_nothing(row.cells[found["probes"]]):
            entry.take("probes", row.cells[found["probes"]], row.line)
        for place, name in enumerate(table.header):
            if place not in found.values():
                draft.loose.append(Loose("value", row.cells[place], row.line, entry, name))


def read_points(draft: PlanDraft, points: Points) -> None:
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
