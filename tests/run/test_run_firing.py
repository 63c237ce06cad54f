"""Triggers, criteria and flags that a probe sees: what fires, what clears nothing, what ticks and comes off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout_tui.errors import Refused
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, findings
from rollout_tui.run.condition import Rank, condition
from rollout_tui.run.consistency import judge
from rollout_tui.run.gates import blockers
from rollout_tui.run.intents import Observe
from rollout_tui.run.news import telling
from rollout_tui.run.part import PartState
from rollout_tui.run.state import Status
from tests.run.driver import Walk
from tests.run.edits import redline
from tests.run.run_plans import ROLLING, WATCHED

ERRORS, QUEUE = "inside/trigger/errors-above-2", "inside/trigger/queue-grows"
CRITERION, WALLET = "inside/criterion/orders-go-through", "inside/flag/wallet"
REASONS = {"fail": "is 5", "unknown": "no data", "error": "timeout"}


def started() -> Walk:
    return Walk(WATCHED).to_started("inside")


def look(walk: Walk, subject: str, outcome: str, minutes: int = 0, *, later: bool = False, ago: int = 0) -> None:
    """Record one look, or a window of so many minutes that ended so many minutes ago."""
    until = walk.at - timedelta(minutes=ago)
    times = ((until - timedelta(minutes=minutes)).isoformat(), until.isoformat()) if minutes else ("", "")
    samples = minutes + 1 if minutes else 0
    walk.do(Observe(subject, outcome, "", None, REASONS.get(outcome, ""), times[0], times[1], samples, later))


def sound(walk: Walk) -> Walk:
    assert judge(walk.entries).found == ()
    assert walk.replayed() == walk.run
    return walk


def texts(walk: Walk) -> str:
    return "; ".join(each.text for each in blockers(walk.run, walk.now))


def test_a_fail_fires_and_holds_in_one_event() -> None:
    walk = started().wait("10 min")
    look(walk, ERRORS, "fail", 5)
    assert f"trigger:{ERRORS}" in walk.blockers()
    assert "trigger fired by its probe: Errors above 2 % (is 5)" in texts(walk)
    assert walk.run.held is not None
    assert walk.run.held.reason == "trigger fired: Errors above 2 %"
    found = condition(walk.run, walk.now)
    assert (found.rank, found.about) == (Rank.ALARM, "Errors above 2 % (its probe, 12:10)")
    finding = next(each for each in findings(walk.run, walk.entries) if each.kind is Kind.TRIGGER)
    assert finding.text.startswith("a probe (with alice) saw a rollback trigger fire, Errors above 2 %: is 5")
    sound(walk)


def test_one_that_only_tells_leaves_a_hold_alone() -> None:
    walk = started()
    walk.do(intents.Hold("lunch"))
    look(walk, QUEUE, "fail")
    assert QUEUE in walk.run.fired
    look(walk.wait("10 min"), ERRORS, "fail", 5)
    assert walk.run.held is not None
    assert walk.run.held.reason == "lunch"
    sound(walk)


@pytest.mark.parametrize("then", ["pass", "unknown", "error", "fail"])
def test_nothing_that_is_seen_clears_it(then: str) -> None:
    walk = started()
    look(walk, QUEUE, "fail")
    first = walk.run.fired[QUEUE]
    look(walk.wait("1 min"), QUEUE, then)
    assert walk.run.fired == {QUEUE: first}
    sound(walk)


def test_it_fires_again_by_looks_alone_that_came_after_the_clearing() -> None:
    walk = started().wait("10 min")
    look(walk, ERRORS, "fail", 5)
    walk.wait("2 min").do(intents.Clear(ERRORS, "a spike"))
    look(walk.wait("3 min"), ERRORS, "fail", 5)
    assert walk.run.fired == {}
    look(walk.wait("1 min"), ERRORS, "fail", 8, later=True)
    assert walk.run.fired == {}
    look(walk.wait("5 min"), ERRORS, "fail", 5)
    assert list(walk.run.fired) == [ERRORS]
    sound(walk)


def test_one_that_is_met_again_after_the_clearing_blocks_until_it_fires_or_is_well() -> None:
    walk = gate()
    look(walk, QUEUE, "pass")
    look(walk, ERRORS, "fail", 5)
    walk.wait("2 min").do(intents.Clear(ERRORS, "a spike"))
    walk.do(intents.Release("a spike"))
    assert walk.blockers() == [], "a person knows what was seen until then"
    look(walk.wait("3 min"), ERRORS, "fail", 5)
    assert walk.run.fired == {}
    assert walk.blockers() == [f"unread:{ERRORS}"]
    met = "its condition is met again since it was cleared at 13:02 UTC (is 5, seen at 13:05 UTC)"
    assert texts(walk) == f"trigger Errors above 2 %: {met}"
    assert condition(walk.run, walk.now).text == "MET AGAIN: Errors above 2 % (alice, 13:05: is 5)"
    assert walk.next().action == "measure"
    look(walk.wait("1 min"), ERRORS, "error")
    assert walk.blockers() == [f"unread:{ERRORS}"]
    look(walk, ERRORS, "pass")
    assert walk.blockers() == []
    look(walk.wait("6 min"), ERRORS, "fail", 5)
    assert list(walk.run.fired) == [ERRORS]
    sound(walk)


def test_a_trigger_that_was_looked_at_in_the_future_blocks() -> None:
    walk = gate()
    look(walk, QUEUE, "pass")
    look(walk.wait("1 days"), ERRORS, "pass")
    walk.wait("-1 days")
    assert walk.blockers() == [f"stale:{ERRORS}"]
    assert texts(walk).startswith("looked at in the future: trigger Errors above 2 % at 03 Mar 13:00 UTC")
    look(walk.wait("2 min"), ERRORS, "pass", 1, later=True)
    assert walk.blockers() == [], "what is read afterwards is newer than what is still to come"
    sound(walk)


@pytest.mark.parametrize(
    "edit",
    [
        ('query = "errors", expect', 'query = "all_errors", expect'),
        ('for = "5 min"', 'for = "6 min"'),
        ("https://prom", "https://other"),
    ],
    ids=["another query", "another time", "another server"],
)
def test_what_was_seen_of_a_trigger_does_not_count_for_what_it_is_now(edit: tuple[str, str]) -> None:
    walk = gate()
    look(walk, QUEUE, "pass")
    look(walk, ERRORS, "pass")
    assert walk.blockers() == []
    redline(walk, edit)
    assert walk.blockers() == [f"unread:{ERRORS}"]
    assert texts(walk) == "not looked at: trigger Errors above 2 %"
    look(walk, ERRORS, "pass")
    assert walk.blockers() == []
    sound(walk)


@pytest.mark.parametrize(
    ("subject", "minutes", "match"),
    [(ERRORS, 0, "fires after 5 min, and this was seen for 0 s"), (ERRORS, 4, "this was seen for 4 min")],
)
def test_it_has_to_go_on_for_as_long_as_the_plan_says(subject: str, minutes: int, match: str) -> None:
    walk = started().wait("10 min")
    with pytest.raises(Refused, match=match):
        look(walk, subject, "fail", minutes)


def test_only_a_source_with_a_history_is_read_afterwards() -> None:
    walk = started().wait("30 min")
    with pytest.raises(Refused, match="keeps no history"):
        look(walk, QUEUE, "fail", 5, later=True)
    with pytest.raises(Refused, match="not afterwards"):
        look(walk, CRITERION, "pass", 5, later=True)
    look(walk, ERRORS, "pass")
    look(walk, ERRORS, "fail", 5, later=True, ago=10)
    assert list(walk.run.fired) == [ERRORS], "what happened while nobody looked happened"
    assert walk.run.observed[ERRORS].newest.outcome == "pass"
    assert walk.run.phases["inside"].watch.ill_since == walk.at - timedelta(minutes=15)
    sound(walk)


UNREAD = [
    ("", "not looked at: trigger Queue grows", "unread"),
    ("pass", "", ""),
    ("unknown", "unknown: trigger Queue grows could not be seen at 12:00 UTC (no data)", "unread"),
    ("pass error", "could not be seen at 12:00 UTC (timeout); it was well at 12:00 UTC", "unread"),
    ("pass wait", "too old: trigger Queue grows was looked at 1 h 1 min ago (at most 1 h)", "stale"),
    ("error pass", "", ""),
    ("fail error", "trigger fired by its probe: Queue grows", "trigger"),
]


@pytest.mark.parametrize(("course", "text", "blocks"), UNREAD, ids=[each or "nothing" for each, *_ in UNREAD])
def test_one_that_nobody_could_see_blocks_its_own_gate(course: str, text: str, blocks: str) -> None:
    walk = started()
    for each in course.split():
        if each == "wait":
            walk.wait("61 min")
        else:
            look(walk, QUEUE, each)
    assert [each for each in walk.blockers() if each.endswith(QUEUE)] == ([f"{blocks}:{QUEUE}"] if blocks else [])
    assert text in texts(walk)
    sound(walk)


def gate() -> Walk:
    """Nothing is left to do in the phase but what its triggers' probes see."""
    walk = started().sign("inside/flag/new-shop", WALLET, CRITERION).wait("1 h")
    walk.do(intents.Measure("errors", 0.1))
    walk.do(intents.Measure("uptime", 100))
    return walk


def test_the_next_thing_is_a_look_and_an_override_is_found() -> None:
    walk = gate()
    assert (walk.next().item, walk.next().action) == (QUEUE, "measure")
    assert condition(walk.run, walk.now).text == "NOT LOOKED AT: Queue grows"
    look(walk, QUEUE, "error")
    assert condition(walk.run, walk.now).text == "COULD NOT BE READ: Queue grows (alice, 13:00: timeout)"
    unread = (f"unread:{QUEUE}", f"unread:{ERRORS}")
    walk.do(intents.Promote("inside", unread, "the source is down"))
    found = [each.text for each in findings(walk.run, walk.entries) if each.kind is Kind.NOT_OBSERVED]
    assert found == ["the gate of Inside was passed, and no probe had looked at its trigger: Errors above 2 %"]
    assert not any("trigger" in each for each in walk.blockers()), "another phase's triggers do not block this one"
    sound(walk)


def test_a_rollback_answers_and_one_that_is_called_off_does_not() -> None:
    walk = started()
    walk.do(intents.RollBack("bug", "it fell over"))
    look(walk.wait("5 min"), QUEUE, "fail")
    assert walk.run.fired == {}
    walk.do(intents.FinishRollback("called-off", "false alarm"))
    assert list(walk.run.fired) == [QUEUE]
    sound(walk)


def test_a_criterion_is_ticked_goes_stale_and_comes_off_in_a_later_phase_too() -> None:
    walk = started()
    look(walk, CRITERION, "pass")
    assert walk.state(CRITERION) is Status.SENSED
    assert f"stale:{CRITERION}" in walk.wait("61 min").blockers()
    look(walk, CRITERION, "fail")
    assert f"open:{CRITERION}" in walk.blockers()
    look(walk, CRITERION, "pass")
    for trigger in (ERRORS, QUEUE):
        look(walk, trigger, "pass")
    walk.to_started("some")
    look(walk, CRITERION, "fail")
    assert f"open:{CRITERION}" in walk.blockers()
    sound(walk)


def test_a_flag_that_is_seen_is_set_and_one_that_is_not_is_not_known() -> None:
    walk = started().sign("inside/flag/new-shop")
    assert walk.run.phases["inside"].soak_from is None
    look(walk, WALLET, "pass")
    assert (walk.run.flags["wallet"], walk.run.effects["flag:wallet"].state) == ("internal", PartState.APPLIED)
    assert walk.run.phases["inside"].soak_from == walk.at, "the soak begins with what was seen"
    look(walk.wait("5 min"), WALLET, "fail")
    assert walk.state(WALLET) is Status.OPEN
    assert walk.run.effects["flag:wallet"].state is PartState.UNKNOWN
    assert walk.run.phases["inside"].soak_from is None
    look(walk.wait("5 min"), WALLET, "pass")
    for trigger in (ERRORS, QUEUE):
        look(walk, trigger, "pass")
    walk.to_started("some")
    look(walk, WALLET, "fail")
    assert walk.state(WALLET) is Status.SENSED, "a later phase sets it to something else"
    sound(walk)


@pytest.mark.parametrize("subject", [QUEUE, CRITERION, WALLET, "some/criterion/conversion-holds"])
def test_nothing_of_a_phase_is_looked_at_before_it_is_started(subject: str) -> None:
    walk = Walk(WATCHED).to("inside")
    walk.refused(Observe(subject, "pass"), "not started|no probe", kind=Refused)
    Walk(WATCHED).refused(Observe(subject, "pass"), "out of turn|no probe", kind=Refused)


def test_looks_that_say_nothing_new_are_no_news() -> None:
    walk = started()
    for outcome in ("pass", "pass", "error", "error", "pass"):
        look(walk.wait("1 min"), QUEUE, outcome)
    told = [e.event.outcome for e in telling(walk.entries, 0) if isinstance(e.event, ev.Observed)]
    assert told == ["pass", "error", "pass"]


def test_an_old_run_takes_no_plan_with_probes() -> None:
    walk, probe = Walk(ROLLING, rules=2), 'probe = { command = ["./look"] }'
    with pytest.raises(Refused, match="Tests pass has a probe, which the version that began"):
        redline(walk, ('title = "Tests pass"\n', f'title = "Tests pass"\n{probe}\n'))
