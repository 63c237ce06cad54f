"""An emergency lets one person go on alone; second approvals become due before the close, by someone else."""

import pytest

from rollout_tui.errors import Conflict
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import Intent
from tests.run.driver import Walk, intent_of
from tests.run.run_plans import BLUE_GREEN, CANARY, PLANS

FOLLOW_UP = intents.Close("done so far", "dana", "2026-05-01", "OPS-9")


class TestEmergency:
    def alone(self, text: str, stage: str) -> Walk:
        """Walk to the stage with one person only."""
        walk = Walk(text, emergency=True)
        walk.do(intents.Note("alone"))
        for _ in range(100):
            if walk.run.stage.id == stage:
                return walk
            step = walk.next()
            if step.action == "promote":
                walk.soak()
            walk.do(intent_of(walk.run, walk.next()))
        raise AssertionError(walk.next())

    @pytest.mark.parametrize("text", PLANS.values(), ids=PLANS.keys())
    def test_one_person_goes_on_alone_to_the_close(self, text: str) -> None:
        walk = self.alone(text, "close")
        assert {entry.stamp.by for entry in walk.entries} == {"alice"}

    def test_second_approvals_are_due_before_the_close_by_someone_else(self) -> None:
        walk = self.alone(CANARY, "close")
        due = ["approval:security", "approval:some/approval", "approval:migration/drop-column"]
        assert walk.blockers() == due
        walk.refused(intents.Close("x"), "3 open\n.*second approval missing .emergency")
        walk.refused(intents.Sign("security"), "someone else")
        walk.refused(intents.Sign("some/approval"), "promoted this phase yourself")
        for item in ("security", "some/approval"):
            walk.do(intents.Sign(item), by="bob")
        walk.do(intents.Sign("drop-column", confirm="drop-column"), by="carol")
        assert walk.blockers() == []
        walk.do(intents.Close("x"))

    def test_a_follow_up_does_not_go_past_them(self) -> None:
        walk = self.alone(BLUE_GREEN, "cleanup")
        assert "approval:migration/convert" in walk.blockers()
        walk.refused(FOLLOW_UP, "second approval missing")
        for item in ("rollback-plan", "shadow/approval", "convert", "balance"):
            walk.do(intents.Sign(item, confirm="convert"), by="bob")
        walk.do(FOLLOW_UP)

    def test_after_the_close_a_follow_up_s_step_needs_both(self) -> None:
        walk = self.alone(CANARY, "cleanup")
        for item in ("security", "some/approval"):
            walk.do(intents.Sign(item), by="bob")
        walk.do(FOLLOW_UP)
        walk.do(intents.Sign("drop-column", confirm="drop-column"))
        assert walk.run.outstanding
        walk.do(intents.Sign("drop-column", confirm="drop-column"), by="bob")
        assert not walk.run.outstanding

    def test_half_a_cleanup_step_is_not_left_to_a_follow_up(self) -> None:
        text = BLUE_GREEN.replace(
            'kind = "cleanup"\nreversible = true', 'kind = "cleanup"\napprovals = 2\nreversible = true'
        )
        walk = self.alone(text, "cleanup")
        for item in ("rollback-plan", "shadow/approval", "convert", "balance"):
            walk.do(intents.Sign(item, confirm="convert"), by="bob")
        walk.do(intents.Sign("drop"))
        walk.refused(FOLLOW_UP, "second approval missing .emergency.: Drop the old table")
        walk.do(intents.Sign("drop"), by="bob")
        walk.do(FOLLOW_UP)

    @pytest.mark.parametrize(
        "before",
        [
            pytest.param(intents.Fail("security", "x"), id="failed before"),
            pytest.param(intents.Defer("security", "inside", "x"), id="deferred before"),
        ],
    )
    def test_one_approval_will_do_whatever_was_before(self, before: Intent) -> None:
        walk = Walk(CANARY, emergency=True)
        walk.do(before)
        walk.do(intents.Sign("security"))
        assert "security" not in " ".join(walk.blockers())
        assert walk.run.due == {}

    def test_who_approved_first_lets_someone_else_promote(self) -> None:
        walk = Walk(CANARY, emergency=True).to_gate("some")
        walk.do(intents.Sign("some/approval"))
        walk.refused(intents.Promote("some"), "two people.*\n.*revoke your approval")
        walk.do(intents.Revoke("some/approval", "alone after all"))
        walk.do(intents.Promote("some"))

    def test_a_step_done_alone_is_left_in_place_by_an_abort(self) -> None:
        walk = Walk(BLUE_GREEN, emergency=True).to_started("live").sign("live/flag/double-entry")
        walk.do(intents.Sign("convert", confirm="convert"))
        event = walk.do(intents.Abort("x", "ledger 7.0.0"))
        assert isinstance(event, ev.RunClosed)
        assert "migration step Convert the bookings" in event.left

    def test_a_second_sign_off_is_taken_once(self) -> None:
        walk = self.alone(CANARY, "close")
        walk.do(intents.Sign("security"), by="bob")
        walk.refused(intents.Sign("security"), "already signed, by bob", by="carol", kind=Conflict)
