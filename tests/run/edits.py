"""Edits of a plan as people make them between two looks at a run: words for words, or any that numbers come to."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rollout_tui.plan.model import (
    ChecklistItem,
    Criterion,
    FeatureFlag,
    Metric,
    MigrationStep,
    MigrationTiming,
    Phase,
    Plan,
    Scenario,
    Trigger,
    build,
)
from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from tests.run.driver import Walk

Edit = tuple[str, str]

_LISTS = ("pre_deployment", "post_deployment", "phases", "feature_flags", "migration", "monitoring", "rollback")


def edited(walk: Walk, *edits: Edit) -> str:
    """The text of the plan that the run follows, with words of it put in the place of others."""
    text = "\n".join(walk.run.follows.plan)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def asked(walk: Walk, *edits: Edit) -> intents.Redline:
    text = edited(walk, *edits)
    return intents.Redline(build(tomllib.loads(text)), text, "ops asked for it")


def redline(walk: Walk, *edits: Edit, by: str = "bob") -> ev.PlanRedlined:
    event = walk.do(asked(walk, *edits), by)
    assert isinstance(event, ev.PlanRedlined)
    return event


def varied(plan: Plan, first: int, second: int, third: int) -> Plan:
    """One edit, chosen by three numbers: an item dropped, moved, added or changed, or the backfill placed elsewhere."""
    key = _LISTS[first % len(_LISTS)]
    items: tuple[Any, ...] = getattr(plan, key)
    place = second % len(items) if items else 0
    ways: tuple[Callable[[], tuple[Any, ...]], ...] = (
        lambda: (*items[:place], *items[place + 1 :]),
        lambda: items[place:] + items[:place],
        lambda: (*items[:place], _new(key, plan), *items[place:]),
        lambda: (*items, _new(key, plan)),
        lambda: (*items[:place], _changed(items[place], second), *items[place + 1 :]),
        lambda: (*items[:place], _changed(items[place], second + 1), *items[place + 1 :]),
        lambda: (*items[:place], _changed(items[place], second + 2), *items[place + 1 :]),
    )
    if first % 17 == 0:
        timing: MigrationTiming = ("before", "during", "after")[second % 3]
        return replace(plan, strategy=replace(plan.strategy, database_migration=timing))
    if not items and third % len(ways) != 3:
        return plan
    changed: Any = ways[third % len(ways)]()
    return replace(plan, **{key: changed}) if changed or key != "phases" else plan


def _new(key: str, plan: Plan) -> Any:
    """An item whose name the plan does not have yet."""
    number = sum(len(getattr(plan, each)) for each in _LISTS)
    name = f"New {number}"
    match key:
        case "pre_deployment" | "post_deployment":
            return ChecklistItem(f"{name} {key}", approvals=1 + number % 2)
        case "phases":
            return Phase(
                name,
                Audience.parse("50% of users"),
                Duration.parse("30 min"),
                (Criterion("It holds"),),
                (Trigger("It breaks"),),
            )
        case "feature_flags":
            return FeatureFlag(name, rollout={phase.name: FlagValue("on") for phase in plan.phases[number % 2 :]})
        case "migration":
            kind = ("schema", "code", "backfill", "cleanup")[number % 4]
            return MigrationStep(name, kind, reversible=True, backward_compatible=True)  # type: ignore[arg-type]
        case "monitoring":
            return Metric(name, Comparison.parse("> 2 %"), channel="pager", action="look")
        case _:
            return Scenario(name, "code", Duration.parse("4 min"), action="Back")


def _changed(item: Any, number: int) -> Any:
    match item:
        case ChecklistItem():
            words = replace(item, description=f"{item.description}!"), replace(item, owner="somebody")
            return (replace(item, approvals=3 - item.approvals), *words)[number % 3]
        case Phase():
            criteria = replace(item, success_criteria=(*item.success_criteria, Criterion(f"It holds {number}")))
            triggers = replace(item, rollback_triggers=item.rollback_triggers[1:])
            longer = replace(item, duration=Duration.parse(f"{10 + number} min"))
            return (replace(item, approvals=3 - item.approvals), criteria, triggers, longer)[number % 4]
        case FeatureFlag():
            values = {name: FlagValue(f"{number} %") for name in item.rollout}
            fewer = dict(list(item.rollout.items())[1:])
            return (replace(item, rollout=values), replace(item, rollout=fewer))[number % 2]
        case MigrationStep():
            rewritten = replace(item, action=f"{item.action}!"), replace(item, reversible=not item.reversible)
            return (replace(item, approvals=3 - item.approvals), *rewritten)[number % 3]
        case Metric():
            limit = item.threshold.text.split()
            bound = f"{limit[0]} {float(limit[1]) + number % 5 - 2:g}"
            unit = " ".join(limit[2:]) if number % 3 else "ms"
            return replace(item, threshold=Comparison.parse(f"{bound} {unit}".strip()))
        case _:
            return replace(item, time=Duration.parse("1 min"))
