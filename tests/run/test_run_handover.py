"""The lead of a run: offered, taken, taken without an offer, and what is read back."""

from __future__ import annotations

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import audit, intents
from rollout_tui.run import events as ev
from rollout_tui.run.audit import Kind, Severity
from rollout_tui.run.read_back import read_back
from tests.run.driver import Walk
from tests.run.run_plans import CANARY


@pytest.fixture
def walk() -> Walk:
    return Walk(CANARY)


def taken(walk: Walk, by: str, reason: str = "") -> ev.HandedOver:
    event = walk.do(intents.TakeOver(reason), by)
    assert isinstance(event, ev.HandedOver)
    return event


def test_who_started_leads_at_first(walk: Walk) -> None:
    assert walk.run.lead == "alice"
    assert walk.run.offer is None


@pytest.mark.parametrize("to", ["bob", " BOB ", ""], ids=["to bob", "to bob, written otherwise", "to whoever takes it"])
def test_what_was_offered_is_taken_without_a_reason(walk: Walk, to: str) -> None:
    assert walk.do(intents.HandOver(to, " see the chat ")) == ev.HandoverOffered(to.strip(), "see the chat")
    assert walk.run.lead == "alice", "an offer changes nothing before it is taken"
    assert walk.run.offer is not None
    event = taken(walk, "bob")
    assert (event.before, event.reason) == ("alice", "")
    assert walk.run.lead == "bob"
    assert walk.run.offer is None


def test_what_was_offered_to_somebody_else_needs_a_reason(walk: Walk) -> None:
    walk.do(intents.HandOver("bob"))
    walk.refused(intents.TakeOver(" "), "alice, who has not offered it to you, needs a reason", "carol", UsageError)
    assert taken(walk, "carol", "bob is ill too").reason == "bob is ill too"
    assert walk.run.lead == "carol"
    walk.refused(intents.TakeOver(), "reason", "bob", UsageError)


def test_taking_over_alone_needs_a_reason(walk: Walk) -> None:
    walk.refused(intents.TakeOver(), "reason", "bob", UsageError)
    taken(walk, "bob", "alice is asleep")
    assert walk.run.lead == "bob"


def test_who_leads_has_nothing_to_take(walk: Walk) -> None:
    walk.refused(intents.TakeOver("x"), "You lead this run already", "alice", Conflict)
    taken(walk, "bob", "alice is asleep")
    walk.refused(intents.TakeOver("x"), r"since 12:00 UTC \(#1\)", "Bob", Conflict)


def test_only_who_leads_has_something_to_offer(walk: Walk) -> None:
    walk.refused(intents.HandOver("carol"), "alice leads this run.*\n.*take-over", "bob", Refused)
    walk.refused(intents.HandOver("Alice"), "You lead already", "alice", Refused)


def test_a_new_offer_takes_the_place_of_the_one_before(walk: Walk) -> None:
    walk.do(intents.HandOver("bob"))
    walk.do(intents.HandOver("carol"))
    walk.refused(intents.TakeOver(), "reason", "bob", UsageError)
    taken(walk, "carol")


def test_the_lead_is_no_permission(walk: Walk) -> None:
    walk.do(intents.HandOver("bob"))
    walk.do(intents.Sign("tests"), "carol")
    walk.to("migration").do(intents.Hold("wait"), "dana")


@pytest.mark.parametrize("outcome", [None, "failed", "restored"], ids=["under way", "failed", "restored"])
def test_a_rollback_can_be_handed_over(walk: Walk, outcome: str | None) -> None:
    walk.to("migration").do(intents.RollBack("bug", "it fell over"))
    if outcome is not None:
        walk.do(intents.FinishRollback(outcome, "x"))  # type: ignore[arg-type]
    walk.do(intents.HandOver("bob"))
    event = taken(walk, "bob")
    assert f"rollback {outcome or 'under way'}: Code bug, 0:00 of 5:00" in event.open


def test_a_closed_run_changes_hands_no_more(walk: Walk) -> None:
    walk.do(intents.Abort("no-go"))
    walk.refused(intents.HandOver("bob"), "closed")
    walk.refused(intents.TakeOver("x"), "closed", "bob")


def test_what_is_open_is_read_back_and_recorded(walk: Walk) -> None:
    walk.do(intents.Defer("tests", "some", "flaky"))
    walk.do(intents.Sign("security"))
    walk.do(intents.Fail("monitoring", "no alert came"))
    walk.do(intents.Hold("lunch"))
    walk.do(intents.HandOver("bob"))
    said = read_back(walk.run, walk.now)
    assert said[0] == "stands at Pre-deployment (1 of 8)"
    assert said[1].startswith("next: ")
    assert {
        "held by alice: lunch",
        "failed: Monitoring ready (alice: no alert came)",
        "before it ends: 2 open",
        "deferred to the end of Some: All tests passing",
        "alice waits for someone else to approve: Security review",
    } <= set(said)
    assert taken(walk, "bob").open == said


def test_what_is_exposed_and_what_fired_is_read_back(walk: Walk) -> None:
    walk.to_started("some").do(intents.Fire("some/trigger/paid-twice", "order 4711"))
    said = read_back(walk.run, walk.now)
    assert said[0] == "stands at Some (4 of 8), 25% of users exposed"
    assert "trigger fired by alice: Paid twice (order 4711)" in said
    assert "soak: 2 h left (stopped by a breach or trigger)" in said
    assert any(line.startswith("before it ends: ") and "2 not read" in line for line in said)


def test_what_is_read_back_stays_short(walk: Walk) -> None:
    walk.do(intents.Hold("wait " * 9999))
    lines = "".join(f'[[pre_deployment]]\nid = "x{n}"\ntitle = "X {n}"\n' for n in range(60))
    many = Walk(CANARY.replace("[[phases]]", f"{lines}[[phases]]", 1))
    for number in range(60):
        many.do(intents.Defer(f"x{number}", "some", "later"))
    for each in (walk, many):
        said = read_back(each.run, each.now)
        assert len(said) <= 40
        assert max(map(len, said)) <= 200
    assert said[-1] == "and 24 more"
    assert any(line.startswith("held by alice: wait") for line in read_back(walk.run, walk.now))


def test_the_audit_notes_who_took_over_without_an_offer(walk: Walk) -> None:
    walk.do(intents.HandOver("bob"))
    taken(walk, "bob")
    taken(walk, "carol", "bob is gone")
    walk.do(intents.HandOver(), "carol")
    taken(walk, "alice")
    found = [each for each in audit.findings(walk.run, walk.entries) if each.kind is Kind.HANDOVER]
    assert [(each.severity, each.seq, each.by) for each in found] == [(Severity.NOTE, 3, "carol")]
    assert found[0].text == "carol took the lead over from bob, who had not offered it to them: bob is gone"
