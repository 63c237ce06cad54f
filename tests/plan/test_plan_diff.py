"""What differs between two plans, in the words that a release manager reads."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from rollout_tui.plan.diff import Change, difference
from rollout_tui.plan.model import Plan, build
from tests.plan.plan_strategies import plans
from tests.share import share

PLAN = """
format = 1
[plan]
name = "Shop 2"
service = "shop"
release = "2.0.0"
owner = "alice"
[strategy]
kind = "canary"
rollback_time = "5 min"
downtime = "maintenance-window"
[strategy.window]
start = 2026-03-02T13:00:00+00:00
end = 2026-03-02T15:00:00+00:00
reason = "the till is closed"
[[pre_deployment]]
id = "tests"
title = "All tests passing"
[[pre_deployment]]
title = "Review"
[[phases]]
name = "Inside"
audience = "Internal team"
duration = "1 day"
success_criteria = ["Orders go through"]
rollback_triggers = ["Paid twice"]
[[phases]]
name = "All"
audience = "100% of users"
[[feature_flags]]
name = "new_shop"
rollout = { "Inside" = "internal", "All" = true }
[[migration]]
id = "add"
action = "Add a column"
kind = "schema"
reversible = true
[[migration]]
id = "install"
action = "Install"
kind = "code"
reversible = true
[[rollback]]
scenario = "Code bug"
kind = "code"
time = "5 min"
steps = ["Flags off", "Redeploy"]
[[monitoring]]
metric = "Error rate"
threshold = "> 1 %"
[[post_deployment]]
title = "Review"
"""


def plan(*edits: tuple[str, str]) -> Plan:
    text = PLAN
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return build(tomllib.loads(text))


SAID = {
    "a header's field": ([('owner = "alice"', 'owner = "bob"')], ["Plan: owner alice → bob"]),
    "a field that is gone": ([('owner = "alice"\n', "")], ["Plan: owner alice → —"]),
    "the window": (
        [("T15:00", "T16:30")],
        [
            "Strategy: window 2026-03-02 13:00+00:00, 2026-03-02 15:00+00:00, the till is closed → "
            "2026-03-02 13:00+00:00, 2026-03-02 16:30+00:00, the till is closed"
        ],
    ),
    "an item is added": (
        [("[[phases]]", '[[pre_deployment]]\ntitle = "Load test"\n[[phases]]')],
        ["Pre-deployment item added: Load test"],
    ),
    "one of two sections is gone": (
        [('[[post_deployment]]\ntitle = "Review"\n', "")],
        ["Post-deployment item removed: Review"],
    ),
    "an item with an id has another title": (
        [("All tests passing", "All tests pass twice")],
        ["Pre-deployment, All tests passing: title All tests passing → All tests pass twice"],
    ),
    "approvals": (
        [('id = "tests"', 'id = "tests"\napprovals = 2')],
        ["Pre-deployment, All tests passing: approvals 1 → 2"],
    ),
    "a soak": ([("1 day", "2 days")], ["Inside: soak 1 day → 2 days"]),
    "a soak in other words": ([("1 day", "24 h")], []),
    "a criterion": (
        [("Orders go through", "Orders arrive")],
        ["Inside: criterion added: Orders arrive", "Inside: criterion removed: Orders go through"],
    ),
    "a criterion has a probe": (
        [('["Orders go through"]', '[{ text = "Orders go through", probe = { command = ["./order"] } }]')],
        ["Inside: criterion Orders go through: probe — → command ./order"],
    ),
    "a trigger holds the run": (
        [
            (
                '["Paid twice"]',
                '[{ text = "Paid twice", probe = { command = ["./pay"] }, for = "5 min", on_fire = "hold" }]',
            )
        ],
        [
            "Inside: trigger Paid twice: probe — → command ./pay",
            "Inside: trigger Paid twice: for — → 5 min",
            "Inside: trigger Paid twice: on fire tell → hold",
        ],
    ),
    "a flag has a probe": (
        [('name = "new_shop"', 'name = "new_shop"\nprobes = { Inside = { command = ["./flag"] } }')],
        ["Flag new_shop: probe in Inside — → command ./flag"],
    ),
    "phases in another order": (
        [
            ('name = "Inside"\naudience = "Internal team"', 'name = "?"\naudience = "?"'),
            ('name = "All"\naudience = "100% of users"', 'name = "Inside"\naudience = "Internal team"'),
            ('name = "?"\naudience = "?"', 'name = "All"\naudience = "100% of users"'),
        ],
        [
            "All: soak — → 1 day",
            "All: criterion added: Orders go through",
            "All: trigger added: Paid twice",
            "Inside: soak 1 day → —",
            "Inside: criterion removed: Orders go through",
            "Inside: trigger removed: Paid twice",
            "Rollout Phases: order Inside, All → All, Inside",
        ],
    ),
    "a flag's value": ([('"internal"', '"staff"')], ["Flag new_shop: value in Inside internal → staff"]),
    "a step that can't be undone": (
        [("reversible = true", "reversible = false")],
        ["Migration, Add a column: reversible yes → no"],
    ),
    "the steps of a scenario": (
        [('["Flags off", "Redeploy"]', '["Redeploy", "Flags off"]')],
        ["Rollback, Code bug: steps Flags off; Redeploy → Redeploy; Flags off"],
    ),
    "a threshold": ([("> 1 %", "> 2 %")], ["Monitoring, Error rate: threshold > 1 % → > 2 %"]),
    "a threshold in other words": ([("> 1 %", ">1.0%")], []),
    "comments": ([("format = 1", "# two\nformat = 1")], []),
}


@pytest.mark.parametrize("name", SAID)
def test_a_change_is_said(name: str) -> None:
    edits, words = SAID[name]
    assert [each.words for each in difference(plan(), plan(*edits))] == words


def test_a_change_is_data_too() -> None:
    assert difference(plan(), plan(("> 1 %", "> 2 %"))) == (
        Change(
            *("Monitoring & Alerting", "Error rate", "changed", "threshold", "> 1 %", "> 2 %"),
            "Monitoring, Error rate: threshold > 1 % → > 2 %",
        ),
    )


def test_the_order_of_a_checklist_is_no_difference() -> None:
    before = plan()
    assert difference(before, replace(before, pre_deployment=before.pre_deployment[::-1])) == ()


CALM = settings(max_examples=share(30), deadline=None, suppress_health_check=list(HealthCheck))


@CALM
@given(plans())
def test_a_plan_does_not_differ_from_itself(plan: Plan) -> None:
    assert difference(plan, plan) == ()


@CALM
@given(plans(), plans())
def test_differences_turn_round(before: Plan, after: Plan) -> None:
    """What was added one way is removed the other way, and what changed changes back."""
    there, back = difference(before, after), difference(after, before)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted((turned[each.kind], each.field, each.before, each.after) for each in there) == sorted(
        (each.kind, each.field, each.after, each.before) for each in back
    )
    assert all(each.words for each in there)
