"""Who counted as one of two: kept by event, read by gates and audit, and not to be changed by who does not count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollout_tui.errors import Refused
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import AuditFinding, Kind, Severity, findings
from rollout_tui.run.consistency import judge
from rollout_tui.run.extras import Extras
from rollout_tui.run.two_people import counted_on, told_apart
from tests.run.driver import Walk
from tests.run.edits import Edit, asked
from tests.run.identities import LISTED, before, sign, signed, telling
from tests.run.run_plans import CANARY
from tests.run.signatures import key_named, signed_with

TO_NAMES: Edit = ('identity = "signed"\n', "")
TO_KEYS: Edit = ("[plan]\n", '[plan]\nidentity = "signed"\n')
OWNER: Edit = ('owner = "alice"', 'owner = "bob"')
CAROL = (*LISTED, f"carol@example.com {key_named('mine')}")


def found(walk: Walk, kind: Kind) -> list[AuditFinding]:
    return [each for each in findings(walk.run, walk.entries) if each.kind is kind]


class TestRedline:
    @pytest.mark.parametrize("key", ["", "made up"])
    def test_who_does_not_count_changes_nothing_of_who_does(self, key: str) -> None:
        walk = signed(principals=LISTED)
        for plan in (asked(walk, TO_NAMES), replace(asked(walk), principals=CAROL)):
            refused = walk.refused(plan, "changes whose word counts", "mallory", Refused, key=key)
            assert "--sign" in str(refused.hint)
        walk.do(asked(walk, OWNER), "mallory", key=key)
        assert walk.run.identity.rule == "signed"
        assert judge(walk.entries).found == ()

    def test_a_log_in_which_somebody_did_is_told(self) -> None:
        walk, other = signed(principals=LISTED), signed(principals=LISTED)
        walk.record(other.do(asked(other, TO_NAMES), key="a1"), "mallory")
        (told,) = judge(walk.entries).found
        assert "changes whose word counts" in told.allowed

    def test_one_who_counts_may_and_it_heads_what_is_told(self) -> None:
        walk = signed(principals=LISTED)
        walk.do(asked(walk, TO_NAMES), "alice", key="a1")
        walk.do(sign("security"), "alice", key="")
        walk.do(sign("security"), "bob", key="")
        walk.do(asked(walk, TO_KEYS), "mallory", key="")
        words = told_apart(walk.run)
        assert words.startswith("told apart up to event 1 by the keys that they sign with, of those that the run lists")
        assert (
            "; then up to event 4 by the names that they claim: one person can pass for two; and since then by" in words
        )
        # What two said by their names counts for nobody where keys tell people apart.
        assert walk.state("security").value == "open"
        first, last = found(walk, Kind.IDENTITY)
        assert (first.severity, last.severity) == (Severity.SERIOUS, Severity.SERIOUS)
        assert first.text.startswith("alice changed by what two people are two: up to here by the keys that they sign")
        assert "; from here on by the names that they claim: one person can pass for two: ops asked" in first.text
        assert judge(walk.entries).found == ()

    def test_whose_keys_count_is_told_whoever_listed_them(self) -> None:
        walk = signed(principals=LISTED)
        walk.do(replace(asked(walk), principals=CAROL), "bob", key="b")
        (finding,) = found(walk, Kind.IDENTITY)
        assert f"two: carol@example.com {key_named('mine')} is new: ops asked for it" in finding.text
        assert told_apart(walk.run) == f"told apart {walk.run.identity.words}"
        # Whether that redline was signed so is asked at each gate from here on.
        assert [mark.seq for mark in counted_on(walk.run)] == [1]

    def test_another_edit_changes_nothing_of_it(self) -> None:
        walk = signed(principals=LISTED)
        walk.do(asked(walk, OWNER), key="a1")
        assert found(walk, Kind.IDENTITY) == []
        assert counted_on(walk.run) == ()


class TestCountedOn:
    def test_nothing_that_was_said_before_keys_told_people_apart(self) -> None:
        walk = Walk(CANARY).to("some")
        walk.do(asked(walk, TO_KEYS))
        walk.signs = True
        assert counted_on(walk.run) == ()
        walk.to("all")
        assert [walk.entries[mark.seq].event.kind for mark in counted_on(walk.run)] == ["item_signed", "gate_promoted"]
        assert judge(walk.entries).found == ()

    def test_what_a_key_signed_before_of_what_is_still_ahead(self) -> None:
        walk = Walk(CANARY, signs=True)
        walk.do(sign("security"), "bob")
        assert counted_on(walk.run) == ()
        walk.do(asked(walk, TO_KEYS))
        assert [mark.seq for mark in counted_on(walk.run)] == [1]

    def test_no_confirmation_of_what_was_in_place(self) -> None:
        text = telling(CANARY, "signed").replace('id = "add-column"\n', 'id = "add-column"\napprovals = 2\n')
        walk = before("add-column")(Walk(text, in_place=("migration/add-column 5",), signs=True))
        assert isinstance(walk, Walk)
        walk.do(sign("add-column"), "bob", key="")
        assert walk.state("add-column").value == "signed"
        assert walk.run.seq not in [mark.seq for mark in counted_on(walk.run)]
        assert found(walk, Kind.UNSIGNED) == []

    def test_a_promotion_counts_until_it_is_taken_back(self) -> None:
        walk = signed().to("all")
        promoted = walk.run.gates["some"].mark
        assert promoted in counted_on(walk.run)
        walk.to_started("all").do(intents.Reduce("all", "too early"))
        assert promoted not in counted_on(walk.run)

    def test_who_starts_second(self) -> None:
        walk = signed().to("all").wait("61 min")
        walk.do(sign("all/start"), "bob")
        walk.do(intents.StartPhase("all"), "carol")
        assert walk.run.seq in [mark.seq for mark in counted_on(walk.run)]

    def test_a_rollback_waits_for_no_signature(self) -> None:
        walk = signed().to_started("all")
        walk.do(intents.RollBack(walk.run.sequence.rollback_paths[0].id, "it fell over"))
        assert counted_on(walk.run) == ()


class TestEmergency:
    def promoted(self) -> Walk:
        walk = signed(emergency=True).to_gate("some")
        walk.do(intents.Promote("some"), "carol", key="")
        return walk

    def test_one_without_a_key_promotes_and_is_nobody(self) -> None:
        walk = self.promoted()
        (note,) = found(walk, Kind.UNSIGNED)
        assert note.seq == walk.run.seq
        assert "carol's approval of" in note.text
        assert note.text.endswith("is a note, as it is not signed by a key")
        assert walk.run.seq not in [mark.seq for mark in counted_on(walk.run)]

    def test_both_approvals_are_then_due(self) -> None:
        walk = self.promoted()
        walk.do(sign("some/approval"), "carol")
        assert walk.state("some/approval").value == "open"
        walk.refused(sign("some/approval"), "has your approval already", "carol")
        walk.do(sign("some/approval"), "bob")
        assert walk.state("some/approval").value == "signed"
        assert judge(walk.entries).found == ()
        assert walk.replayed() == walk.run


@pytest.mark.parametrize(("meaning", "is_told"), [("performed", False), ("approved", True), ("", False)])
def test_what_somebody_signed_that_they_did_is_decided_again(meaning: str, is_told: bool) -> None:
    walk = Walk(CANARY, signs=True)
    walk.do(sign("tests"))
    entry = replace(walk.entries[-1], extras=Extras(meaning=meaning))  # type: ignore[arg-type]
    told = judge([walk.header, entry]).found
    assert [each.allowed for each in told] == (
        ["the run would then have recorded meaning 'performed', not 'approved'"] if is_told else []
    )


def test_a_made_up_promotion_has_its_place_in_the_log() -> None:
    walk = signed().to_gate("some")
    walk.record(ev.GatePromoted("some"), "bob", signature=signed_with("bob"))
    assert walk.run.seq in [mark.seq for mark in counted_on(walk.run)]
