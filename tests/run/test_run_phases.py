"""Go, start, promote, reduce, hold and release; and what an override covers."""

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import Intent
from rollout_tui.run.state import Status
from tests.run.driver import Walk, changed
from tests.run.run_plans import CANARY, ROLLING


class TestGo:
    def test_without_blockers(self) -> None:
        walk = Walk(ROLLING).sign("tests", "monitoring", "rollback-plan")
        assert not walk.run.deployed
        assert walk.do(intents.Go(note="all set")) == ev.GatePromoted("pre-deployment", note="all set")
        assert walk.run.deployed

    def test_is_given_once(self) -> None:
        walk = Walk(ROLLING).to("everyone")
        walk.refused(intents.Go(), "already given, by alice", kind=Conflict)

    @pytest.mark.parametrize("item", ["monitoring", "rollback-plan"])
    def test_stays_shut_before_what_a_rule_proves_is_signed(self, item: str) -> None:
        others = [each for each in ("tests", "monitoring", "rollback-plan") if each != item]
        walk = Walk(ROLLING).sign(*others)
        walk.refused(intents.Go(), f"blocked by 1 thing.*\n.*open:{item}")
        assert walk.do(intents.Go((f"open:{item}",), "fire")) == ev.GatePromoted(
            "pre-deployment", (f"open:{item}",), "fire"
        )

    def test_is_no_promotion(self) -> None:
        Walk(ROLLING).refused(intents.Promote("pre-deployment"), "not a phase.*\n.*everyone", kind=UsageError)


class TestOverride:
    def walk(self) -> Walk:
        return Walk(ROLLING).sign("rollback-plan")

    def test_names_every_blocker(self) -> None:
        self.walk().refused(intents.Go(("open:tests",), "fire"), "blocked by 1 thing:\n.*open:monitoring")

    def test_needs_a_reason(self) -> None:
        self.walk().refused(
            intents.Go(("open:tests", "open:monitoring"), "  "), "override needs a reason", kind=UsageError
        )

    def test_covers_exactly_what_blocks(self) -> None:
        event = self.walk().do(intents.Go(("open:monitoring", "soak", "open:tests"), " fire "))
        assert event == ev.GatePromoted("pre-deployment", ("open:tests", "open:monitoring"), "fire")

    def test_of_nothing_is_not_recorded(self) -> None:
        walk = self.walk().sign("tests", "monitoring")
        assert walk.do(intents.Go(("soak",), "fire")) == ev.GatePromoted("pre-deployment")

    def test_covers_one_decision(self) -> None:
        walk = self.walk()
        walk.do(intents.Go(("open:tests", "open:monitoring"), "fire"))
        walk.do(intents.StartPhase("everyone"))
        assert {"open:tests", "open:monitoring"} < set(walk.blockers())

    def test_never_goes_past_a_hold(self) -> None:
        walk = self.walk().sign("tests", "monitoring")
        walk.do(intents.Hold("no"))
        walk.refused(intents.Go(("hold",), "yes"), "held by alice: no")
        walk.do(intents.Release("fine"))
        walk.do(intents.Go())


class TestStart:
    def test_gives_the_exposed_phase(self) -> None:
        walk = Walk(CANARY).to("inside")
        assert walk.run.exposed is None
        assert walk.do(intents.StartPhase("inside")) == ev.PhaseStarted("inside")
        assert walk.run.exposed is not None
        assert walk.run.exposed.id == "inside"

    @pytest.mark.parametrize(
        ("reach", "stage", "match"),
        [
            pytest.param(
                "pre-deployment", "inside", "out of turn.*\n.*Inside opens when Migration is done", id="early"
            ),
            pytest.param("migration", "inside", "Now: Migration", id="before the migration is done"),
            pytest.param("inside", "some", "Some opens when Inside is done", id="the phase after"),
            pytest.param("inside", "migration", "not a phase", id="no phase"),
            pytest.param("some", "inside", "already started, by alice", id="a phase that was promoted"),
        ],
    )
    def test_refused(self, reach: str, stage: str, match: str) -> None:
        Walk(CANARY).to(reach).refused(intents.StartPhase(stage), match)

    def test_twice(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.refused(intents.StartPhase("inside"), "already started, by alice", kind=Conflict)

    def test_held(self) -> None:
        walk = Walk(CANARY).to("inside")
        walk.do(intents.Hold("wait"), by="bob")
        walk.refused(intents.StartPhase("inside", ("hold",), "x"), "held by bob: wait")


class TestPromote:
    @pytest.mark.parametrize(
        ("stage", "match"),
        [
            pytest.param("inside", "already promoted, by alice", id="twice"),
            pytest.param("some", "not started, so it can't be promoted", id="not started"),
            pytest.param("all", "can't be promoted yet: it is out of turn", id="early"),
            pytest.param("post-deployment", "not a phase", id="no gate"),
        ],
    )
    def test_refused(self, stage: str, match: str) -> None:
        Walk(CANARY).to("some").refused(intents.Promote(stage), match)

    def test_lists_all_that_blocks(self) -> None:
        walk = Walk(CANARY).to_started("some")
        error = walk.refused(intents.Promote("some"), "Promoting Some is blocked by 8 things")
        for blocker in walk.blockers():
            assert f"[{blocker}]" in error.message

    def test_two_people_where_the_phase_says_so(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Revoke("some/approval", "x"))
        walk.refused(intents.Promote("some"), "first approval of the promotion is missing")
        walk.do(intents.Promote("some", ("approval:some/approval",), "she is ill"))
        assert walk.run.stage.id == "all"

    def test_opens_the_next_stage(self) -> None:
        walk = Walk(CANARY).to_gate("all")
        walk.do(intents.Promote("all"))
        assert walk.run.stage.id == "post-deployment"


class TestHold:
    @pytest.mark.parametrize("reach", ["pre-deployment", "migration", "inside", "post-deployment", "cleanup", "close"])
    def test_at_any_stage_and_as_often_as_needed(self, reach: str) -> None:
        walk = Walk(CANARY).to(reach)
        for _ in range(2):
            walk.do(intents.Hold("wait"))
            walk.do(intents.Release("go on"))

    def test_is_not_doubled(self) -> None:
        walk = Walk(CANARY)
        walk.refused(intents.Release("x"), "not held", kind=Conflict)
        walk.do(intents.Hold("wait"), by="bob")
        walk.refused(intents.Hold("me too"), "already held, by bob .*: wait", kind=Conflict)
        walk.refused(intents.Release(" "), "needs a reason", kind=UsageError)

    @pytest.mark.parametrize(
        "intent",
        [
            pytest.param(intents.Sign("orders-go-through"), id="sign a criterion"),
            pytest.param(intents.Sign("inside/flag/wallet"), id="sign a flag"),
            pytest.param(intents.Measure("errors", 0), id="measure"),
            pytest.param(intents.Fire("paid-twice", "x"), id="fire"),
            pytest.param(intents.Extend("inside", "1 h", "x"), id="extend"),
            pytest.param(intents.Revoke("inside/start", "x"), id="revoke"),
            pytest.param(intents.RollBack("bug", "x"), id="roll back"),
            pytest.param(intents.Abort("x", "shop 2.0.0"), id="abort"),
        ],
    )
    def test_stops_nothing_but_starts_promotions_and_steps(self, intent: Intent) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.do(intents.Hold("wait"))
        if isinstance(intent, intents.Fire):
            intent = intents.Fire("inside/trigger/paid-twice", "x")
        walk.do(intent)

    def test_never_a_reduction(self) -> None:
        walk = Walk(CANARY).to_started("some")
        walk.do(intents.Hold("wait"))
        walk.do(intents.Reduce("some", "errors"))


class TestReduce:
    def test_goes_back_to_the_phase_before(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        assert walk.do(intents.Reduce("some", "errors")) == ev.PhaseReduced("some", "inside", "errors")
        assert walk.run.stage.id == "inside"
        assert walk.run.exposed is not None
        assert walk.run.exposed.id == "inside"
        assert "inside" not in walk.run.gates

    def test_both_phases_open_again(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        for item in ("orders-go-through", "conversion-holds", "some/approval", "some/flag/new-shop", "some/start"):
            assert walk.state(item) is Status.OPEN, item
        assert walk.state("inside/start") is Status.SIGNED
        assert set(walk.blockers()) == {
            "open:inside/flag/new-shop",
            "open:inside/flag/wallet",
            "open:inside/criterion/orders-go-through",
            "unread:errors",
            "unread:uptime",
            "soak",
            "open:rollback/flag/late",
        }

    def test_flags_that_the_phase_before_does_not_have_are_owed(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        assert walk.run.flags["late"] == "true"
        walk.do(intents.Reduce("some", "errors"))
        assert walk.run.resets_due == ("rollback/flag/late",)
        walk.refused(intents.Waive("rollback/flag/late", "x"), "belongs to a rollback")
        assert walk.do(intents.Sign("rollback/flag/late", "off")) == ev.ItemSigned("rollback/flag/late", "off")
        assert not walk.run.resets_due
        assert walk.run.flags["late"] == "false"
        walk.refused(intents.Sign("rollback/flag/wallet"), "none is under way")

    def test_an_owed_flag_taken_back_is_owed_again(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        walk.do(intents.Sign("rollback/flag/late"))
        walk.do(intents.Revoke("rollback/flag/late", "it is still on"))
        assert "open:rollback/flag/late" in walk.blockers()
        walk.do(intents.Sign("rollback/flag/late"))
        walk.to_gate("some").refused(intents.Revoke("rollback/flag/late", "x"), "changed again since")

    def test_a_flag_set_in_a_still_earlier_phase_is_asked_there(self) -> None:
        walk = Walk(CANARY).to_gate("all")
        walk.do(intents.Reduce("all", "errors"))
        assert walk.run.flags["wallet"] == "100 %"
        assert "open:inside/flag/wallet" in walk.blockers()
        assert "open:some/flag/new-shop" in walk.blockers()
        walk.sign("inside/flag/wallet")
        assert walk.run.flags["wallet"] == "internal"

    def test_a_waived_flag_is_not_asked_again_in_an_earlier_phase(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.do(intents.Waive("inside/flag/wallet", "comes with 2.1"))
        walk.to_started("all")
        walk.do(intents.Waive("all/flag/wallet", "comes with 2.1"))
        walk.do(intents.Reduce("all", "errors"))
        assert walk.state("inside/flag/wallet") is Status.WAIVED
        assert "rollback/flag/wallet" not in walk.run.resets_due

    def test_migration_stays_as_it_is(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        assert {walk.state(step) for step in ("add-column", "install", "fill")} == {Status.SIGNED}

    def test_validation_has_to_run_again(self) -> None:
        walk = Walk(CANARY).to("cleanup")
        walk.do(intents.Reduce("all", "errors"))
        assert (walk.state("health"), walk.state("flows")) == (Status.OPEN, Status.OPEN)
        walk.until(lambda run: run.closed is not None)
        signed = [entry.event.item for entry in walk.entries if isinstance(entry.event, ev.ItemSigned)]
        assert signed.count("health") == 2

    def test_the_soak_begins_again(self) -> None:
        walk = Walk(CANARY).to_gate("some")
        walk.do(intents.Reduce("some", "errors"))
        walk.sign("inside/flag/new-shop", "inside/flag/wallet").wait("2 h")
        assert "soak" in walk.blockers(), "the later phase's flag is still on"
        walk.sign("rollback/flag/late").wait("59 min")
        assert "soak" in walk.blockers()
        walk.wait("1 min")
        assert "soak" not in walk.blockers()

    def test_what_was_deferred_to_the_phase_is_due_there_again(self) -> None:
        walk = Walk(CANARY)
        walk.do(intents.Defer("tests", "some", "x"))
        walk.to_started("some")
        walk.do(intents.Reduce("some", "errors"))
        assert "due:tests" not in walk.blockers()
        walk.to_started("some")
        assert "due:tests" in walk.blockers()

    @pytest.mark.parametrize(
        ("reach", "stage", "match"),
        [
            pytest.param("inside", "inside", "No phase is exposed yet", id="nothing exposed"),
            pytest.param("some", "inside", "Inside is the first phase", id="the first"),
            pytest.param("some", "some", "not the phase that is exposed now.*\n.*Inside", id="not started"),
            pytest.param("all", "inside", "Exposed now: Some", id="an earlier one"),
        ],
    )
    def test_refused(self, reach: str, stage: str, match: str) -> None:
        Walk(CANARY).to(reach).refused(intents.Reduce(stage, "x"), match, kind=Refused)

    def test_can_be_walked_to_the_end_afterwards(self) -> None:
        walk = Walk(changed(CANARY, change_size="small")).to_gate("all")
        walk.do(intents.Reduce("all", "errors"))
        walk.do(intents.Reduce("some", "still errors"))
        walk.until(lambda run: run.closed is not None)
        assert walk.run.closed is not None
        assert walk.run.closed.outcome == "completed"
        assert dict(walk.run.flags) == {"new-shop": "100 %", "wallet": "100 %", "late": "true"}
