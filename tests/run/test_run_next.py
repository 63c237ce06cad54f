"""What to do now: the right next thing along a whole walk, and past whatever gets in the way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.next import next_step
from tests.run.driver import Walk
from tests.run.run_plans import AFTER, BLUE_GREEN, CANARY, PLANS, ROLLING

SHIPPED = [path for path in sorted(Path(__file__).parents[2].glob("plans/*.toml")) if path.stem != "template"]


def steps_of(walk: Walk) -> list[str]:
    """Follow what comes next to the close, as `action item`; a soak is waited for."""
    taken = []
    while walk.run.closed is None:
        step = walk.next()
        if step.text.startswith("Soak: "):
            taken.append("wait")
            walk.soak()
            continue
        taken.append(f"{step.action} {step.item}".strip())
        walk.step()
    return taken


def test_a_whole_walk() -> None:
    assert steps_of(Walk(BLUE_GREEN)) == [
        "sign monitoring",
        "sign rollback-plan",
        "sign rollback-plan",
        "go",
        "sign migration/add-table",
        "sign migration/install",
        "start-phase shadow/start",
        "sign shadow/flag/double-entry",
        "sign shadow/criterion/balances-equal",
        "measure shadow/metric/imbalance",
        "sign shadow/approval",
        "wait",
        "measure shadow/metric/imbalance",
        "promote",
        "start-phase live/start",
        "sign live/flag/double-entry",
        "sign migration/convert",
        "sign migration/convert",
        "sign live/criterion/first-payment-run-is-booked",
        "measure live/metric/imbalance",
        "wait",
        "measure live/metric/imbalance",
        "promote",
        "sign balance",
        "sign balance",
        "sign migration/drop",
        "sign migration/shrink",
        "close",
    ]


def test_the_backfill_may_come_after_the_last_gate() -> None:
    taken = steps_of(Walk(AFTER))
    assert taken.index("sign migration/convert") == len(taken) - 1 - taken[::-1].index("promote") + 1
    assert taken.index("sign migration/convert") < taken.index("sign balance")


def test_a_small_walk() -> None:
    assert steps_of(Walk(ROLLING)) == [
        "sign tests",
        "sign monitoring",
        "sign rollback-plan",
        "go",
        "start-phase everyone/start",
        "sign everyone/criterion/invoices-add-up",
        "measure everyone/metric/errors",
        "wait",
        "promote",
        "sign health",
        "close",
    ]


@pytest.mark.parametrize("emergency", [False, True], ids=["", "emergency"])
@pytest.mark.parametrize("text", PLANS.values(), ids=PLANS.keys())
def test_following_it_completes_every_plan(text: str, emergency: bool) -> None:
    walk = Walk(text, emergency=emergency).until(lambda run: run.closed is not None)
    assert walk.run.closed is not None
    assert walk.run.closed.outcome == "completed"
    assert not [e for e in walk.entries if isinstance(e.event, ev.GatePromoted | ev.PhaseStarted) and e.event.overrides]
    assert walk.replayed() == walk.run


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SHIPPED])
def test_following_it_completes_the_plans_that_ship(path: Path) -> None:
    walk = Walk(path.read_text()).until(lambda run: run.closed is not None)
    assert walk.run.closed is not None
    assert walk.run.closed.outcome == "completed"


def test_plans_ship() -> None:
    assert len(SHIPPED) >= 3


def jumped(walk: Walk) -> None:
    walk.jump = timedelta(hours=1)


Spoil = Callable[[Walk], object]


@pytest.mark.parametrize(
    ("reach", "spoil", "step"),
    [
        pytest.param("migration", lambda w: w.do(intents.Hold("x")), "release", id="held before a step"),
        pytest.param("inside", lambda w: w.do(intents.Hold("x")), "release", id="held before a start"),
        pytest.param("inside", jumped, "confirm-clock", id="the clock jumped before a start"),
        pytest.param("cleanup", lambda w: w.do(intents.Hold("x")), "release", id="held before cleanup"),
        pytest.param("close", lambda w: w.do(intents.Hold("x")), "release", id="held at the close"),
        pytest.param("close", jumped, "confirm-clock", id="the clock jumped at the close"),
        pytest.param(
            "some",
            lambda w: w.do(intents.Fire("inside/trigger/paid-twice", "x")),
            "clear inside/trigger/paid-twice",
            id="a trigger fired before a start",
        ),
        pytest.param(
            "close",
            lambda w: w.do(intents.Fire("inside/trigger/paid-twice", "x")),
            "clear inside/trigger/paid-twice",
            id="a trigger fired at the close",
        ),
        pytest.param(
            "cleanup", lambda w: w.do(intents.Revoke("flows", "x")), "sign flows", id="validation taken back at cleanup"
        ),
        pytest.param("close", lambda w: w.do(intents.Revoke("flows", "x")), "sign flows", id="taken back at the close"),
        pytest.param(
            "inside",
            lambda w: [w.do(intents.Revoke(each, "x")) for each in ("fill", "install")],
            "sign migration/install",
            id="two steps taken back before a start",
        ),
        pytest.param(
            "migration",
            lambda w: w.do(intents.Fail("add-column", "x")),
            "sign migration/add-column",
            id="a failed step",
        ),
        pytest.param(
            "cleanup",
            lambda w: w.do(intents.Revoke("fill", "x")),
            "sign migration/fill",
            id="an earlier step taken back at cleanup",
        ),
        pytest.param(
            "post-deployment",
            lambda w: [w.do(intents.Defer(each, "cleanup", "x")) for each in ("health", "flows")],
            "sign health",
            id="validation deferred to cleanup",
        ),
        pytest.param(
            "inside", lambda w: w.do(intents.RollBack("bug", "x")), "sign rollback/bug/1", id="a rollback under way"
        ),
        pytest.param(
            "inside",
            lambda w: [w.do(intents.RollBack("patch", "x")), w.sign("rollback/patch/1")],
            "measure inside/metric/errors",
            id="every rollback step signed, and nothing read since",
        ),
        pytest.param(
            "inside",
            lambda w: [
                w.do(intents.RollBack("patch", "x")),
                w.sign("rollback/patch/1"),
                w.do(intents.Measure("errors", 0)),
                w.do(intents.Measure("uptime", 100)),
            ],
            "finish-rollback",
            id="read since the last rollback step",
        ),
        pytest.param(
            "inside",
            lambda w: [
                w.to_started("inside").do(intents.Fire("inside/trigger/paid-twice", "x")),
                w.do(intents.RollBack("patch")),
                w.sign("rollback/patch/1"),
            ],
            "clear inside/trigger/paid-twice",
            id="the trigger that led to it is not cleared",
        ),
        pytest.param(
            "inside",
            lambda w: [w.do(intents.RollBack("bug", "x")), w.do(intents.FinishRollback("restored", "x"))],
            "close",
            id="restored",
        ),
        pytest.param(
            "inside",
            lambda w: [w.do(intents.RollBack("bug", "x")), w.do(intents.FinishRollback("failed", "x"))],
            "roll-back",
            id="the rollback failed",
        ),
        pytest.param("close", lambda w: w.do(intents.Close("x")), "", id="closed"),
    ],
)
def test_past_what_gets_in_the_way(reach: str, spoil: Spoil, step: str) -> None:
    walk = Walk(CANARY).to(reach)
    spoil(walk)
    found = walk.next()
    assert f"{found.action} {found.item}".strip() == step
    if found.action:
        walk.step()


@pytest.mark.parametrize(
    ("spoil", "step"),
    [
        pytest.param(lambda w: w.do(intents.Measure("errors", 9)), "measure inside/metric/errors", id="breach"),
        pytest.param(lambda w: w.do(intents.Unread("errors", "x")), "measure inside/metric/errors", id="unread"),
        pytest.param(lambda w: w.wait("2 h"), "measure inside/metric/errors", id="stale"),
        pytest.param(lambda w: w.do(intents.Revoke("tests", "x")), "sign tests", id="an item taken back"),
        pytest.param(lambda w: w.do(intents.Hold("x")), "release", id="held"),
        pytest.param(
            lambda w: [w.do(intents.Unread("errors", "x")), w.do(intents.Hold("x"))],
            "release",
            id="the hold comes first",
        ),
        pytest.param(
            lambda w: [w.do(intents.Revoke("fill", "x")), w.do(intents.Revoke("install", "x"))],
            "sign migration/install",
            id="the first of two steps taken back",
        ),
        pytest.param(lambda w: w.do(intents.Extend("inside", "1 min", "x")), "promote", id="the soak"),
    ],
)
def test_at_a_gate(spoil: Spoil, step: str) -> None:
    walk = Walk(CANARY).to_gate("inside")
    spoil(walk)
    found = walk.next()
    assert f"{found.action} {found.item}".strip() == step


def test_says_how_long_the_soak_still_takes() -> None:
    walk = Walk(CANARY).to_gate("inside")
    walk.do(intents.Extend("inside", "90 min", "x"))
    assert walk.next().text == "Soak: 1 h 30 min left, then promote Inside."


class TestForOneOfTwo:
    """What only someone else can approve comes last, and is said so."""

    def approved(self) -> Walk:
        walk = Walk(BLUE_GREEN)
        walk.do(intents.Sign("rollback-plan"), by="alice")
        return walk

    def test_an_item_that_i_approved_gives_way_to_what_is_open_for_me(self) -> None:
        walk = self.approved()
        assert next_step(walk.run, walk.now, Actor("alice")).item == "monitoring"
        assert next_step(walk.run, walk.now, Actor("bob")).item == "monitoring"

    def test_nothing_else_open_names_the_other_person(self) -> None:
        walk = self.approved()
        walk.do(intents.Sign("monitoring"))
        step = next_step(walk.run, walk.now, Actor("alice"))
        assert (step.item, step.action) == ("rollback-plan", "")
        assert step.text.startswith("Someone else approves")
        assert next_step(walk.run, walk.now, Actor("bob")).action == "sign"

    def test_who_approved_a_promotion_leaves_it_to_someone_else(self) -> None:
        walk = Walk(BLUE_GREEN).to_started("shadow").sign("shadow/flag/double-entry", "shadow/criterion/balances-equal")
        walk.wait("9 h")
        walk.do(intents.Measure("imbalance", 0))
        walk.do(intents.Sign("shadow/approval"), by="alice")
        assert next_step(walk.run, walk.now, Actor("alice")).action == ""
        assert next_step(walk.run, walk.now, Actor("bob")).action == "promote"
