"""A plan → the Markdown document of its format; `importing` gives the same plan back.

A field for which the format has no column gets one where some element needs it. What a run adds stands beside: ticks
and details of items, and lines at the end of a section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ...frozen import dataclass
from .. import ids
from ..model import ONE_HOUR, ChecklistItem, MigrationStep, Phase, Plan
from ..sections import SECTIONS
from .escape import cell, cells, name, point

_STRATEGIES = {"rolling-update": "Rolling update", "blue-green": "Blue-green", "canary": "Canary"}
_DOWNTIMES = {"zero-downtime": "Zero downtime", "maintenance-window": "Maintenance window"}
_TIMINGS = {"none": "None", "before": "Before deploy", "during": "During deploy", "after": "After deploy"}
_MARKS = {None: "", True: "Yes", False: "No"}


@dataclass(frozen=True)
class Told:
    """What a run adds to the document: the items that are done, details of an item, and lines below a section."""

    ticked: frozenset[str] = frozenset()
    details: Mapping[str, Sequence[str]] = field(default_factory=dict)
    below: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Column:
    """A column: its title, and what its cell says; one that is not always there shows where some cell is filled."""

    title: str
    of: Callable[[Any], str]
    always: bool = True


def write_document(plan: Plan, told: Told | None = None) -> str:
    """Write a plan as a Markdown document, with what a run tells of it."""
    told = told or Told()
    bodies = {
        "plan": _header(plan),
        "strategy": _strategy(plan),
        "pre_deployment": _checklist(plan.pre_deployment, told, ids.PRE_DEPLOYMENT),
        "phases": _table(_PHASES, plan.phases),
        "feature_flags": _table(_flags(plan), plan.feature_flags),
        "migration": _migration(plan),
        "rollback": _table(_ROLLBACK, plan.rollback),
        "monitoring": _table(_MONITORING, plan.monitoring),
        "post_deployment": _checklist(plan.post_deployment, told, ids.POST_DEPLOYMENT),
    }
    titles = {"plan": f"## Deployment & Rollout Plan: {point(plan.header.name)}"}
    titles |= {key: f"### {section.title}" for key, section in SECTIONS.items()}
    lines = (
        line
        for key, body in bodies.items()
        for line in _section(titles[key], body, getattr(plan.notes, key), told.below.get(key, ()))
    )
    return "\n".join(lines)


def _section(title: str, body: Sequence[str], notes: Sequence[str], below: Sequence[str]) -> Iterator[str]:
    yield from (title, "")
    if body:
        yield from (*body, "")
    if below:
        yield from (*below, "")
    if notes:
        yield from ("**Notes:**", "", *(f"- {point(note)}" for note in notes), "")


def _header(plan: Plan) -> list[str]:
    header = plan.header
    rows = [
        ("Format", str(plan.format)),
        ("Name", cell(header.name)),
        ("Service", cell(header.service)),
        ("Release", cell(header.release)),
        ("Previous release", cell(header.previous_release)),
        ("Owner", cell(header.owner)),
        ("Ticket", cell(header.ticket)),
        ("Change size", header.change_size),
        ("Links", cells(header.links)),
    ]
    return _pairs("Field", rows)


def _strategy(plan: Plan) -> list[str]:
    strategy, window = plan.strategy, plan.strategy.window
    flags = ", ".join(cell(flag.name) for flag in plan.feature_flags)
    rows = [("Strategy", _STRATEGIES[strategy.kind]), ("Downtime", _DOWNTIMES[strategy.downtime])]
    if window is not None:
        rows += [(f"Window {key}", at.isoformat()) for key in ("start", "end") if (at := getattr(window, key))]
        rows.append(("Window reason", cell(window.reason)))
    rows += [
        ("Rollback Time", _duration(strategy.rollback_time.text)),
        ("Feature Flags", f"Yes — {flags}" if flags else "No"),
        ("Database Migration", _TIMINGS[strategy.database_migration]),
    ]
    return _pairs("Aspect", [row for row in rows if row[1] or row[0].startswith("Window")])


def _pairs(first: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    filled = [(key, value) for key, value in rows if value or key.startswith("Window")]
    return [f"| {first} | Detail |", "|---|---|", *(f"| {key} | {value} |" for key, value in filled)]


def _checklist(items: Sequence[ChecklistItem], told: Told, stage: str) -> list[str]:
    return [line for item in items for line in _item(item, told, ids.checklist_id(stage, item))]


def _item(item: ChecklistItem, told: Told, item_id: str) -> Iterator[str]:
    yield f"- [{'x' if item_id in told.ticked else ' '}] {cell(item.title)}"
    fields = {
        "ID": item.id,
        "Owner": item.owner,
        "Description": item.description,
        "Link": item.link,
        "Approvals": str(item.approvals) if item.approvals != 1 else "",
        "Proves": item.proves or "",
    }
    yield from (f"  - {label}: {cell(value)}" for label, value in fields.items() if value)
    yield from (f"  - {detail}" for detail in told.details.get(item_id, ()))


def _table(columns: Sequence[_Column], rows: Sequence[Any]) -> list[str]:
    if not rows:
        return []
    shown = [column for column in columns if column.always or any(column.of(row) for row in rows)]
    return [
        f"| {' | '.join(column.title for column in shown)} |",
        f"|{'---|' * len(shown)}",
        *(f"| {' | '.join(column.of(row) for column in shown)} |" for row in rows),
    ]


def _flags(plan: Plan) -> Sequence[_Column]:
    return (
        _Column("Flag Name", lambda flag: cell(flag.name)),
        _Column("Description", lambda flag: cell(flag.description)),
        _Column("Default", lambda flag: cell(flag.default.text)),
        _Column("Rollout", lambda flag: _rollout(flag.rollout, plan.phases)),
    )


def _rollout(rollout: Mapping[str, Any], phases: Sequence[Phase]) -> str:
    known = [phase.name for phase in phases if phase.name in rollout]
    return "<br>".join(f"{name(each)}: {cell(rollout[each].text)}" for each in known) + (
        "<br>" if len(known) == 1 else ""
    )


def _migration(plan: Plan) -> list[str]:
    order = (
        ["", "**Migration Order:** Schema change FIRST → Deploy code → Backfill → Cleanup"] if plan.migration else []
    )
    return _table(_STEPS, tuple(enumerate(plan.migration, start=1))) + order


def _approvals(item: Any) -> str:
    return str(item.approvals) if item.approvals != 1 else ""


_ID = _Column("ID", lambda item: cell(item.id), always=False)

_PHASES = (
    _Column("Phase", lambda phase: cell(phase.name)),
    _Column("Audience", lambda phase: cell(phase.audience.text)),
    _Column("Duration", lambda phase: _duration(phase.duration.text)),
    _Column("Success Criteria", lambda phase: cells(phase.success_criteria)),
    _Column("Rollback Trigger", lambda phase: cells(phase.rollback_triggers)),
    _Column("Approvals", _approvals, always=False),
)

_STEPS = (
    _Column("Step", lambda row: str(row[0])),
    _Column("Action", lambda row: cell(row[1].action)),
    _Column("Kind", lambda row: row[1].kind),
    _Column("Reversible", lambda row: _with(_MARKS[row[1].reversible], row[1].reverse_by)),
    _Column("Duration", lambda row: _duration(row[1].duration.text)),
    _Column("Risk", lambda row: _risk(row[1])),
    _Column("Backward compatible", lambda row: _MARKS[row[1].backward_compatible], always=False),
    _Column("Owner", lambda row: cell(row[1].owner), always=False),
    _Column("Approvals", lambda row: _approvals(row[1]), always=False),
    _Column("ID", lambda row: cell(row[1].id), always=False),
)  # fmt: skip

_ROLLBACK = (
    _Column("Scenario", lambda way: cell(way.scenario)),
    _Column("Action", lambda way: cell(way.action), always=False),
    _Column("Steps", lambda way: cells(way.steps), always=False),
    _Column("Time", lambda way: _duration(way.time.text)),
    _Column("Owner", lambda way: cell(way.owner)),
    _Column("Kind", lambda way: way.kind),
    _Column("Until", lambda way: cell(way.until), always=False),
    _ID,
)

_MONITORING = (
    _Column("Metric", lambda metric: cell(metric.metric)),
    _Column("Threshold", lambda metric: cell(metric.threshold.text)),
    _Column("Alert Channel", lambda metric: cell(metric.channel)),
    _Column("Action", lambda metric: cell(metric.action)),
    _Column("Max age", lambda metric: cell(metric.max_age.text) if metric.max_age != ONE_HOUR else "", always=False),
    _ID,
)


def _risk(step: MigrationStep) -> str:
    return step.risk.capitalize() + (f" — {cell(step.risk_note)}" if step.risk_note else "")


def _with(word: str, remark: str) -> str:
    return f"{word} ({cell(remark)})" if remark else word


def _duration(text: str) -> str:
    """The dash that the format has for none stays a dash."""
    return text if text == "—" else cell(text)
