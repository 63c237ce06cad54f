"""Two people: who counts as one, exposure by two, and what the audit tells of who signed what."""

from __future__ import annotations

import pytest

from rollout_tui.errors import Conflict, Refused
from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import AuditFinding, Kind, Severity, findings
from rollout_tui.run.decide import decide
from rollout_tui.run.next import next_step
from tests.run.driver import Walk
from tests.run.edits import redline
from tests.run.run_plans import CANARY

SPELLINGS = ["alice", "Alice", " ALICE", "alice ", "\uff41lice"]


def promoted_late(waited: str = "61 min", rules: int = 2) -> Walk:
    """`Some`, which two people promote, was promoted `waited` ago; the oldest reading that counts is 1 h old."""
    return Walk(CANARY, rules=rules).to("all").wait(waited)


def found(walk: Walk, kind: Kind) -> list[AuditFinding]:
    return [each for each in findings(walk.run, walk.entries) if each.kind is kind]


class TestOnePerson:
    @pytest.mark.parametrize("name", SPELLINGS)
    def test_approves_once_however_the_name_is_written(self, name: str) -> None:
        walk = Walk(CANARY)
        walk.do(intents.Sign("security"), by="alice")
        refused = walk.refused(intents.Sign("security"), "has your approval already", by=name, kind=Refused)
        assert refused.hint == "Its second approval needs someone else."

    @pytest.mark.parametrize("name", SPELLINGS)
    def test_does_not_promote_what_they_approved(self, name: str) -> None:
        walk = Walk(CANARY).to_gate("some")
        approver = walk.run.state("some/approval").approvals[0].by
        walk.refused(intents.Promote("some"), "it needs two people", by=name.replace("lice", approver[1:]))

    def test_by_the_first_rules_two_spellings_were_two(self) -> None:
        walk = Walk(CANARY, rules=1)
        walk.do(intents.Sign("security"), by="alice")
        walk.do(intents.Sign("security"), by="Alice")
        assert walk.state("security").value == "signed"

    def test_one_login_under_two_names_is_a_finding(self) -> None:
        """`--as alice` and `--as bob` on one machine: claimed names decide, and the record says what they are worth."""
        walk = Walk(CANARY)
        for name in ("alice", "bob"):
            event = decide(walk.run, intents.Sign("security"), walk.now, Actor(name, "ci", "bastion"))
            walk.record(event, name, origin="ci@bastion")
        assert walk.state("security").value == "signed"
        (finding,) = found(walk, Kind.ONE_LOGIN)
        assert finding.severity is Severity.SERIOUS
        assert "from one login (ci@bastion)" in finding.text


class TestExposure:
    def test_a_start_soon_after_needs_nobody_else(self) -> None:
        walk = promoted_late("60 min")
        assert walk.start_blockers() == []
        walk.refused(intents.Sign("all/start"), "is not signed")
        walk.do(intents.StartPhase("all"))

    def test_a_late_one_asks_two_again(self) -> None:
        walk = promoted_late()
        assert walk.start_blockers() == ["approval:all/start"]
        refused = walk.refused(intents.StartPhase("all"), "two people promoted Some 1 h 1 min ago", kind=Refused)
        assert "sign all/start; someone else starts the phase" in refused.message
        step = walk.next()
        assert (step.item, step.action) == ("all/start", "sign")
        assert walk.do(intents.Sign("all/start"), by="bob") == ev.ItemSigned("all/start")
        assert "all" not in walk.run.phases
        assert walk.run.unresolved["all"] > 0
        assert walk.start_blockers() == []
        walk.refused(intents.Sign("all/start"), "already approved, by bob", kind=Conflict)
        hint = walk.refused(intents.StartPhase("all"), "You approved the start of All", by="Bob").hint
        assert "Someone else starts it" in str(hint)
        assert next_step(walk.run, walk.now, Actor("bob")).text == "Someone else starts All: you approved it."
        walk.do(intents.StartPhase("all"), by="alice")
        assert "all" in walk.run.phases
        assert walk.replayed() == walk.run

    def test_an_approval_grows_old_too(self) -> None:
        walk = promoted_late()
        walk.do(intents.Sign("all/start"), by="bob")
        walk.wait("61 min")
        assert walk.start_blockers() == ["approval:all/start"]
        walk.do(intents.Sign("all/start"), by="bob")
        walk.do(intents.StartPhase("all"))

    def test_an_approval_is_taken_back(self) -> None:
        walk = promoted_late()
        walk.do(intents.Sign("all/start"), by="bob")
        event = walk.do(intents.Revoke("all/start", "wait for the bank"), by="bob")
        assert event == ev.ItemRevoked("all/start", "approval", "wait for the bank")
        assert walk.start_blockers() == ["approval:all/start"]

    def test_is_overridden_with_a_reason(self) -> None:
        walk = promoted_late()
        walk.do(intents.StartPhase("all", ("approval:all/start",), "alone at night"))

    def test_a_redline_of_the_audience_voids_the_approval(self) -> None:
        walk = promoted_late()
        walk.do(intents.Sign("all/start"), by="bob")
        event = redline(walk, ('audience = "100% of users"', 'audience = "90% of users"'))
        assert event.voided == ("all/start",)
        assert walk.start_blockers() == ["approval:all/start"]

    @pytest.mark.parametrize(
        "walk",
        [
            pytest.param(lambda: promoted_late("9 h", rules=1), id="by the first rules"),
            pytest.param(lambda: Walk(CANARY).to("some").wait("9 h"), id="behind a phase that one person promotes"),
            pytest.param(lambda: Walk(CANARY, emergency=True).to("all").wait("9 h"), id="in an emergency"),
        ],
    )
    def test_is_not_asked(self, walk: object) -> None:
        assert walk().start_blockers() == []  # type: ignore[operator]

    def test_approver_and_starter_from_one_login_are_a_finding(self) -> None:
        walk = promoted_late()
        for intent, by in ((intents.Sign("all/start"), "bob"), (intents.StartPhase("all"), "alice")):
            walk.record(decide(walk.run, intent, walk.now, Actor(by, "ci", "h")), by, origin="ci@h")
        assert "bob" in found(walk, Kind.ONE_LOGIN)[-1].text


class TestSomebodyElsesItem:
    OWNED = CANARY.replace('id = "tests"\n', 'id = "tests"\nowner = "Dana Ruiz (QA) + Erik Lund"\n', 1)

    @pytest.mark.parametrize("by", ["alice", "Dan"])
    def test_is_told(self, by: str) -> None:
        walk = Walk(self.OWNED)
        walk.do(intents.Sign("tests"), by=by)
        (finding,) = found(walk, Kind.OTHERS_ITEM)
        assert (finding.severity, finding.seq, finding.by) == (Severity.NOTE, 1, by)
        assert finding.text == f"{by} signed an item of Dana Ruiz (QA) + Erik Lund: All tests passing"

    def test_is_one_finding_for_who_did_however_much(self) -> None:
        walk = Walk(self.OWNED.replace('id = "monitoring"\n', 'id = "monitoring"\nowner = "Erik Lund"\n', 1))
        walk.do(intents.Sign("tests"), by="bob")
        walk.do(intents.Sign("monitoring"), by="bob")
        (finding,) = found(walk, Kind.OTHERS_ITEM)
        assert (finding.seq, finding.by) == (1, "bob")
        listed = "All tests passing (Dana Ruiz (QA) + Erik Lund, #1); Monitoring ready (Erik Lund, #2)"
        assert finding.text == f"bob signed 2 items of others: {listed}"

    @pytest.mark.parametrize("by", ["Dana Ruiz", "dana", "ERIK LUND"])
    def test_is_not_what_an_owner_signs(self, by: str) -> None:
        walk = Walk(self.OWNED)
        walk.do(intents.Sign("tests"), by=by)
        assert found(walk, Kind.OTHERS_ITEM) == []

    def test_is_not_what_an_owner_signed_with_somebody_else(self) -> None:
        walk = Walk(CANARY.replace('id = "security"\n', 'id = "security"\nowner = "bob"\n', 1))
        walk.do(intents.Sign("security"), by="bob")
        walk.do(intents.Sign("security"), by="alice")
        assert found(walk, Kind.OTHERS_ITEM) == []
