"""Where keys tell people apart: what counts for nothing, what a redline changes of that, and what an audit tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollout_tui.errors import Refused
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, findings
from rollout_tui.run.consistency import judge
from rollout_tui.run.gates import blockers, start_blockers
from rollout_tui.run.two_people import counted_on, told_apart
from tests.run.driver import Walk
from tests.run.edits import asked, redline
from tests.run.identities import (
    LISTED,
    PLACES,
    TWO_PEOPLE,
    Rule,
    at,
    before,
    one,
    sign,
    signed,
    telling,
)
from tests.run.run_plans import BLUE_GREEN, CANARY
from tests.run.signatures import key_named


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
        event = walk.do(replace(plan, principals=LISTED), key="a1")
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
        event = walk.do(replace(asked(walk), principals=LISTED[:2]), key="a1")
        assert isinstance(event, ev.PlanRedlined)
        assert event.voided == ("security",)

    def test_an_older_run_does_not_know_of_it(self) -> None:
        walk = Walk(CANARY, rules=2)
        walk.refused(asked(walk, self.SIGNED), "the version that began the run does not know")

    def test_to_names_forgets_the_notes_which_are_given_again(self) -> None:
        walk = signed()
        walk.do(sign("security"), "bob", key="")
        redline(walk, ('identity = "signed"\n', ""))
        assert walk.run.state("security").unsigned == ()
        walk.do(sign("security"), "alice", key="")
        walk.do(sign("security"), "bob", key="")
        assert walk.state("security").value == "signed"
        assert walk.run.identity_at(1).rule == "signed"
        assert judge(walk.entries).found == ()


class TestAudit:
    @pytest.mark.parametrize(
        ("rule", "kind", "words"),
        [
            ("claimed", Kind.ONE_LOGIN, "from one login (ops@host)"),
            ("login, one name", Kind.ONE_NAME, "by one name (alice@host and bob@host)"),
            ("login, one key", Kind.ONE_KEY, f"with one key ({key_named('a1')})"),
            ("signed, one account", Kind.ONE_LOGIN, "from one login (ops@host)"),
            ("signed, one account", Kind.ONE_NAME, "by one name (ops@host)"),
        ],
    )
    def test_what_else_is_alike_is_a_finding(self, rule: str, kind: Kind, words: str) -> None:
        """What tells people apart decides, and the rest is for somebody to ask about."""
        pair = TWO_PEOPLE[rule]
        if rule == "claimed":
            pair = Rule("claimed", one("alice", login="ops"), one("bob", login="ops"))
        walk = at(PLACES["an item"], pair)
        walk.do(sign("security"), **pair.first)
        walk.do(sign("security"), **pair.second)
        (finding,) = [each for each in findings(walk.run, walk.entries) if each.kind is kind]
        assert words in finding.text
        assert "2 people were asked" in finding.text

    def test_a_note_is_a_finding_and_no_sign_off(self) -> None:
        walk = signed(CANARY.replace('id = "security"\n', 'id = "security"\nowner = "dana"\n', 1))
        walk.do(sign("security"), "bob", key="")
        walk.do(sign("security"), "alice")
        (finding,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.UNSIGNED]
        assert finding.text == "bob's approval of Security review is a note, as it is not signed by a key"
        assert not [each for each in findings(walk.run, walk.entries) if each.kind in {Kind.ONE_NAME, Kind.OTHERS_ITEM}]

    @pytest.mark.parametrize(
        ("rule", "principals", "words"),
        [
            ("claimed", (), "told apart by the names that they claim: one person can pass for two"),
            ("login", (), "told apart by their logins: who has two of them can pass for two"),
            ("signed", (), "told apart by the keys that they sign with: who has two of them can pass for two"),
            ("signed", LISTED, "by the keys that they sign with, of those that the run lists with whose they are"),
        ],
    )
    def test_by_which_rule_two_were_two(self, rule: str, principals: tuple[str, ...], words: str) -> None:
        assert words in told_apart(Walk(telling(CANARY, rule), principals=principals).run)

    def test_nothing_is_said_where_two_are_asked_nowhere(self) -> None:
        assert told_apart(Walk(CANARY.replace("approvals = 2\n", "")).run) == ""
