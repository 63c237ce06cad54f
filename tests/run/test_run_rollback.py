"""Rolling back: from when, what it freezes, its clock, how it ends, and which ways back no longer help."""

from datetime import timedelta

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import Intent
from rollout_tui.run.rollback_clock import elapsed, newest_target, over_target, struck_out
from rollout_tui.run.state import Rollback, Status
from tests.run.driver import NOON, Walk
from tests.run.run_plans import BLUE_GREEN, CANARY


def rollback_of(walk: Walk) -> Rollback:
    assert walk.run.rollback is not None
    return walk.run.rollback


@pytest.fixture
def some() -> Walk:
    """A run whose second phase is started, its flags set, with a rollback under way."""
    walk = Walk(CANARY).to_started("some").sign("some/flag/new-shop", "some/flag/late")
    walk.do(intents.RollBack("bug", "orders fail"))
    return walk


class TestStart:
    def test_before_the_go_a_run_is_aborted(self) -> None:
        Walk(CANARY).to_next("go").refused(intents.RollBack("bug", "x"), "go was not given.*\n.*abort")

    @pytest.mark.parametrize("reach", ["migration", "inside", "some", "post-deployment", "cleanup", "close"])
    def test_from_the_go_on_it_is_always_possible(self, reach: str) -> None:
        walk = Walk(CANARY).to(reach)
        assert walk.do(intents.RollBack("patch", " a hole ")) == ev.RollbackStarted("patch", "a hole")
        assert walk.run.rolling_back

    @pytest.mark.parametrize("also", ["held", "fired", "jumped"])
    def test_wins_over_everything_else(self, also: str) -> None:
        walk = Walk(CANARY).to_started("inside")
        match also:
            case "held":
                walk.do(intents.Hold("x"))
            case "fired":
                walk.do(intents.Fire("inside/trigger/paid-twice", "x"))
            case _:
                walk.jump = timedelta(hours=1)
        walk.do(intents.RollBack("bug", "x"))

    def test_needs_a_scenario_of_the_plan(self) -> None:
        walk = Walk(CANARY).to("inside")
        walk.refused(intents.RollBack("fire", "x"), "no rollback scenario", kind=UsageError)

    def test_asks_for_its_steps_and_each_flag_that_is_not_at_its_default(self, some: Walk) -> None:
        assert rollback_of(some).items == (
            "rollback/bug/1",
            "rollback/bug/2",
            "rollback/flag/new-shop",
            "rollback/flag/wallet",
            "rollback/flag/late",
        )

    def test_asks_for_no_flag_that_was_never_changed(self) -> None:
        walk = Walk(CANARY).to("inside")
        walk.do(intents.RollBack("bug", "x"))
        assert rollback_of(walk).items == ("rollback/bug/1", "rollback/bug/2")


class TestUnderWay:
    @pytest.mark.parametrize(
        "intent",
        [
            pytest.param(intents.Sign("conversion-holds"), id="sign an item"),
            pytest.param(intents.Fail("conversion-holds", "x"), id="fail"),
            pytest.param(intents.Waive("conversion-holds", "x"), id="waive"),
            pytest.param(intents.Defer("conversion-holds", "all", "x"), id="defer"),
            pytest.param(intents.Revoke("tests", "x"), id="revoke"),
            pytest.param(intents.Promote("some"), id="promote"),
            pytest.param(intents.Reduce("some", "x"), id="reduce"),
            pytest.param(intents.Extend("some", "1 h", "x"), id="extend"),
            pytest.param(intents.Hold("x"), id="hold"),
            pytest.param(intents.Fire("some/trigger/paid-twice", "x"), id="fire"),
            pytest.param(intents.Close("x"), id="close"),
            pytest.param(intents.Abort("x", "shop 2.0.0"), id="abort"),
        ],
    )
    def test_everything_else_freezes(self, some: Walk, intent: Intent) -> None:
        some.refused(intent, "rollback is under way", kind=Refused)

    @pytest.mark.parametrize(
        "intent",
        [
            pytest.param(intents.Sign("rollback/bug/2"), id="its steps, in any order"),
            pytest.param(intents.Sign("rollback/flag/wallet"), id="flag resets"),
            pytest.param(intents.Measure("errors", 9), id="readings"),
            pytest.param(intents.Unread("errors", "x"), id="failed readings"),
            pytest.param(intents.Note("x"), id="notes"),
            pytest.param(intents.RollBack("patch", "x"), id="another scenario"),
        ],
    )
    def test_it_takes(self, some: Walk, intent: Intent) -> None:
        some.do(intent)

    def test_signs_its_steps_once(self, some: Walk) -> None:
        assert some.do(intents.Sign("rollback/bug/1", "off")) == ev.RollbackStepSigned("rollback/bug/1", "off")
        some.refused(intents.Sign("rollback/bug/1"), "already signed, by alice", kind=Conflict)

    def test_signs_only_what_is_its_own(self, some: Walk) -> None:
        some.refused(intents.Sign("rollback/patch/1"), "not part of the rollback under way.*\n.*Start its scenario")

    def test_resetting_a_flag_is_recorded(self, some: Walk) -> None:
        some.sign("rollback/flag/new-shop")
        assert some.run.flags["new-shop"] == "false"


class TestScenarios:
    def test_another_may_start_meanwhile(self, some: Walk) -> None:
        some.wait("2 min").do(intents.RollBack("patch", "it is worse"))
        found = rollback_of(some)
        assert [(each.scenario, each.started - NOON) for each in found.chosen] == [
            ("bug", found.started - NOON),
            ("patch", found.started + timedelta(minutes=2) - NOON),
        ]
        assert {"rollback/patch/1", "rollback/bug/1", "rollback/flag/wallet"} < set(found.items)

    def test_the_total_clock_never_restarts(self, some: Walk) -> None:
        some.wait("2 min").do(intents.RollBack("patch", "it is worse"))
        some.wait("2 min")
        assert elapsed(rollback_of(some), some.at) == timedelta(minutes=4)

    def test_the_same_one_is_not_started_twice(self, some: Walk) -> None:
        some.refused(intents.RollBack("bug", "x"), "already under way", kind=Conflict)

    def test_after_a_failure_the_same_one_is_tried_from_its_first_step(self, some: Walk) -> None:
        some.sign("rollback/bug/1", "rollback/flag/wallet").wait("3 min")
        some.do(intents.FinishRollback("failed", "it does not start"))
        some.wait("3 min").do(intents.RollBack("bug", "once more"))
        assert some.state("rollback/bug/1") is Status.OPEN
        assert some.state("rollback/flag/wallet") is Status.SIGNED
        assert elapsed(rollback_of(some), some.at) == timedelta(minutes=6)

    def test_an_earlier_claimed_time_starts_the_clock(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.do(intents.RollBack("bug", "x"), happened=walk.at - timedelta(minutes=4))
        assert elapsed(rollback_of(walk), walk.at) == timedelta(minutes=4)
        event = walk.do(intents.FinishRollback("restored", "x"), happened=walk.at - timedelta(minutes=1))
        assert isinstance(event, ev.RollbackFinished)
        assert (event.took_seconds, event.target_seconds) == (180, 300)


class TestFinish:
    def test_without_a_rollback(self) -> None:
        Walk(CANARY).to("inside").refused(intents.FinishRollback("restored"), "No rollback is under way")

    def test_nothing_blocks_it_but_unsigned_steps_share_a_reason(self, some: Walk) -> None:
        some.sign("rollback/bug/1", "rollback/flag/new-shop", "rollback/flag/wallet").wait("90 s")
        some.refused(intents.FinishRollback("restored"), "Finishing with 2 steps unsigned needs a reason")
        assert some.do(intents.FinishRollback("restored", "one was enough")) == ev.RollbackFinished(
            "restored",
            90,
            300,
            ("rollback/bug/2", "rollback/flag/late"),
            "one was enough",
            unknown=("migration/add-column", "migration/install", "migration/fill", "flag:late"),
            shown="word",
        )

    def test_with_every_step_signed_it_asks_for_no_reason(self, some: Walk) -> None:
        some.sign(*rollback_of(some).items)
        some.do(intents.FinishRollback("restored"))

    @pytest.mark.parametrize("outcome", ["failed", "called-off"])
    def test_what_did_not_restore_asks_for_one(self, some: Walk, outcome: str) -> None:
        some.sign(*rollback_of(some).items)
        some.refused(intents.FinishRollback(outcome), "needs a reason", kind=UsageError)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("minutes", "over"), [(4, False), (5, False), (6, True)], ids=["faster", "on target", "slower"]
    )
    def test_is_compared_with_the_target_and_asks_nothing_till_the_closing_note(
        self, some: Walk, minutes: int, over: bool
    ) -> None:
        some.wait(f"{minutes} min").do(intents.FinishRollback("restored", "x"))
        assert newest_target(some.run) == timedelta(minutes=5)
        assert over_target(some.run) is over
        some.refused(intents.Close(" "), "over its target needs a reason" if over else "Closing needs a reason")

    def test_after_restoring_the_run_only_closes(self, some: Walk) -> None:
        some.do(intents.FinishRollback("restored", "x"))
        some.refused(intents.Promote("some"), "finished .restored.*\n.*Close")
        some.refused(intents.RollBack("patch", "x"), "what ran before is restored")
        some.refused(intents.FinishRollback("restored", "x"), "No rollback is under way")
        some.do(intents.Measure("errors", 0))
        assert some.next().action == "close"
        event = some.do(intents.Close("back on 1.0.0"))
        assert isinstance(event, ev.RunClosed)
        assert (event.outcome, event.note) == ("rolled-back", "back on 1.0.0")

    def test_what_is_left_in_place_is_recorded_with_the_close(self, some: Walk) -> None:
        some.sign("rollback/flag/new-shop", "rollback/flag/wallet")
        some.do(intents.FinishRollback("restored", "x", ("late=there", "install=undone", "add-column=there")))
        event = some.do(intents.Close("x"))
        assert isinstance(event, ev.RunClosed)
        assert event.left == (
            "flag late at true",
            "migration step Add a column",
            "not known: migration step Fill the column",
        )

    def test_after_failing_another_is_tried_or_the_run_aborted(self, some: Walk) -> None:
        some.do(intents.FinishRollback("failed", "x"))
        assert some.next().action == "roll-back"
        some.refused(intents.Close("x"), "The rollback failed.*\n.*another scenario.*abort")
        some.do(intents.RollBack("data", "x"))
        some.do(intents.FinishRollback("failed", "x"))
        some.do(intents.Abort("x", "shop 2.0.0"))


class TestCalledOff:
    def called_off(self, walk: Walk) -> Walk:
        walk.do(intents.FinishRollback("called-off", "it was the network"))
        return walk

    def test_goes_back_to_the_phase_held(self, some: Walk) -> None:
        self.called_off(some)
        assert (some.run.rollback, some.run.stage.id) == (None, "some")
        assert some.run.held is not None
        some.do(intents.Release("all is well"))
        some.do(intents.Sign("conversion-holds"))

    def test_flags_that_were_reset_are_asked_again(self, some: Walk) -> None:
        self.called_off(some.sign("rollback/flag/new-shop", "rollback/flag/wallet"))
        found = {each for each in some.blockers() if "/flag/" in each}
        assert found == {"open:some/flag/new-shop", "open:inside/flag/wallet"}
        assert some.run.resets_due == ()
        some.sign("some/flag/new-shop", "inside/flag/wallet")
        assert dict(some.run.flags) == {"new-shop": "25 %", "wallet": "internal", "late": "true"}

    def test_the_soak_begins_again_with_them(self, some: Walk) -> None:
        self.called_off(some.sign("rollback/flag/new-shop")).wait("3 h")
        assert "soak" in some.blockers()
        some.sign("some/flag/new-shop").wait("2 h")
        assert "soak" not in some.blockers()

    def test_flags_that_were_not_reset_stay(self, some: Walk) -> None:
        self.called_off(some)
        assert not [each for each in some.blockers() if "/flag/" in each]

    def test_a_waived_flag_stays_waived(self) -> None:
        walk = Walk(CANARY).to_started("inside").sign("inside/flag/new-shop")
        walk.do(intents.Waive("inside/flag/wallet", "comes later"))
        walk.do(intents.RollBack("bug", "x"))
        self.called_off(walk)
        assert walk.state("inside/flag/wallet") is Status.WAIVED

    def test_a_flag_that_failed_stays_failed(self) -> None:
        walk = Walk(CANARY).to_started("inside").sign("inside/flag/new-shop")
        walk.do(intents.Fail("inside/flag/wallet", "no permission"))
        walk.do(intents.RollBack("bug", "x"))
        self.called_off(walk)
        assert "failed:inside/flag/wallet" in walk.blockers()

    def test_a_flag_of_a_mistaken_start_is_asked_again_too(self) -> None:
        walk = Walk(CANARY).to_started("inside").sign("inside/flag/new-shop", "inside/flag/wallet")
        walk.do(intents.Revoke("inside/start", "too early"))
        walk.do(intents.RollBack("bug", "x"))
        self.called_off(walk.sign("rollback/flag/wallet"))
        assert walk.state("inside/flag/wallet") is Status.OPEN
        assert walk.state("inside/flag/new-shop") is Status.SIGNED

    def test_a_flag_owed_by_a_reduction_is_owed_no_more_once_reset(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        walk.do(intents.RollBack("bug", "x"))
        self.called_off(walk.sign("rollback/flag/late"))
        assert walk.run.resets_due == ()

    def test_one_still_at_its_value_stays_owed(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        walk.do(intents.RollBack("bug", "x"))
        self.called_off(walk)
        assert walk.run.resets_due == ("rollback/flag/late",)

    def test_a_later_rollback_begins_anew(self, some: Walk) -> None:
        self.called_off(some.sign("rollback/bug/1", "rollback/flag/wallet")).wait("1 h")
        some.refused(intents.Revoke("rollback/bug/1", "x"), "nothing to take back")
        some.sign("inside/flag/wallet").do(intents.RollBack("bug", "x"))
        assert {some.state(item) for item in rollback_of(some).items} == {Status.OPEN}
        assert elapsed(rollback_of(some), some.at) == timedelta(0)

    def test_the_walk_goes_on_to_its_end(self, some: Walk) -> None:
        self.called_off(some.sign("rollback/bug/1", "rollback/flag/wallet"))
        some.until(lambda run: run.closed is not None)
        assert some.run.closed is not None
        assert some.run.closed.outcome == "completed"


class TestStruckOut:
    @pytest.mark.parametrize(
        ("plan", "reach", "struck"),
        [
            pytest.param(CANARY, "migration", set(), id="nothing passed"),
            pytest.param(CANARY, "inside", {"data"}, id="until has passed"),
            pytest.param(CANARY, "close", {"data", "bug"}, id="code ends at the first irreversible step"),
            pytest.param(BLUE_GREEN, "post-deployment", {"to-blue"}, id="a backfill that can't be undone"),
            pytest.param(BLUE_GREEN, "close", {"to-blue", "restore"}, id="both"),
            pytest.param(
                CANARY.replace('id = "bug"', 'id = "bug"\nuntil = "install"'),
                "inside",
                {"data", "bug"},
                id="code that says otherwise",
            ),
        ],
    )
    def test_scenarios_past_their_point(self, plan: str, reach: str, struck: set[str]) -> None:
        walk = Walk(plan).to(reach)
        assert {way.id for way in walk.run.sequence.rollback_paths if struck_out(walk.run, way)} == struck

    def test_choosing_one_still_works_with_a_reason(self) -> None:
        walk = Walk(CANARY).to("close")
        walk.refused(intents.RollBack("bug", " "), "'Code bug' no longer helps past 'Drop the old column'.*reason")
        walk.do(intents.RollBack("bug", "the old column is in the backup"))

    def test_a_waived_step_strikes_nothing_out(self) -> None:
        walk = Walk(CANARY).to("migration").sign("add-column", "install")
        walk.do(intents.Waive("fill", "the table is empty"))
        assert not struck_out(walk.run, walk.run.sequence.rollback_path("data"))

    def test_one_of_two_approvals_strikes_out_only_where_it_will_do(self) -> None:
        for emergency in (False, True):
            walk = Walk(BLUE_GREEN, emergency=emergency).to_started("live").sign("live/flag/double-entry")
            walk.do(intents.Sign("convert", confirm="convert"))
            assert bool(struck_out(walk.run, walk.run.sequence.rollback_path("to-blue"))) is emergency

    def test_a_step_taken_back_opens_the_way_again(self) -> None:
        walk = Walk(CANARY).to("inside")
        walk.do(intents.Revoke("fill", "emptied the column"))
        assert not struck_out(walk.run, walk.run.sequence.rollback_path("data"))
