"""The plan that a run followed, section by section, in the document format's own names."""

from __future__ import annotations

from collections.abc import Iterator

from ..plan import sections
from ..plan.model import ChecklistItem, Metric, Phase, Plan
from .elements import Cell, Element, Facts, Table, TableRow, table


def plan_tables(plan: Plan) -> Iterator[Element]:
    """Give the plan's sections, without those that are empty."""
    yield Facts(tuple(_strategy(plan)))
    tables = (
        _checklist(sections.PRE_DEPLOYMENT.title, plan.pre_deployment),
        _phases(plan),
        _flags(plan),
        _migration(plan),
        _scenarios(plan),
        _monitoring(plan),
        _checklist(sections.POST_DEPLOYMENT.title, plan.post_deployment),
    )
    yield from (each for each in tables if each.rows)


def _strategy(plan: Plan) -> Iterator[tuple[str, Cell]]:
    strategy = plan.strategy
    yield sections.STRATEGY.name, strategy.kind
    window = strategy.window
    if window is not None and window.start is not None and window.end is not None:
        yield "Downtime", f"{strategy.downtime}, {window.start} to {window.end}: {window.reason}"
    else:
        yield "Downtime", strategy.downtime
    yield "Rollback time", str(strategy.rollback_time)
    yield "Database migration", strategy.database_migration
    yield "Change size", plan.header.change_size
    yield from ((f"Source {name}", source.text) for name, source in plan.sources.items())
    if plan.header.links:
        yield "Links", plan.header.links


def _several(approvals: int) -> str:
    """One person signs unless more are asked for."""
    return str(approvals) if approvals > 1 else ""


def _checklist(title: str, items: tuple[ChecklistItem, ...]) -> Table:
    rows = tuple(
        TableRow((i.title, i.owner, _several(i.approvals), i.proves or "", i.description, i.link, _probe(i)))
        for i in items
    )
    return table(title, ("item", "owner", "approvals", "proves", "description", "link", "probe"), rows)


def _phases(plan: Plan) -> Table:
    rows = tuple(
        TableRow(
            (
                *(p.name, str(p.audience), _soak(p)),
                *(tuple(map(str, p.success_criteria)), tuple(map(str, p.rollback_triggers))),
                *(_several(p.approvals), tuple(_looks(p))),
            )
        )
        for p in plan.phases
    )
    columns = ("phase", "audience", "soak", "success criteria", "rollback triggers", "approvals", "probes")
    return table(sections.PHASES.title, columns, rows)


def _looks(phase: Phase) -> Iterator[str]:
    yield from (f"{each}: {each.probe.text}" for each in phase.success_criteria if each.probe)
    for each in phase.rollback_triggers:
        if each.probe:
            long = f" for {each.for_}" if each.for_.value else ""
            yield f"{each}: {each.probe.text}; {each.on_fire}{long}"


def _soak(phase: Phase) -> str:
    return f"{phase.duration}, anew after a breach" if phase.after_breach == "restart" else str(phase.duration)


def _flags(plan: Plan) -> Table:
    rows = tuple(
        TableRow(
            (
                *(f.name, str(f.default), tuple(f"{phase}: {value}" for phase, value in f.rollout.items())),
                *(f.description, tuple(f"{phase}: {probe.text}" for phase, probe in f.probes.items())),
            )
        )
        for f in plan.feature_flags
    )
    return table(sections.FEATURE_FLAGS.title, ("flag", "default", "rollout", "description", "probes"), rows)


def _migration(plan: Plan) -> Table:
    rows = []
    for m in plan.migration:
        undo = f"yes: {m.reverse_by}" if m.reversible else "no"
        risk = f"{m.risk}: {m.risk_note}" if m.risk_note else m.risk
        rows.append(TableRow((m.action, m.kind, undo, str(m.duration), risk, m.owner, _several(m.approvals))))
    columns = ("step", "kind", "reversible", "duration", "risk", "owner", "approvals")
    return table(sections.MIGRATION.title, columns, tuple(rows))


def _scenarios(plan: Plan) -> Table:
    rows = tuple(
        TableRow((s.scenario, s.kind, s.steps or s.action, str(s.time), s.owner, s.until, s.reverses, s.answers))
        for s in plan.rollback
    )
    return table(
        sections.ROLLBACK.title,
        ("scenario", "kind", "steps", "target", "owner", "until", "takes back", "answers"),
        rows,
    )


def _monitoring(plan: Plan) -> Table:
    rows = tuple(
        TableRow((m.metric, str(m.threshold), m.channel, m.action, str(m.max_age), _probe(m))) for m in plan.monitoring
    )
    return table(sections.MONITORING.title, ("metric", "alert", "channel", "action", "reading at most", "probe"), rows)


def _probe(entry: Metric | ChecklistItem) -> str:
    return entry.probe.text if entry.probe is not None else ""
