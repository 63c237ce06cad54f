"""The condition of a run: every kind of wrong with its rank, which comes first, and what helps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rollout_tui.people import Actor
from rollout_tui.run import intents
from rollout_tui.run.condition import CALM, Condition, Rank, condition, in_trouble, with_plan_file
from rollout_tui.run.gates import blockers
from tests.run.driver import Walk, with_jump
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING

Story = Callable[[], Walk]

PAID_TWICE = "inside/trigger/paid-twice"


def of(walk: Walk, by: str | None = None) -> Condition:
    return condition(walk.run, walk.now, Actor(by) if by else None)


def actions(found: Condition) -> tuple[str, ...]:
    return tuple(action for action, _ in found.helps)


def after(walk: Walk, *done: intents.Intent, by: str = "alice") -> Walk:
    for each in done:
        walk.do(each, by)
    return walk


def inside() -> Walk:
    """A phase that is exposed, and nothing wrong."""
    return Walk(CANARY).to_started("inside")


def gate() -> Walk:
    return Walk(CANARY).to_gate("inside")


def breach(value: float = 9) -> intents.Intent:
    return intents.Measure("errors", value)


FIRE = intents.Fire(PAID_TWICE, "two charges")
FAIL = intents.Fail("inside/criterion/orders-go-through", "none arrive")
HOLD = intents.Hold("what is this")
BACK = intents.RollBack("bug", "paid twice")


@pytest.mark.parametrize(
    ("story", "text", "helps", "subject"),
    [
        pytest.param(
            lambda: after(inside(), FIRE, by="bob"),
            "ROLLBACK TRIGGER FIRED: Paid twice (bob, 12:00)",
            ("roll-back", "clear"),
            PAID_TWICE,
            id="a trigger fired",
        ),
        pytest.param(
            lambda: after(Walk(CANARY).to("some"), breach()),
            "IN BREACH: Error rate 9 %, alert > 1 % (alice, 13:00)",
            ("roll-back", "measure"),
            "some/metric/errors",
            id="a breach between two phases",
        ),
        pytest.param(
            lambda: after(Walk(CANARY, rules=1).to_started("inside"), breach()),
            "IN BREACH: Error rate 9 %, alert > 1 % (alice, 12:00)",
            ("roll-back", "measure"),
            "inside/metric/errors",
            id="a breach of an older run",
        ),
        pytest.param(
            lambda: after(inside(), FAIL),
            "FAILED: Orders go through (alice, 12:00: none arrive)",
            ("sign", "roll-back"),
            "inside/criterion/orders-go-through",
            id="a failed item",
        ),
        pytest.param(
            lambda: after(Walk(CANARY), intents.Fail("tests", "red")),
            "FAILED: All tests passing (alice, 12:00: red)",
            ("sign", "abort"),
            "tests",
            id="a failed item before the go",
        ),
        pytest.param(
            lambda: after(inside(), BACK, intents.FinishRollback("failed", "it did not help")),
            "ROLLBACK FAILED: Code bug",
            ("roll-back", "abort"),
            "",
            id="a rollback that failed",
        ),
    ],
)
def test_alarm(story: Story, text: str, helps: tuple[str, ...], subject: str) -> None:
    found = of(story())
    assert (found.rank, found.text, actions(found), found.subject) == (Rank.ALARM, text, helps, subject)
    assert found.more == 0


def first_approval() -> Walk:
    walk = Walk(CANARY)
    return after(walk, intents.Sign("security"))


def promotion_approved() -> Walk:
    """All that is left is somebody else's promotion."""
    walk = Walk(CANARY).to_started("some").until(lambda run: not run.unresolved["some"]).wait("2 h")
    return after(walk, breach(0), intents.Measure("uptime", 100), intents.Sign("some/approval"))


@pytest.mark.parametrize(
    ("story", "text", "helps", "subject"),
    [
        pytest.param(
            lambda: after(inside(), HOLD, by="bob"),
            "HELD: bob, 12:00: what is this",
            ("release",),
            "",
            id="held",
        ),
        pytest.param(
            lambda: after(inside(), HOLD).wait("1 days"),
            "HELD: alice, 02 Mar 12:00: what is this",
            ("release",),
            "",
            id="held since yesterday",
        ),
        pytest.param(
            lambda: with_jump(inside(), timedelta(minutes=2)),
            "THE CLOCK JUMPED: 2 min ahead; no gate opens before somebody confirms the time",
            ("confirm-clock",),
            "",
            id="the clock jumped",
        ),
        pytest.param(
            lambda: after(
                Walk(CANARY).to("inside"),
                intents.StartPhase("inside"),
                intents.Defer("inside/criterion/orders-go-through", "some", "tonight"),
            ).to("some"),
            "DUE: Orders go through (alice, 12:00)",
            ("sign", "waive"),
            "inside/criterion/orders-go-through",
            id="a deferral is due",
        ),
        pytest.param(
            lambda: after(inside(), intents.Unread("errors", "no answer")),
            "COULD NOT BE READ: Error rate (alice, 12:00: no answer)",
            ("measure",),
            "inside/metric/errors",
            id="a metric could not be read",
        ),
        pytest.param(
            lambda: Walk(ROLLING).to_next("measure").wait("20 min"),
            "NOT READ: Error rate",
            ("measure",),
            "everyone/metric/errors",
            id="nothing but a reading is missing",
        ),
        pytest.param(
            lambda: gate().wait("31 min"),
            "READING TOO OLD: Error rate (alice, 13:00)",
            ("measure",),
            "inside/metric/errors",
            id="nothing but a newer reading is missing",
        ),
        pytest.param(
            lambda: Walk(BLUE_GREEN).to_started("shadow").wait("160 min"),
            "THE WINDOW CLOSES: in 20 min",
            (),
            "",
            id="the window is nearly over",
        ),
        pytest.param(
            lambda: Walk(BLUE_GREEN).wait("4 h"),
            "OUTSIDE THE WINDOW: it closed 1 h ago",
            (),
            "",
            id="the window is over",
        ),
        pytest.param(
            first_approval,
            "WAITS FOR SOMEBODY ELSE: Security review, approved by alice, 12:00",
            ("sign",),
            "security",
            id="a second approval is missing",
        ),
        pytest.param(
            lambda: after(inside(), intents.HandOver("bob")),
            "LEAD OFFERED: to bob (alice, 12:00)",
            ("take-over",),
            "",
            id="the lead is offered",
        ),
        pytest.param(
            lambda: after(inside(), BACK, intents.FinishRollback("restored", "it helped")),
            "ROLLBACK RESTORED: Code bug",
            ("close",),
            "",
            id="restored, and not closed",
        ),
    ],
)
def test_attention(story: Story, text: str, helps: tuple[str, ...], subject: str) -> None:
    found = of(story())
    assert (found.rank, found.text, actions(found), found.subject) == (Rank.ATTENTION, text, helps, subject)


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(lambda: Walk(CANARY), id="begun"),
        pytest.param(inside, id="a phase that was just started: nothing was read, and much is open"),
        pytest.param(lambda: inside().wait("50 min"), id="soaking"),
        pytest.param(gate, id="a gate that is open"),
        pytest.param(lambda: after(gate(), FIRE, intents.Clear(PAID_TWICE, "a test")), id="cleared"),
        pytest.param(lambda: after(gate(), breach(), breach(0)), id="read fine again"),
        pytest.param(lambda: after(gate(), HOLD, intents.Release("fine")), id="released"),
        pytest.param(
            lambda: after(inside(), BACK, intents.FinishRollback("called-off", "x"), intents.Release("x")), id="off"
        ),
        pytest.param(lambda: Walk(BLUE_GREEN).to_started("shadow").wait("140 min"), id="40 min of the window left"),
        pytest.param(lambda: Walk(BLUE_GREEN, rehearsal=True).wait("4 h"), id="a rehearsal has no window"),
        pytest.param(
            lambda: after(Walk(BLUE_GREEN).to_next("go").wait("4 h"), intents.Go(("window",), "late")),
            id="somebody went past the window",
        ),
        pytest.param(lambda: Walk(CANARY).until(lambda run: run.closed is not None), id="closed"),
    ],
)
def test_calm(story: Story) -> None:
    assert of(story()) == CALM


def test_rollback_wins_over_all() -> None:
    walk = after(inside(), FIRE, breach(), FAIL, HOLD)
    walk.do(BACK, "carol")
    walk.wait("42 s")
    found = of(walk)
    assert found.rank is Rank.ROLLBACK
    assert found.text == "ROLLBACK 0:42/5:00: Code bug (carol, 12:00)"
    assert actions(found) == ("roll-back",)


def test_what_is_wrong_comes_in_order_with_a_count() -> None:
    walk = inside()
    seen = []
    for each in (HOLD, FAIL, breach(), FIRE):
        walk.do(each)
        found = of(walk)
        seen.append((found.rank, found.what, found.more))
    assert seen == [
        (Rank.ATTENTION, "HELD", 0),
        (Rank.ALARM, "FAILED", 0),
        (Rank.ALARM, "IN BREACH", 1),
        (Rank.ALARM, "ROLLBACK TRIGGER FIRED", 2),
    ]
    kinds = [str(each.kind) for each in blockers(walk.run, walk.now)]
    assert kinds[:4] == ["trigger", "breach", "failed", "hold"]


@pytest.mark.parametrize("text", [CANARY, ROLLING, BLUE_GREEN])
def test_an_alarm_is_the_first_of_what_blocks(text: str) -> None:
    walk = Walk(text).until(lambda run: bool(run.phases))
    trigger = next(item.id for item in walk.run.stage.items if "/trigger/" in item.id)
    for each in (HOLD, intents.Fire(trigger, "seen")):
        walk.do(each)
    assert walk.blockers()[:2] == [f"trigger:{of(walk).subject}", "hold"]


def test_the_rank_is_the_same_for_everybody_and_the_help_is_not() -> None:
    walk = first_approval()
    mine, theirs = of(walk, "alice"), of(walk, "bob")
    assert (mine.rank, mine.text) == (theirs.rank, theirs.text)
    assert (actions(mine), actions(theirs)) == ((), ("sign",))
    offered = after(inside(), intents.HandOver("bob"))
    assert (actions(of(offered, "carol")), actions(of(offered, "bob"))) == ((), ("take-over",))


def test_a_promotion_waits_for_somebody_else_once_nothing_blocks() -> None:
    walk = promotion_approved()
    found = of(walk, "carol")
    assert found.what == "WAITS FOR SOMEBODY ELSE"
    assert found.about.startswith("promoting Some, approved by alice")
    assert actions(found) == ("promote",)
    assert of(walk, "alice").helps == ()


def test_trouble_with_the_log_is_an_alarm_whatever_the_run_says() -> None:
    calm, fired, rolling = (of(each) for each in (inside(), after(inside(), FIRE), after(inside(), BACK)))
    assert in_trouble(calm, "") is calm
    found = [in_trouble(each, "the disk is full") for each in (calm, fired, rolling)]
    assert {each.text for each in found} == {"LOG IN TROUBLE: the disk is full"}
    assert [(each.rank, each.more) for each in found] == [(Rank.ALARM, 0), (Rank.ALARM, 1), (Rank.ROLLBACK, 1)]
    unproven = [in_trouble(each, "#3 does not follow", stops=False) for each in (calm, fired)]
    assert [each.what for each in unproven] == ["LOG IN TROUBLE", "ROLLBACK TRIGGER FIRED"]
    assert unproven[1].more == 1


def test_a_changed_plan_file_asks_for_attention_and_hides_nothing_worse() -> None:
    calm, held, fired = (of(each) for each in (inside(), after(inside(), HOLD), after(inside(), FIRE)))
    assert with_plan_file(calm, changed=False) is calm
    assert with_plan_file(calm, changed=True).text == "THE PLAN FILE CHANGED: the run follows it as it was"
    assert [(each.what, each.more) for each in (with_plan_file(held, changed=True),)] == [("HELD", 1)]
    assert with_plan_file(fired, changed=True) is fired


def test_brief() -> None:
    walk = after(inside(), FIRE, breach())
    assert of(walk).brief == "ALARM rollback trigger fired +1"
    assert of(after(inside(), HOLD)).brief == "ATTENTION held"
    assert of(after(inside(), BACK)).brief == "ROLLBACK 0:00/5:00"
    assert CALM.brief == CALM.word == ""
