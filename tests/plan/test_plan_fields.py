"""Every field of a plan is seen wherever a plan is: on its screen, in its document, and as a difference."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import Any

import pytest

from rollout_tui.plan.diff import difference
from rollout_tui.plan.fields import FIELDS
from rollout_tui.plan.markdown.exporting import write_document
from rollout_tui.plan.model import Notes, Plan, Window, build
from rollout_tui.plan.probe import Source
from rollout_tui.plan.sections import LISTS, MODELS
from rollout_tui.tui.plan_rows import of_plan

# Each field that may be left out, by the key of the table that it stands in.
OPTIONAL = [
    (table, item.name)
    for table, model in MODELS.items()
    if model is not Notes
    for item in fields(model)
    if (item.default, item.default_factory) != (MISSING, MISSING)
]


def needed(model: type[Any]) -> dict[str, Any]:
    """An entry with nothing but what it can't do without."""
    return {
        item.name: FIELDS[model][item.name].examples[0]
        for item in fields(model)
        if item.default is MISSING and item.default_factory is MISSING
    }


def plan_with(table: str, key: str, example: Any) -> Plan:
    """A plan of one entry in each section, in one of which one field more is given."""
    document: dict[str, Any] = {name: needed(model) for name, model in MODELS.items()}
    if key == "max_age":
        document[table] |= {"probe": FIELDS[MODELS[table]]["probe"].examples[-1]}
    document[table] |= {} if example is None else {key: example}
    return build({"format": 1} | document | {each.key: [document[each.key]] for each in LISTS})


def example_of(table: str, key: str) -> Any:
    """A value of the field that is not what it is left out for."""
    if key == "window":
        return {"reason": FIELDS[Window]["reason"].examples[0]}
    if key == "downtime":
        return "maintenance-window"
    return next(
        each
        for each in FIELDS[MODELS[table]][key].examples
        if plan_with(table, key, each) != plan_with(table, key, None)
    )


def screen(plan: Plan) -> list[str]:
    parts = of_plan(plan, (), {}).parts
    shown = [each for lines in parts.values() for each in lines]
    title = of_plan(plan, (), {}).title.plain
    return [title, *(content.plain for each in shown for content in (each.row.left, each.row.right, *each.detail))]


@pytest.mark.parametrize(("table", "key"), OPTIONAL)
def test_a_field_is_seen_wherever_a_plan_is(table: str, key: str) -> None:
    without, given = plan_with(table, key, None), plan_with(table, key, example_of(table, key))
    assert write_document(without) != write_document(given)
    if key != "id":
        assert screen(without) != screen(given)
        assert difference(without, given)


def test_a_source_is_seen_wherever_a_plan_is() -> None:
    without, given = (plan_with("plan", "owner", None) for _ in range(2))
    given = replace(given, sources={"prod": Source("https://prom.example.com")})
    assert write_document(without) != write_document(given)
    assert any("prod · https://prom.example.com" in each for each in screen(given))
    assert [each.words for each in difference(without, given)] == [
        "Source prod — → prometheus https://prom.example.com"
    ]
