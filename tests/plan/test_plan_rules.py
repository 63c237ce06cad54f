"""Each rule with a plan that keeps it and plans that break it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.plan.model import Plan, Window
from rollout_tui.plan.placeholders import TEMPLATES, placeholders
from rollout_tui.plan.quantities import PLACEHOLDER, Comparison, Duration, FlagValue
from rollout_tui.plan.rules import CODE_TARGET, DATA_TARGET, FILLED_IN, RULES, check
from rollout_tui.plan.toml import load

PLANS = Path(__file__).parents[2] / "plans"
CHECKOUT = load(PLANS / "checkout.toml").plan
LEDGER = load(PLANS / "ledger.toml").plan
HOTFIX = load(PLANS / "hotfix.toml").plan


def with_section(plan: Plan, section: str, elements: list[Any]) -> Plan:
    changes: dict[str, Any] = {section: tuple(elements)}
    return replace(plan, **changes)


def each(section: str, **changes: Any) -> Callable[[Plan], Plan]:
    """Change every element of a section."""
    return lambda plan: with_section(plan, section, [replace(item, **changes) for item in getattr(plan, section)])


def first(section: str, **changes: Any) -> Callable[[Plan], Plan]:
    """Change the first element of a section."""

    def change(plan: Plan) -> Plan:
        head, *rest = getattr(plan, section)
        return with_section(plan, section, [replace(head, **changes), *rest])

    return change


def without(section: str) -> Callable[[Plan], Plan]:
    return lambda plan: with_section(plan, section, [])


def strategy(**changes: Any) -> Callable[[Plan], Plan]:
    return lambda plan: replace(plan, strategy=replace(plan.strategy, **changes))


def reversed_steps(plan: Plan) -> Plan:
    return replace(plan, migration=plan.migration[::-1])


def backfill_before_code(plan: Plan) -> Plan:
    schema, code, backfill, cleanup = plan.migration
    return replace(plan, migration=(schema, backfill, code, cleanup))


ONE_PHASE = {"Phase 1": FlagValue("on")}

# name: (plan, what is changed, the rule and key path of each finding)
BROKEN: dict[str, tuple[Plan, Callable[[Plan], Plan], list[tuple[str, str]]]] = {
    "no scenario": (CHECKOUT, without("rollback"), [("R1", "rollback")]),
    "no proof": (
        CHECKOUT,
        each("pre_deployment", proves=None),
        [("R1", "pre_deployment"), ("R4", "pre_deployment")],
    ),
    "incompatible schema": (
        CHECKOUT,
        first("migration", backward_compatible=False),
        [("R2", "migration.0.backward_compatible")],
    ),
    "compatibility not stated": (
        CHECKOUT,
        each("migration", backward_compatible=None),
        [("R2", f"migration.{place}.backward_compatible") for place in range(3)],
    ),
    "large without a flag": (CHECKOUT, without("feature_flags"), [("R3", "feature_flags")]),
    "no flag for each phase": (
        CHECKOUT,
        each("feature_flags", rollout=ONE_PHASE),
        [("R3", "feature_flags.0.rollout"), ("R3", "feature_flags.1.rollout")],
    ),
    "no metric": (HOTFIX, without("monitoring"), [("R4", "monitoring")]),
    "metric without channel and action": (
        HOTFIX,
        first("monitoring", channel=" ", action=""),
        [("R4", "monitoring.0.channel"), ("R4", "monitoring.0.action")],
    ),
    "no validation": (HOTFIX, without("post_deployment"), [("R5", "post_deployment")]),
    "downtime without a window": (
        LEDGER,
        strategy(window=None),
        [("R6", f"strategy.window.{key}") for key in ("start", "end", "reason")],
    ),
    "a window without a reason": (
        LEDGER,
        strategy(window=replace(LEDGER.strategy.window or Window(), reason=" ")),
        [("R6", "strategy.window.reason")],
    ),
    "steps reversed": (CHECKOUT, reversed_steps, [("R7", f"migration.{place}.kind") for place in (1, 2, 3)]),
    "backfill before code": (CHECKOUT, backfill_before_code, [("R7", "migration.2.kind")]),
    "slow strategy": (HOTFIX, strategy(rollback_time=Duration.parse("6 min")), [("R8", "strategy.rollback_time")]),
    "no target": (
        HOTFIX,
        lambda plan: first("rollback", time=Duration.parse("—"))(strategy(rollback_time=Duration.parse("—"))(plan)),
        [("R8", "strategy.rollback_time"), ("R8", "rollback.0.time")],
    ),
    "slow code": (HOTFIX, first("rollback", time=Duration.parse("301 s")), [("R8", "rollback.0.time")]),
    "slow data": (
        HOTFIX,
        first("rollback", kind="data", time=Duration.parse("31 min")),
        [("R8", "rollback.0.time")],
    ),
    "patch without a target": (
        HOTFIX,
        first("rollback", kind="patch", time=Duration.parse("0 min")),
        [("R8", "rollback.0.time")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found_where_it_is_broken(name: str) -> None:
    plan, change, expected = BROKEN[name]
    assert [(found.rule, ".".join(map(str, found.path))) for found in check(change(plan))] == expected


KEPT: dict[str, tuple[Plan, Callable[[Plan], Plan]]] = {
    "small without a flag": (HOTFIX, without("feature_flags")),
    "one flag of two has each phase": (CHECKOUT, first("feature_flags", rollout=ONE_PHASE)),
    "no migration": (CHECKOUT, without("migration")),
    "code at its limit": (HOTFIX, first("rollback", time=Duration.parse("< 5 min"))),
    "data at its limit": (HOTFIX, first("rollback", kind="data", time=Duration.parse("30 min"))),
    "a patch may take its time": (HOTFIX, first("rollback", kind="patch", time=Duration.parse("2 days"))),
    "a target to fill in is a placeholder": (HOTFIX, strategy(rollback_time=Duration.parse("< [X] min"))),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_rule_finds_nothing(name: str) -> None:
    plan, change = KEPT[name]
    assert check(change(plan)) == ()


def test_the_rules_are_eight_and_say_what_they_are() -> None:
    assert [rule.id for rule in RULES] == [f"R{number}" for number in range(1, 9)]
    for rule in (*RULES, FILLED_IN):
        assert rule.name
        assert all(text.endswith(".") for text in (rule.meaning, rule.why, rule.mend))
    assert timedelta(minutes=5) == CODE_TARGET
    assert timedelta(minutes=30) == DATA_TARGET


def test_a_finding_names_what_it_is_about() -> None:
    (found,) = check(backfill_before_code(CHECKOUT))
    assert found.message == (
        'Code step "Install 2.4.0 everywhere, flags off" comes after backfill'
        ' "Backfill payment_state of the last 24 months".'
    )
    assert found.hint == "The order is schema, code, backfill, cleanup."


PLACEHOLDERS: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "header": (lambda plan: replace(plan, header=replace(plan.header, owner="[Release manager]")), "plan.owner"),
    "title": (first("pre_deployment", title="Ask [DBA + DevOps]"), "pre_deployment.0.title"),
    "duration": (first("phases", duration=Duration.parse("[X] days")), "phases.0.duration"),
    "list": (first("phases", success_criteria=("Good", "[Criteria]")), "phases.0.success_criteria.1"),
    "threshold": (first("monitoring", threshold=Comparison.parse("> [X] %")), "monitoring.0.threshold"),
    "flag value": (
        first("feature_flags", rollout={"Phase 1": FlagValue("[value]")}),
        "feature_flags.0.rollout.Phase 1",
    ),
    "window": (strategy(window=Window(reason="[Why]")), "strategy.window.reason"),
}


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_placeholder_is_found_wherever_it_is(name: str) -> None:
    change, path = PLACEHOLDERS[name]
    (found,) = placeholders(change(CHECKOUT))
    assert found.rule == "placeholder"
    assert ".".join(map(str, found.path)) == path


def test_the_templates_own_placeholders_are_known() -> None:
    template = (PLANS / "template.toml").read_text()
    values = "\n".join(re.findall(r'"[^"]*"', re.sub(r"^\s*#.*$", "", template, flags=re.MULTILINE)))
    assert set(PLACEHOLDER.findall(values)) <= TEMPLATES


@pytest.mark.parametrize("text", ["Copy [manual]", "Roll out [EU] first", "[x] Backup taken", "see [EU] and `[X]`"])
def test_other_words_in_brackets_are_a_finding_that_can_be_settled(text: str) -> None:
    plan = first("pre_deployment", title=text)(CHECKOUT)
    (found,) = check(plan)
    assert placeholders(plan) == ()
    assert (found.rule, found.overridable) == ("placeholder", True)
    meant = tuple(PLACEHOLDER.findall(text.partition("`")[0]))
    settled = replace(plan, header=replace(plan.header, not_placeholders=meant))
    assert check(settled) == ()


@pytest.mark.parametrize("text", ["Run `kubectl get [name]`", "``a [b] `c` ``", "Copied `[X]`"])
def test_brackets_in_code_stand_for_themselves(text: str) -> None:
    plan = first("pre_deployment", title=text)(CHECKOUT)
    assert (*placeholders(plan), *check(plan)) == ()


def test_brackets_in_notes_stand_for_themselves() -> None:
    plan = first("migration", risk_note="[low] on the replica, [EU]")(CHECKOUT)
    assert (*placeholders(plan), *check(plan)) == ()


def test_a_quantity_with_a_blank_never_starts() -> None:
    plan = first("monitoring", threshold=Comparison.parse("> [limit] %"))(CHECKOUT)
    settled = replace(plan, header=replace(plan.header, not_placeholders=("[limit]",)))
    assert [each.overridable for each in placeholders(settled)] == [False]


@pytest.mark.parametrize(
    "text", ["[a link](https://example.com)", "items[0]", "[ABC-12]", "[12]", "[ ] box", "a[i]", ""]
)
def test_other_brackets_are_no_placeholders(text: str) -> None:
    assert placeholders(first("pre_deployment", description=text)(CHECKOUT)) == ()
