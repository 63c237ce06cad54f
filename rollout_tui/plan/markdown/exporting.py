"""Export: a plan → the Markdown document of its format; `importing` gives the same plan back.

A field for which the format has no column gets one where some element needs it. What a run adds stands beside: ticks
and details of items, and lines at the end of a section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ...frozen import dataclass
from ..fields import FIELDS
from ..model import ONE_HOUR, ChecklistItem, FeatureFlag, Header, Phase, Plan
from ..quantities import NONE, Duration, Quantity
from ..sections import FEATURE_FLAGS, MIGRATION, MONITORING, PHASES, ROLLBACK, SECTIONS, STRATEGY, PlanSection
from ..writing import inline_table, plain
from .document.escape import cell, cells, name, point
from .watched import write_watched

_STRATEGIES = {"rolling-update": "Rolling update", "blue-green": "Blue-green", "canary": "Canary"}
_DOWNTIMES = {"zero-downtime": "Zero downtime", "maintenance-window": "Maintenance window"}
_TIMINGS = {"none": "None", "before": "Before deploy", "during": "During deploy", "after": "After deploy"}
_MARKS = {None: "", True: "Yes", False: "No"}


@dataclass(frozen=True)
class Additions:
    """What a run adds to the document: the items that are done, details of an item, and lines below a section."""

    ticked: frozenset[str] = frozenset()
    details: Mapping[str, Sequence[str]] = field(default_factory=dict)
    below: Mapping[str, Sequence[str]] = field(default_factory=dict)


def write_document(plan: Plan, added: Additions | None = None) -> str:
    """Write a plan as a Markdown document, with what a run tells of it."""
    added = added or Additions()
    parts = [
        _section("plan", f"## Deployment & Rollout Plan: {point(plan.header.name)}", _header(plan), plan, added),
        *(_section(each.key, f"### {each.title}", _body(each, plan, added), plan, added) for each in SECTIONS.values()),
    ]
    return "\n".join(line for part in parts for line in part)


def _section(key: str, title: str, body: Sequence[str], plan: Plan, added: Additions) -> Iterator[str]:
    yield from (title, "")
    if body:
        yield from (*body, "")
    if below := added.below.get(key):
        yield from (*below, "")
    if notes := getattr(plan.notes, key):
        yield from ("**Notes:**", "", *(f"- {point(note)}" for note in notes), "")


def _body(section: PlanSection, plan: Plan, added: Additions) -> list[str]:
    entries = getattr(plan, section.key)
    if section is STRATEGY:
        return _strategy(plan)
    if section.model is ChecklistItem:
        return [line for item in entries for line in _item(item, added, section.id_of(item))]
    body = _table(section, plan)
    if section is MIGRATION and entries:
        body += ["", "**Migration Order:** Schema change FIRST → Deploy code → Backfill → Cleanup"]
    return body


def _header(plan: Plan) -> list[str]:
    said = ((FIELDS[Header][key].heading, _cell(plan.header, key)) for key in Header.__dataclass_fields__)
    sources = ((f"Source {cell(name)}", cell(inline_table(plain(each)))) for name, each in plan.sources.items())
    return _pairs("Field", [("Format", str(plan.format)), *said, *sources])


def _strategy(plan: Plan) -> list[str]:
    strategy, window = plan.strategy, plan.strategy.window
    flags = ", ".join(cell(flag.name) for flag in plan.feature_flags)
    rows = [("Strategy", _STRATEGIES[strategy.kind]), ("Downtime", _DOWNTIMES[strategy.downtime])]
    if window is not None:
        rows += [(f"Window {key}", at.isoformat()) for key in ("start", "end") if (at := getattr(window, key))]
        rows.append(("Window reason", cell(window.reason)))
    rows += [
        ("Rollback Time", _cell(strategy, "rollback_time")),
        ("Feature Flags", f"Yes — {flags}" if flags else "No"),
        ("Database Migration", _TIMINGS[strategy.database_migration]),
    ]
    return _pairs("Aspect", [row for row in rows if row[1] or row[0].startswith("Window")])


def _pairs(first: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    filled = [(key, value) for key, value in rows if value or key.startswith("Window")]
    return [f"| {first} | Detail |", "|---|---|", *(f"| {key} | {value} |" for key, value in filled)]


def _item(item: ChecklistItem, added: Additions, item_id: str) -> Iterator[str]:
    yield f"- [{'x' if item_id in added.ticked else ' '}] {cell(item.title)}"
    said = ((FIELDS[ChecklistItem][key].heading, _cell(item, key)) for key in ChecklistItem.__dataclass_fields__)
    yield from (f"  - {heading}: {value}" for heading, value in said if heading and value)
    yield from (f"  - {detail}" for detail in added.details.get(item_id, ()))


# The columns that the format's own tables have, in their order; those that it knows none for stand behind, where some
# entry needs them, the id last.
_ALWAYS = {
    PHASES: ("name", "audience", "duration", "success_criteria", "rollback_triggers"),
    FEATURE_FLAGS: ("name", "description", "default", "rollout"),
    MIGRATION: ("action", "kind", "reversible", "duration", "risk"),
    ROLLBACK: ("scenario", "time", "owner", "kind"),
    MONITORING: ("metric", "threshold", "channel", "action"),
}
# Scenarios say what is done beside what happened.
_BESIDE = {ROLLBACK: ("scenario", "action", "steps")}


def _table(section: PlanSection, plan: Plan) -> list[str]:
    """Write a section's entries as rows; the steps of a migration are numbered."""
    entries = getattr(plan, section.key)
    if not entries:
        return []
    keys = [key for key in _columns(section) if key in _ALWAYS[section] or any(_cell(each, key) for each in entries)]
    headings = [FIELDS[section.model][key].heading for key in keys]
    rows = [[_rollout(each, plan.phases) if key == "rollout" else _cell(each, key) for key in keys] for each in entries]
    if section is MIGRATION:
        headings = ["Step", *headings]
        rows = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    return [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _columns(section: PlanSection) -> list[str]:
    known = [key for key in section.model.__dataclass_fields__ if FIELDS[section.model][key].heading]
    first = dict.fromkeys((*_BESIDE.get(section, ()), *_ALWAYS[section], *known))
    return sorted(first, key=lambda key: key == "id")


def _cell(entry: Any, key: str) -> str:
    """Write the value of a field; one that has its default and no column of its own in the format says nothing."""
    value = getattr(entry, key)
    match key, value:
        case "reversible", _:
            return _with(_MARKS[value], entry.reverse_by)
        case "risk", _:
            return str(value).capitalize() + (f" — {cell(entry.risk_note)}" if entry.risk_note else "")
        case "probe", _:
            return "" if value is None else cell(inline_table(plain(value)))
        case "probes", _:
            return cell(inline_table(plain(value))) if value else ""
        case "success_criteria" | "rollback_triggers", _:
            return cells(map(write_watched, value))
        case "max_age", _:
            return "" if value == ONE_HOUR else cell(value.text)
        case "approvals", 1:
            return ""
        case _, None | bool():
            return _MARKS[value]
        case _, tuple():
            return cells(value)
        case _, Duration():
            # The dash that the format has for none stays a dash.
            return NONE if value.text == NONE else cell(value.text)
        case _, Quantity():
            return cell(value.text)
        case _:
            return cell(str(value))


def _with(word: str, remark: str) -> str:
    return f"{word} ({cell(remark)})" if remark else word


def _rollout(flag: FeatureFlag, phases: Sequence[Phase]) -> str:
    known = [phase.name for phase in phases if phase.name in flag.rollout]
    values = "<br>".join(f"{name(each)}: {cell(flag.rollout[each].text)}" for each in known)
    return f"{values}<br>" if len(known) == 1 else values
