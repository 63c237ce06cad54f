"""From a plan to the ordered stages and items of its run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..plan import ids
from ..plan.model import ChecklistItem, Criterion, MigrationStep, Plan, Scenario, Trigger
from ..plan.sections import MIGRATION, POST_DEPLOYMENT, PRE_DEPLOYMENT
from .stages import Item, ItemKind, RollbackPath, Stage, StageKind, StageSequence, metric_row


def sequence(plan: Plan, frozen_ids: tuple[str, ...] | None = None) -> StageSequence:
    """Lay the plan out as stages and items.

    `frozen_ids` are the ids that the journal's header gave the items when the run started, whatever they would be
    called today; raises ValueError if their number is not that of the plan's items.
    """
    laid_out = StageSequence(
        tuple(_stages(plan)), tuple(_rollback_path(scenario, plan) for scenario in plan.rollback), _resets(plan)
    )
    same = frozen_ids is None or frozen_ids == tuple(laid_out.items)
    return laid_out if same else _with_ids(laid_out, frozen_ids or ())


def _stages(plan: Plan) -> Iterator[Stage]:
    steps = {
        part: [_step(step, plan) for kind in kinds for step in plan.migration if step.kind == kind]
        for part, kinds in _PARTS.items()
    }
    timing = plan.strategy.database_migration
    yield _checklist(ids.PRE_DEPLOYMENT, PRE_DEPLOYMENT.name, StageKind.PRE_DEPLOYMENT, plan.pre_deployment)
    first = steps["forward"] + (steps["backfill"] if timing in {"before", "none"} else [])
    if first:
        yield Stage(ids.MIGRATION, MIGRATION.name, StageKind.MIGRATION, _placed(first, ids.MIGRATION))
    for number in range(len(plan.phases)):
        last = number == len(plan.phases) - 1
        yield _phase(plan, number, steps["backfill"] if last and timing == "during" else [])
    if timing == "after" and steps["backfill"]:
        yield Stage(ids.BACKFILL, "Backfill", StageKind.BACKFILL, _placed(steps["backfill"], ids.BACKFILL))
    yield _checklist(ids.POST_DEPLOYMENT, POST_DEPLOYMENT.name, StageKind.POST_DEPLOYMENT, plan.post_deployment)
    if steps["cleanup"]:
        yield Stage(ids.CLEANUP, "Cleanup", StageKind.CLEANUP, _placed(steps["cleanup"], ids.CLEANUP))
    yield Stage(ids.CLOSE, "Close", StageKind.CLOSE)


_PARTS = {"forward": ("schema", "code"), "backfill": ("backfill",), "cleanup": ("cleanup",)}


def _checklist(stage: str, title: str, kind: StageKind, lines: tuple[ChecklistItem, ...]) -> Stage:
    items = tuple(
        Item(
            ids.checklist_id(stage, line),
            ItemKind.CHECK,
            stage,
            line.title,
            owner=line.owner,
            approvals=line.approvals,
            description=line.description,
            link=line.link,
            proves=line.proves or "",
            probe=line.probe,
            max_age=line.max_age,
        )
        for line in lines
    )
    return Stage(stage, title, kind, items)


def _step(step: MigrationStep, plan: Plan) -> Item:
    note = "Backward compatible: installed everywhere, handles old and new schema, exposed to nobody (R2)."
    way = f"Undo: {step.reverse_by}." if step.reverse_by else ""
    way = way if step.reversible else "Can't be undone: this is a point of no return."
    risk = f"Risk {step.risk}" + (f": {step.risk_note}." if step.risk_note else ".")
    compatible = note if step.kind == "code" else "Backward compatible (R2)."
    installs = f"Installs {', '.join(plan.header.artifacts)}." if step.kind == "code" and plan.header.artifacts else ""
    parts = [f"{step.kind.capitalize()} step.", compatible if step.backward_compatible else "", way, risk, installs]
    return Item(
        f"{ids.MIGRATION}/{ids.step_id(step)}",
        ItemKind.STEP,
        ids.MIGRATION,
        step.action,
        owner=step.owner or plan.header.owner,
        approvals=step.approvals,
        description=" ".join(part for part in parts if part),
        step=step,
    )


def _placed(items: list[Item], stage: str) -> tuple[Item, ...]:
    return tuple(replace(item, stage=stage) for item in items)


def _phase(plan: Plan, number: int, backfill: list[Item]) -> Stage:
    phase = plan.phases[number]
    stage = ids.phase_id(phase)
    items = [Item(f"{stage}/start", ItemKind.START, stage, f"Start {phase.name}: {phase.audience}")]
    items += _flag_changes(plan, number, stage)
    items += _placed(backfill, stage)
    items += [replace(_line(stage, ItemKind.CRITERION, c), max_age=c.max_age) for c in phase.success_criteria]
    items += [
        Item(
            metric_row(stage, ids.metric_id(metric)),
            ItemKind.METRIC,
            stage,
            metric.metric,
            owner=metric.channel,
            description=f"Alert {metric.threshold} to {metric.channel or 'nobody'}. In breach: {metric.action or '—'}.",
            metric=metric,
            probe=metric.probe,
            max_age=metric.max_age,
        )
        for metric in plan.monitoring
    ]
    items += [replace(_line(stage, ItemKind.TRIGGER, each), trigger=each) for each in phase.rollback_triggers]
    if phase.approvals > 1:
        items.append(Item(f"{stage}/approval", ItemKind.APPROVAL, stage, f"Promotion of {phase.name} approved"))
    return Stage(stage, phase.name, StageKind.PHASE, tuple(items), phase)


def _line(stage: str, kind: ItemKind, said: Criterion | Trigger) -> Item:
    return Item(f"{stage}/{kind}/{ids.slug(said.text)}", kind, stage, said.text, probe=said.probe)


def _flag_changes(plan: Plan, number: int, stage: str) -> list[Item]:
    """One item for each flag whose value differs from that of the phase before."""
    changes = []
    for flag in plan.feature_flags:
        before = flag.default
        for phase in plan.phases[:number]:
            before = flag.rollout.get(phase.name, before)
        value = flag.rollout.get(plan.phases[number].name, before)
        if value != before:
            name = ids.flag_id(flag)
            title = f"Flag {flag.name} → {value}"
            about = f"{flag.description} Was {before}.".strip()
            changes.append(
                Item(
                    f"{stage}/flag/{name}",
                    ItemKind.FLAG,
                    stage,
                    title,
                    description=about,
                    probe=flag.probes.get(plan.phases[number].name),
                    flag=name,
                    value=str(value),
                )
            )
    return changes


def _rollback_path(scenario: Scenario, plan: Plan) -> RollbackPath:
    name = ids.scenario_id(scenario)
    before = plan.header.previous_artifacts if scenario.kind == "code" else ()
    about = f"Back to {', '.join(before)}." if before else ""
    items = tuple(
        Item(
            f"{ids.ROLLBACK}/{name}/{number}",
            ItemKind.ROLLBACK_STEP,
            ids.ROLLBACK,
            text,
            owner=scenario.owner,
            description=about,
        )
        for number, text in enumerate(scenario.steps or (scenario.action,), start=1)
    )
    return RollbackPath(name, scenario, items, tuple(_part(text) for text in scenario.reverses))


def _part(text: str) -> tuple[str, int]:
    part, by = ids.reversed_by(text)
    return (part if part.startswith(ids.FLAG) else f"{ids.MIGRATION}/{part}"), by


def _resets(plan: Plan) -> tuple[Item, ...]:
    return tuple(
        Item(
            f"{ids.ROLLBACK}/flag/{ids.flag_id(flag)}",
            ItemKind.FLAG_RESET,
            ids.ROLLBACK,
            f"Flag {flag.name} back to {flag.default}",
            flag=ids.flag_id(flag),
            value=str(flag.default),
        )
        for flag in plan.feature_flags
    )


def _with_ids(laid_out: StageSequence, frozen_ids: tuple[str, ...]) -> StageSequence:
    if len(frozen_ids) != len(laid_out.items):
        raise ValueError(f"the header names {len(frozen_ids)} items, its plan has {len(laid_out.items)}")
    names = dict(zip(laid_out.items, frozen_ids, strict=True))

    def renamed(items: tuple[Item, ...], stage: str) -> tuple[Item, ...]:
        return tuple(replace(item, id=names[item.id], stage=stage) for item in items)

    def stage_with_ids(stage: Stage) -> Stage:
        name = names[stage.start_id].rpartition("/")[0] if stage.phase else stage.id
        return replace(stage, id=name, items=renamed(stage.items, name))

    def way_with_ids(way: RollbackPath) -> RollbackPath:
        items = renamed(way.items, ids.ROLLBACK)
        reverses = tuple((names.get(part, part), by) for part, by in way.reverses)
        return replace(way, id=items[0].id.split("/")[1], items=items, reverses=reverses)

    return StageSequence(
        tuple(stage_with_ids(stage) for stage in laid_out.stages),
        tuple(way_with_ids(way) for way in laid_out.rollback_paths),
        renamed(laid_out.resets, ids.ROLLBACK),
    )
