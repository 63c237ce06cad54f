"""What holds for every plan and every text, tried by hypothesis."""

import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout_tui.plan import ids
from rollout_tui.plan.locate import places
from rollout_tui.plan.model import Plan, build
from rollout_tui.plan.placeholders import placeholders
from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue, Quantity
from rollout_tui.plan.rules import check
from rollout_tui.plan.toml import Mistake, load, parse, render
from rollout_tui.text import safe
from tests.plan.plan_strategies import as_document, plans
from tests.plan.text_strategies import times
from tests.share import share

PLANS = Path(__file__).parents[2] / "plans"

calm = settings(max_examples=share(60), deadline=None, suppress_health_check=list(HealthCheck))


@calm
@given(plans())
def test_a_plan_that_is_written_and_read_is_the_same_plan(plan: Plan) -> None:
    text = tomli_w.dumps(as_document(plan))
    assert parse(text, "x.toml") == plan
    assert build(tomllib.loads(text)) == plan


@pytest.mark.parametrize("name", ["template", "checkout", "hotfix", "ledger"])
def test_a_plan_built_from_checked_text_is_the_plan_that_was_checked(name: str) -> None:
    loaded = load(PLANS / f"{name}.toml")
    assert build(tomllib.loads(loaded.text)) == loaded.plan


@calm
@given(plans())
def test_what_the_rules_find_has_a_place_in_the_file(plan: Plan) -> None:
    text = tomli_w.dumps(as_document(plan))
    found = places(text)
    lines = text.split("\n")
    for finding in (*check(plan), *placeholders(plan)):
        position = found.of_value(finding.path)
        assert 1 <= position.column <= len(lines[position.line - 1]) + 1
        assert finding.message
        assert finding.hint


@calm
@given(plans(), st.randoms(use_true_random=False))
def test_ids_do_not_change_when_items_are_reordered(plan: Plan, chance: random.Random) -> None:
    def ids_of(found: Plan) -> set[tuple[str, str]]:
        return {
            *((ids.checklist_id("pre-deployment", item), item.title) for item in found.pre_deployment),
            *((ids.step_id(step), step.action) for step in found.migration),
            *((ids.metric_id(metric), metric.metric) for metric in found.monitoring),
        }

    document = as_document(plan)
    for section in ("pre_deployment", "migration", "monitoring"):
        chance.shuffle(document[section])
    assert ids_of(build(document)) == ids_of(plan)


@calm
@given(st.text(max_size=40))
@pytest.mark.parametrize("kind", [Duration, Comparison, Audience, FlagValue])
def test_any_text_is_a_quantity_or_is_refused_with_the_forms(kind: type[Quantity], text: str) -> None:
    try:
        assert str(kind.parse(text)) == text
    except ValueError as error:
        assert str(error) in {kind.forms, "a duration of at most 10 years"}  # noqa: PT017 - both outcomes are right


@calm
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**9 - 1), st.sampled_from(["", " ", "  "]), st.sampled_from(["s", "min", "h", "days", "w"])
        ),
        min_size=1,
        max_size=3,
    )
)
def test_every_number_with_a_unit_is_a_duration_or_too_long(parts: list[tuple[int, str, str]]) -> None:
    text = " ".join(f"{number}{space}{unit}" for number, space, unit in parts)
    try:
        assert Duration.parse(text).value.total_seconds() >= 0
    except ValueError as error:
        assert str(error) == "a duration of at most 10 years"  # noqa: PT017 - both outcomes are right


@calm
@given(st.text(max_size=200))
def test_any_text_is_answered_with_mistakes(text: str) -> None:
    result = parse(text, "x.toml")
    assert not isinstance(result, Plan)
    assert all(safe(render(mistake)) == render(mistake) for mistake in result)


values = st.recursive(
    st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | times
    | times.map(lambda time: time.replace(tzinfo=None))
    | times.map(lambda time: time.date())
    | times.map(lambda time: time.time()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=6), inner)
    ),
    max_leaves=5,
)


@settings(calm, max_examples=share(100))
@given(st.data())
def test_a_plan_with_anything_anywhere_is_read_or_answered_with_mistakes(data: st.DataObject) -> None:
    document = tomllib.loads((PLANS / "ledger.toml").read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        _replace_somewhere(document, data)
    text = tomli_w.dumps(document)
    result = parse(text, "x.toml")
    if isinstance(result, Plan):
        assert build(tomllib.loads(text)) == result
    else:
        lines = text.split("\n")
        assert result
        for mistake in result:
            assert isinstance(mistake, Mistake)
            assert 1 <= mistake.column <= len(lines[mistake.line - 1]) + 1
            assert safe(render(mistake)) == render(mistake)


def _replace_somewhere(document: dict[str, Any], data: st.DataObject) -> None:
    spot: Any = document
    while True:
        keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = data.draw(st.sampled_from(keys)) if keys else None
        if key is None:
            return
        deeper = isinstance(spot[key], (dict, list)) and spot[key] and data.draw(st.integers(0, 3))
        if not deeper:
            break
        spot = spot[key]
    action = data.draw(st.sampled_from(["value", "value", "drop", "key"]))
    if action == "value" or isinstance(spot, list):
        spot[key] = data.draw(values)
    elif action == "drop":
        del spot[key]
    else:
        spot[data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=8))] = data.draw(values)
