"""Reasons given later: a rollback and a hold begin at once, and what happened is due before they end."""

from datetime import timedelta

import pytest

from rollout_tui.errors import Refused, UsageError
from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.condition import condition
from rollout_tui.run.consistency import judge
from rollout_tui.run.figures import figures
from rollout_tui.run.reasons import answering
from rollout_tui.run.restored import seen_before
from rollout_tui.run.rollback_clock import elapsed

from .driver import Walk
from .run_plans import CANARY

TRIGGER = "inside/trigger/paid-twice"


@pytest.fixture
def walk() -> Walk:
    return Walk(CANARY).to_started("inside")


def reasons(walk: Walk) -> list[str]:
    assert walk.run.rollback is not None
    return [each.reason for each in walk.run.rollback.chosen]


def test_a_rollback_begins_without_a_reason_which_is_due_before_it_finishes(walk: Walk) -> None:
    walk.do(intents.RollBack("bug"))
    walk.refused(
        intents.FinishRollback("restored", "x"), "the rollback began without one.*\n.*give-reason", kind=Refused
    )
    walk.refused(intents.FinishRollback("called-off", "x"), "waits for a reason", kind=Refused)
    walk.refused(intents.GiveReason(" "), "needs a reason", kind=UsageError)
    walk.do(intents.GiveReason("the checkout is slow"), "bob")
    assert reasons(walk) == ["the checkout is slow"]
    walk.do(intents.FinishRollback("restored", "x"))
    assert not judge(walk.entries).found


@pytest.mark.parametrize("what", ["fired", "in breach"])
def test_what_is_wrong_is_the_reason_where_nothing_was_typed(walk: Walk, what: str) -> None:
    intent = intents.Fire(TRIGGER, "seen") if what == "fired" else intents.Measure("errors", 99)
    walk.do(intent)
    walk.do(intents.RollBack("bug"))
    title = walk.run.sequence.items[TRIGGER].title if what == "fired" else walk.run.sequence.metrics["errors"].metric
    assert reasons(walk) == [f"{'trigger fired' if what == 'fired' else 'in breach'}: {title}"]
    walk.do(intents.GiveReason("a retry without its key"))
    assert reasons(walk)[0].endswith(f"{title}; a retry without its key"), "more words are added"
    walk.do(intents.FinishRollback("restored", "x"))
    assert not judge(walk.entries).found


def test_a_scenario_past_its_use_needs_words_of_its_own(walk: Walk) -> None:
    walk.do(intents.Fire(TRIGGER, "seen"))
    walk.refused(intents.RollBack("data"), "'Data corruption' no longer helps .*needs a reason", kind=UsageError)


def test_words_that_were_typed_stand_in_place_of_the_triggers(walk: Walk) -> None:
    walk.do(intents.Fire(TRIGGER, "seen"))
    walk.do(intents.RollBack("bug", "typed"))
    assert reasons(walk) == ["typed"]


def test_one_reason_is_for_all_that_has_none(walk: Walk) -> None:
    walk.do(intents.Hold())
    walk.do(intents.RollBack("bug"))
    walk.do(intents.RollBack("data", "it can be read no more"))
    walk.do(intents.GiveReason("the ledger is wrong"))
    assert reasons(walk) == ["the ledger is wrong", "it can be read no more; the ledger is wrong"]
    assert walk.run.held is not None
    assert walk.run.held.reason == "the ledger is wrong"


def test_since_when_it_was_wrong_is_told_apart_from_when_the_rollback_began(walk: Walk) -> None:
    walk.wait("10 min")
    walk.do(intents.RollBack("bug"))
    began = walk.now.at
    walk.wait("5 min")
    walk.do(intents.GiveReason("slow since then"), happened=began - timedelta(minutes=4))
    assert walk.run.rollback is not None
    assert seen_before(walk.run.rollback) == timedelta(minutes=4)
    assert elapsed(walk.run.rollback, walk.now.at) == timedelta(minutes=5)
    assert figures(walk.entries).rolling_back_since == began
    walk.do(intents.GiveReason("and more"), happened=began + timedelta(minutes=1))
    assert seen_before(walk.run.rollback) == timedelta(minutes=4), "a later time moves nothing"
    walk.do(intents.FinishRollback("restored", "x"))
    assert walk.run.rollback.took == timedelta(minutes=5)
    assert figures(walk.entries).rollbacks[0].seen == timedelta(minutes=4)
    assert not judge(walk.entries).found


def test_a_hold_begins_without_a_reason_and_is_not_released_without(walk: Walk) -> None:
    walk.do(intents.Hold())
    found = condition(walk.run, walk.now, Actor("alice"))
    assert (found.what, found.helps) == ("HELD", (("give-reason", "says why"),))
    assert walk.next().action == "give-reason" or "Sign" in walk.next().text
    walk.refused(intents.Hold("me too"), "already held, by alice .*: no reason given yet")
    walk.refused(intents.Release("over"), "the hold began without one.*\n.*give-reason")
    walk.do(intents.GiveReason("what is that"))
    walk.do(intents.Release("over"))
    assert not judge(walk.entries).found


def test_a_reason_belongs_to_a_hold_or_a_rollback(walk: Walk) -> None:
    walk.refused(intents.GiveReason("x"), "no reason is due.*\n.*note")


def test_an_older_run_asks_at_once() -> None:
    walk = Walk(CANARY, rules=2).to_started("inside")
    walk.refused(intents.Hold(" "), "Holding needs a reason", kind=UsageError)
    walk.refused(intents.RollBack("bug", " "), "A rollback needs a reason", kind=UsageError)
    walk.do(intents.Hold("x"))
    walk.refused(intents.GiveReason("x"), "asked for its reasons at once")


def test_an_older_log_without_a_reason_does_not_follow(walk: Walk) -> None:
    walk.do(intents.Hold())
    (found,) = judge(walk.entries, by=2).found
    assert isinstance(walk.entries[-1].event, ev.GateHeld)
    assert (found.seq, "Holding needs a reason" in found.allowed) == (walk.run.seq, True)


LINKED = CANARY.replace('id = "patch"\n', 'id = "patch"\nanswers = ["Paid twice", "errors"]\n')


def test_the_scenario_that_the_plan_has_for_what_is_wrong_is_known() -> None:
    walk = Walk(LINKED).to_started("inside")
    assert not answering(walk.run)
    walk.do(intents.Fire(TRIGGER, "seen"))
    assert answering(walk.run) == {"patch"}
    walk.do(intents.Clear(TRIGGER, "no"))
    walk.do(intents.Measure("errors", 99))
    assert answering(walk.run) == {"patch"}


def test_the_reason_is_what_the_scenario_answers() -> None:
    walk = Walk(CANARY.replace('id = "patch"\n', 'id = "patch"\nanswers = ["errors"]\n')).to_started("inside")
    walk.do(intents.Fire(TRIGGER, "seen"))
    walk.do(intents.Measure("errors", 99))
    walk.do(intents.RollBack("patch"))
    walk.do(intents.RollBack("bug"))
    assert [each.partition(":")[0] for each in reasons(walk)] == ["in breach", "trigger fired"]
    assert not judge(walk.entries).found
