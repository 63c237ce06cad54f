"""Identity: by what two people are told apart, at every place where two have to agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from rollout_tui.errors import Refused
from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.condition import condition
from rollout_tui.run.consistency import judge
from rollout_tui.run.gates import blockers, start_blockers
from rollout_tui.run.next import next_step
from rollout_tui.run.two_people import counted_on
from rollout_tui.sshsig import key_of
from tests.run.driver import Walk
from tests.run.edits import asked, redline
from tests.run.run_plans import BLUE_GREEN, CANARY
from tests.run.signatures import key_named

Intent = intents.Intent


def telling(text: str, rule: str) -> str:
    return text.replace("[plan]\n", f'[plan]\nidentity = "{rule}"\n', 1)


LISTED = tuple(f"{who}@example.com {key_named(key)}" for who, key in (("alice", "a1"), ("alice", "a2"), ("bob", "b")))


class Rule(NamedTuple):
    """Two who act: by what the plan tells them apart, and how each does it."""

    rule: str
    first: dict[str, Any]
    second: dict[str, Any]
    principals: tuple[str, ...] = ()


def one(by: str, key: str | None = None, login: str = "") -> dict[str, Any]:
    return {"by": by, "key": key, "login": login}


# Two names each, and one person.
ONE_PERSON = {
    "claimed, one key": Rule("claimed", one("alice", "a1"), one("bob", "a1")),
    "claimed, one principal": Rule("claimed", one("alice", "a1"), one("bob", "a2"), LISTED),
    "login": Rule("login", one("alice", login="ci"), one("bob", login="ci")),
    "login, two keys": Rule("login", one("alice", "a1", "ci"), one("bob", "b", "ci")),
    "signed, one key": Rule("signed", one("alice", "a1"), one("bob", "a1")),
    "signed, one key, listed": Rule("signed", one("alice", "a1"), one("bob", "a1"), LISTED),
    "signed, one principal": Rule("signed", one("alice", "a1"), one("bob", "a2"), LISTED),
}

TWO_PEOPLE = {
    "claimed": Rule("claimed", one("alice"), one("bob", login="alice")),
    "login, one name": Rule("login", one("alice"), one("alice", login="bob")),
    "login, one key": Rule("login", one("alice", "a1"), one("bob", "a1")),
    "signed, one account": Rule("signed", one("ops", "a1", "ops"), one("ops", "b", "ops")),
    "signed, one account, listed": Rule("signed", one("ops", "a1", "ops"), one("ops", "b", "ops"), LISTED),
}


class Place(NamedTuple):
    """Where two are asked: how one gets there, what each does, and what the second is told who is the first."""

    plan: str
    reach: Callable[[Walk], object]
    first: Intent
    second: Intent
    refusal: str
    emergency: bool = False


def sign(item: str) -> Intent:
    return intents.Sign(item, confirm=item)


def before(item: str) -> Callable[[Walk], object]:
    """Go on until somebody is to sign this item."""
    return lambda walk: walk.until(lambda run: walk.next().item == run.sequence.find_item(item).id)


ITEM = "has your approval already"
PLACES = {
    "an item": Place(CANARY, lambda walk: walk, sign("security"), sign("security"), ITEM),
    "a migration step": Place(BLUE_GREEN, before("migration/convert"), sign("convert"), sign("convert"), ITEM),
    "validation": Place(BLUE_GREEN, before("balance"), sign("balance"), sign("balance"), ITEM),
    "cleanup": Place(CANARY, before("migration/drop-column"), sign("drop-column"), sign("drop-column"), ITEM),
    "a promotion": Place(
        CANARY,
        lambda walk: walk.to_gate("some").do(intents.Revoke("some/approval", "once more")),
        sign("some/approval"),
        intents.Promote("some"),
        "You approved the promotion of Some: it needs two people",
    ),
    "an approval that comes later": Place(
        CANARY,
        lambda walk: walk.to_gate("some"),
        intents.Promote("some"),
        sign("some/approval"),
        "You promoted this phase yourself",
        emergency=True,
    ),
    "a second approval under an emergency": Place(
        CANARY, lambda walk: walk, sign("security"), sign("security"), ITEM, emergency=True
    ),
    "a start that waited": Place(
        CANARY,
        lambda walk: walk.to("all").wait("61 min"),
        sign("all/start"),
        intents.StartPhase("all"),
        "You approved the start of All: it needs two people",
    ),
}


def at(place: Place, rule: Rule) -> Walk:
    """A run that stands where two are asked, walked there by people of whom nobody doubts that they are many."""
    walk = Walk(
        telling(place.plan, rule.rule),
        emergency=place.emergency,
        principals=(
            *rule.principals,
            *(f"{who} {key_named(who)}" for who in ("alice", "bob", "carol") if rule.principals),
        ),
        signs=True,
    )
    place.reach(walk)
    return walk


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("rule", ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_two_names_are_one_person_wherever_two_are_asked(rule: Rule, place: Place) -> None:
    walk = at(place, rule)
    walk.do(place.first, **rule.first)
    walk.refused(place.second, place.refusal, kind=Refused, **rule.second)
    assert walk.replayed() == walk.run


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("rule", TWO_PEOPLE.values(), ids=TWO_PEOPLE.keys())
def test_two_people_are_two_wherever_two_are_asked(rule: Rule, place: Place) -> None:
    walk = at(place, rule)
    walk.do(place.first, **rule.first)
    walk.do(place.second, **rule.second)
    assert walk.replayed() == walk.run


@pytest.mark.parametrize("rule", ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_one_person_is_not_told_to_be_the_other(rule: Rule) -> None:
    walk = at(PLACES["an item"], rule)
    walk.do(sign("security"), **rule.first)
    second = Actor(rule.second["by"], rule.second["login"], "host", key_of(walk.signature("bob", rule.second["key"])))
    others = [item for item in walk.run.stage.items if item.id != "security"]
    walk.sign(*(item.id for item in others), by="carol")
    assert next_step(walk.run, walk.now, second).text == "Someone else approves: Security review"
    assert condition(walk.run, walk.now, second).helps == ()


def signed(plan: str = CANARY, principals: tuple[str, ...] = (), **given: Any) -> Walk:
    return Walk(telling(plan, "signed"), principals=principals, signs=True, **given)


class TestUnsigned:
    """Where keys tell people apart, a word that none signed is a note."""

    def test_an_approval_counts_for_nothing_and_the_gate_says_why(self) -> None:
        walk = signed()
        walk.do(sign("security"), "bob", key="")
        walk.do(sign("security"), "carol")
        assert (walk.state("security").value, [m.by for m in walk.run.state("security").approvals]) == (
            "open",
            ["carol"],
        )
        (blocker,) = [each for each in blockers(walk.run, walk.now) if each.subject == "security"]
        assert "(1 of 2 approvals; bob's approval (#1) is not signed by a key)" in blocker.text
        walk.do(sign("security"), "bob")
        assert walk.state("security").value == "signed"
        assert walk.replayed() == walk.run

    def test_is_noted_once(self) -> None:
        walk = signed()
        walk.do(sign("security"), "bob", key="")
        refused = walk.refused(sign("security"), "stands as a note \\(#1\\): it is not signed by a key", "BOB", key="")
        assert "--sign" in str(refused.hint)

    def test_what_one_person_signs_needs_no_key(self) -> None:
        walk = signed()
        walk.do(sign("tests"), "bob", key="")
        assert walk.state("tests").value == "signed"

    def test_a_key_that_the_run_does_not_list_counts_for_nothing(self) -> None:
        """Whoever can make a key can make two."""
        walk = signed(principals=LISTED)
        walk.do(sign("security"), "alice", key="a1")
        walk.do(sign("security"), "bob", key="made up")
        (blocker,) = [each for each in blockers(walk.run, walk.now) if each.subject == "security"]
        assert (
            f"bob's approval (#2) is signed by a key that the run does not list, {key_named('made up')}" in blocker.text
        )
        assert walk.state("security").value == "open"

    def test_who_promotes_second_is_refused_before_anything_is_signed(self) -> None:
        walk = signed().to_gate("some")
        refused = walk.refused(
            intents.Promote("some"), "takes two people, and yours would be not signed", "carol", Refused, key=""
        )
        assert "--sign" in str(refused.hint)

    def test_a_first_approval_of_a_promotion_is_still_missing(self) -> None:
        walk = signed().to_gate("some")
        walk.do(intents.Revoke("some/approval", "once more"))
        walk.do(sign("some/approval"), "bob", key="")
        (blocker,) = blockers(walk.run, walk.now)
        assert "missing: bob's approval (#" in blocker.text
        # Alone with a reason, as before: two are then not asked.
        walk.do(intents.Promote("some", (blocker.id,), "at night"), "carol", key="")

    def test_a_start_that_waited_waits_on(self) -> None:
        walk = signed().to("all").wait("61 min")
        walk.do(sign("all/start"), "bob", key="")
        (blocker,) = start_blockers(walk.run, walk.now)
        assert "bob's approval (#" in blocker.text
        walk.do(sign("all/start"), "bob")
        walk.refused(intents.StartPhase("all"), "takes two people", "carol", key="")
        walk.do(intents.StartPhase("all"), "carol")

    def test_one_who_goes_on_alone_in_an_emergency_is_somebody(self) -> None:
        walk = signed(emergency=True)
        walk.do(sign("security"), "bob", key="")
        assert "open:security" in walk.blockers()
        walk.do(sign("security"), "bob")
        assert "open:security" not in walk.blockers()

    def test_nobody_knows_whether_a_step_is_there_that_one_noted(self) -> None:
        walk = signed(BLUE_GREEN)
        before("migration/convert")(walk)
        walk.do(sign("convert"), "bob", key="")
        assert walk.run.effects["migration/convert"].state.value == "unknown"

    def test_a_rehearsal_proves_nobody(self) -> None:
        walk = Walk(telling(CANARY, "signed"), rehearsal=True)
        walk.do(sign("security"), "alice")
        walk.do(sign("security"), "bob")
        assert walk.state("security").value == "signed"

    def test_what_decides_otherwise_was_made_up(self) -> None:
        walk = signed().to_gate("some")
        walk.record(ev.GatePromoted("some"), "carol")
        (found,) = judge(walk.entries).found
        assert "takes two people" in found.allowed

    def test_an_honest_run_follows(self) -> None:
        walk = signed(principals=LISTED)
        walk.do(sign("security"), "alice", key="a1")
        walk.do(sign("security"), "bob", key="")
        walk.do(sign("security"), "bob", key="b")
        redline(walk, ('owner = "alice"', 'owner = "bob"'))
        assert judge(walk.entries).found == ()


class TestCountedOn:
    def test_the_approvals_up_to_the_gate(self) -> None:
        walk = signed()
        walk.do(sign("tests"), "alice")
        walk.do(sign("security"), "alice")
        walk.do(sign("security"), "bob")
        assert [mark.seq for mark in counted_on(walk.run)] == [2, 3]
        walk.to_gate("some")
        (approval,) = walk.run.state("some/approval").approvals
        assert approval in counted_on(walk.run)

    def test_nothing_where_names_or_logins_decide(self) -> None:
        walk = Walk(CANARY, signs=True)
        walk.do(sign("security"), "alice")
        assert counted_on(walk.run) == ()


class TestRedline:
    SIGNED = ("[plan]\n", '[plan]\nidentity = "signed"\n')

    def test_voids_what_would_count_no_more_and_leaves_what_was_passed(self) -> None:
        walk = Walk(CANARY).to("some")
        gates = dict(walk.run.gates)
        walk.to_gate("some")
        event = redline(walk, self.SIGNED)
        assert event.voided == ("some/approval",)
        assert "approval:some/approval" in walk.blockers()
        assert walk.run.gates == gates
        assert walk.run.state("security").status.value == "signed"

    def test_voids_no_approval_that_a_key_signed(self) -> None:
        walk = Walk(CANARY, signs=True).to_gate("some")
        assert redline(walk, self.SIGNED).voided == ()

    def test_gives_other_principals(self) -> None:
        walk = signed(principals=LISTED[:1])
        walk.do(sign("security"), "alice", key="a1")
        walk.do(sign("security"), "bob", key="b")
        plan = asked(walk)
        walk.refused(plan, "says what the run follows already")
        event = walk.do(replace(plan, principals=LISTED))
        assert isinstance(event, ev.PlanRedlined)
        assert event.principals == LISTED
        assert event.changes == (
            f"Principals: alice@example.com {key_named('a2')} is new",
            f"Principals: bob@example.com {key_named('b')} is new",
        )
        walk.refused(replace(plan, principals=LISTED), "says what the run follows already")
        assert walk.state("security").value == "open"
        walk.do(sign("security"), "bob", key="b")
        assert walk.state("security").value == "signed"
        redline(walk, ('owner = "alice"', 'owner = "bob"'))
        assert set(walk.run.identity.principals) == {text.split()[1] for text in LISTED}
        assert judge(walk.entries).found == ()

    def test_voids_the_approval_of_a_key_that_is_gone(self) -> None:
        walk = signed(principals=LISTED)
        walk.do(sign("security"), "bob", key="b")
        event = walk.do(replace(asked(walk), principals=LISTED[:2]))
        assert isinstance(event, ev.PlanRedlined)
        assert event.voided == ("security",)

    def test_an_older_run_does_not_know_of_it(self) -> None:
        walk = Walk(CANARY, rules=2)
        walk.refused(asked(walk, self.SIGNED), "the version that began the run does not know")
