"""What blocks: each kind of blocker appears and disappears, and the soak counts only healthy time."""

from datetime import timedelta

import pytest

from rollout_tui.errors import Conflict, Refused, UsageError
from rollout_tui.run import events as ev
from rollout_tui.run import gates, intents
from rollout_tui.run.gates import BlockerKind
from rollout_tui.run.intents import Intent
from tests.run.driver import NOON, Walk, with_jump
from tests.run.run_plans import BLUE_GREEN, CANARY, ROLLING


@pytest.fixture
def gate() -> Walk:
    """A run whose first phase could be promoted at once."""
    return Walk(CANARY).to_gate("inside")


@pytest.fixture
def some() -> Walk:
    """A run whose second phase, which two people promote, could be promoted at once."""
    return Walk(CANARY).to_gate("some")


HOUR = timedelta(hours=1)


class TestEachKind:
    """The intent makes the blocker appear, the second one makes it go away."""

    @pytest.mark.parametrize(
        ("appears", "blocker", "disappears"),
        [
            pytest.param(intents.Hold("wait"), "hold", intents.Release("go on"), id="hold"),
            pytest.param(
                intents.Fire("inside/trigger/paid-twice", "order 7"),
                "trigger:inside/trigger/paid-twice",
                intents.Clear("inside/trigger/paid-twice", "it was one order"),
                id="trigger",
            ),
            pytest.param(
                intents.Revoke("tests", "x"), "open:tests", intents.Sign("tests"), id="open, of a stage before"
            ),
            pytest.param(
                intents.Revoke("orders-go-through", "x"),
                "open:inside/criterion/orders-go-through",
                intents.Waive("orders-go-through", "x"),
                id="open, of the phase",
            ),
            pytest.param(intents.Measure("errors", 1.5), "breach:errors", intents.Measure("errors", 1.0), id="breach"),
            pytest.param(
                intents.Measure("uptime", 98), "breach:uptime", intents.Measure("uptime", 99), id="breach below"
            ),
            pytest.param(intents.Unread("errors", "down"), "unread:errors", intents.Measure("errors", 0), id="unread"),
        ],
    )
    def test_appears_and_disappears(self, gate: Walk, appears: Intent, blocker: str, disappears: Intent) -> None:
        assert gate.blockers() == []
        gate.do(appears)
        assert gate.blockers() == [blocker]
        gate.refused(intents.Promote("inside"), "blocked by 1 thing", kind=Refused)
        gate.do(disappears)
        assert gate.blockers() == []
        assert gate.do(intents.Promote("inside")) == ev.GatePromoted("inside")

    def test_a_migration_step_that_is_taken_back_takes_the_soak_with_it(self, gate: Walk) -> None:
        gate.do(intents.Revoke("fill", "x"))
        assert gate.blockers() == ["open:migration/fill", "soak"]
        gate.sign("fill").wait("1 h")
        assert "soak" not in gate.blockers()

    def test_window(self) -> None:
        walk = Walk(BLUE_GREEN).to_next("go").wait("4 h")
        assert walk.blockers() == ["window"]
        walk.at = NOON
        assert walk.blockers() == []

    def test_failed(self, gate: Walk) -> None:
        gate.do(intents.Revoke("tests", "x"))
        gate.do(intents.Fail("tests", "red"))
        assert gate.blockers() == ["failed:tests"]
        assert "alice: red" in gates.blockers(gate.run, gate.now)[0].text
        gate.sign("tests")
        assert gate.blockers() == []

    def test_due(self, gate: Walk) -> None:
        gate.do(intents.Revoke("tests", "x"))
        gate.do(intents.Defer("tests", "inside", "x"))
        assert gate.blockers() == ["due:tests"]
        gate.sign("tests")
        assert gate.blockers() == []

    def test_approval(self, some: Walk) -> None:
        some.do(intents.Revoke("some/approval", "x"))
        assert some.blockers() == ["approval:some/approval"]
        some.do(intents.Sign("some/approval"), by="bob")
        assert some.blockers() == []
        some.refused(intents.Promote("some"), "You approved .* it needs two people", by="bob")
        some.do(intents.Promote("some"), by="alice")

    def test_stale(self, gate: Walk) -> None:
        gate.do(intents.Measure("errors", 0))
        gate.do(intents.Measure("uptime", 100))
        gate.wait("30 min")
        assert gate.blockers() == []
        gate.wait("1 s")
        assert gate.blockers() == ["stale:errors"]
        gate.do(intents.Measure("errors", 0))
        assert gate.blockers() == []

    def test_soak(self, gate: Walk) -> None:
        gate.do(intents.Extend("inside", "10 min", "a slow start"))
        gate.do(intents.Measure("uptime", 100))
        assert gate.blockers() == ["soak"]
        gate.wait("10 min")
        assert gate.blockers() == []

    @pytest.mark.parametrize("jump", [HOUR, -HOUR, timedelta(seconds=3)], ids=["ahead", "back", "a little"])
    def test_clock(self, gate: Walk, jump: timedelta) -> None:
        with_jump(gate, jump)
        assert gate.blockers() == ["clock"]
        gate.refused(intents.Promote("inside", ("clock",), "x"), "clock jumped")
        event = gate.do(intents.ConfirmClock("looked at two clocks"))
        assert event == ev.ClockConfirmed(jump.total_seconds(), "looked at two clocks")
        assert gate.blockers() == []

    def test_clock_keeps_go_and_starts_shut_too(self) -> None:
        walk = Walk(CANARY).to_next("go")
        with_jump(walk, HOUR).refused(intents.Go(), "clock jumped")
        walk.jump = timedelta(0)
        with_jump(walk.to("inside"), HOUR).refused(intents.StartPhase("inside"), "clock jumped")

    def test_confirming_a_clock_that_did_not_jump_is_refused(self, gate: Walk) -> None:
        gate.refused(intents.ConfirmClock("x"), "did not jump", kind=Conflict)

    def test_rollback(self, gate: Walk) -> None:
        gate.do(intents.RollBack("bug", "x"))
        assert "rollback" in gate.blockers()
        gate.do(intents.FinishRollback("called-off", "x"))
        assert gate.blockers() == ["hold"]

    @pytest.mark.parametrize("outcome", ["restored", "failed"])
    def test_a_finished_rollback_opens_no_gate(self, gate: Walk, outcome: str) -> None:
        gate.do(intents.RollBack("bug", "x"))
        gate.do(intents.FinishRollback(outcome, "x"))  # type: ignore[arg-type]
        assert "rollback" in gate.blockers()
        gate.refused(intents.Promote("inside"), f"finished .{outcome}")

    def test_an_entry_of_a_later_version(self, gate: Walk) -> None:
        gate.record(ev.Unknown("phase_paused", (("stage", "inside"),)))
        assert gate.blockers() == ["read-only"]
        assert "later version" in gate.next().text
        for intent in (intents.Promote("inside"), intents.Note("x"), intents.Abort("x", "shop 2.0.0")):
            gate.refused(intent, "later version .phase_paused", kind=Refused)

    def test_second_approval_under_an_emergency(self) -> None:
        walk = Walk(CANARY, emergency=True).to_next("go")
        assert "approval:security" not in walk.blockers()
        walk.to("post-deployment").sign("health")
        walk.do(intents.Waive("flows", "x"))
        assert "approval:security" in walk.blockers()

    def test_every_kind_is_tested_here(self) -> None:
        assert {each.value for each in BlockerKind} == {
            "read-only", "rollback", "hold", "clock", "failed", "open", "due", "trigger", "breach", "unread", "stale",
            "soak", "approval", "window", "unknown",
        }  # fmt: skip


class TestBlockersAreValues:
    @pytest.mark.parametrize("kind", ["hold", "clock", "rollback", "read-only"])
    def test_what_a_person_ends_by_deciding_is_never_overridden(self, gate: Walk, kind: str) -> None:
        match kind:
            case "hold":
                gate.do(intents.Hold("x"))
            case "clock":
                gate.jump = HOUR
            case "rollback":
                gate.do(intents.RollBack("bug", "x"))
            case _:
                gate.record(ev.Unknown("x", ()))
        found = next(each for each in gates.blockers(gate.run, gate.now) if each.id == kind)
        assert not found.overridable
        gate.refused(intents.Promote("inside", (kind,), "x"))

    def test_each_says_what_would_end_it(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.do(intents.Fire("inside/trigger/paid-twice", "x"))
        found = gates.blockers(walk.run, walk.now)
        assert len(found) == 7
        assert all(each.text and each.remedy for each in found)
        assert len({each.id for each in found}) == len(found)

    @pytest.mark.parametrize("failed", [True, False], ids=["failed", "open"])
    def test_no_remedy_is_offered_that_would_be_refused(self, failed: bool) -> None:
        walk = Walk(ROLLING)
        if failed:
            walk.do(intents.Fail("rollback-plan", "x"))
        found = next(each for each in gates.blockers(walk.run, walk.now) if each.subject == "rollback-plan")
        assert "can't be waived" in found.remedy

    def test_a_closed_run_has_none(self) -> None:
        walk = Walk(ROLLING)
        walk.do(intents.Abort("no"))
        assert walk.blockers() == []


class TestReadings:
    def test_one_from_the_phase_before_does_not_count(self) -> None:
        walk = Walk(CANARY).to_started("some")
        assert {"unread:errors", "unread:uptime"} < set(walk.blockers())

    @pytest.mark.parametrize("stage", ["pre-deployment", "migration"])
    def test_the_baseline_does_not_count(self, stage: str) -> None:
        walk = Walk(CANARY).to(stage)
        assert walk.do(intents.Measure("errors", 0)) == ev.MetricMeasured("errors", 0.0, stage)
        walk.to_started("inside")
        assert "unread:errors" in walk.blockers()

    def test_one_taken_before_a_phase_starts_belongs_to_the_stage_before(self) -> None:
        walk = Walk(CANARY).to("some")
        assert walk.do(intents.Measure("some/metric/errors", 0)) == ev.MetricMeasured("errors", 0.0, "inside")
        walk.do(intents.StartPhase("some"))
        assert walk.do(intents.Unread("errors", "down")) == ev.MetricUnread("errors", "some", "down")

    def test_the_newest_counts(self, gate: Walk) -> None:
        for value in (5, 0, 5):
            gate.do(intents.Measure("errors", value))
        assert "breach:errors" in gate.blockers()
        gate.do(intents.Measure("errors", 0))
        assert "breach:errors" not in gate.blockers()

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    def test_what_is_no_number_is_no_reading(self, gate: Walk, value: float) -> None:
        gate.refused(intents.Measure("errors", value), "not a reading", kind=UsageError)

    def test_a_metric_has_to_be_known(self, gate: Walk) -> None:
        gate.refused(intents.Measure("errs", 1), "Did you mean errors", kind=UsageError)


class TestTriggers:
    def test_of_a_phase_that_is_not_started_can_t_fire(self) -> None:
        Walk(CANARY).to("inside").refused(intents.Fire("inside/trigger/paid-twice", "x"), "not started")

    def test_of_an_earlier_phase_still_can(self) -> None:
        walk = Walk(CANARY).to("some")
        walk.do(intents.Fire("inside/trigger/paid-twice", "x"))
        assert walk.start_blockers() == ["trigger:inside/trigger/paid-twice"]
        override = ("trigger:inside/trigger/paid-twice",)
        walk.refused(intents.StartPhase("some", override), "needs a reason")
        assert walk.do(intents.StartPhase("some", override, "known")) == ev.PhaseStarted("some", override, "known")

    def test_fires_once_and_clears_once(self, gate: Walk) -> None:
        gate.refused(intents.Clear("errors-above-2", "x"), "is not fired", kind=Conflict)
        gate.do(intents.Fire("errors-above-2", "x"), by="bob")
        gate.refused(intents.Fire("errors-above-2", "x"), "already fired, by bob", kind=Conflict)
        gate.refused(intents.Clear("errors-above-2", " "), "needs a reason", kind=UsageError)
        gate.do(intents.Clear("errors-above-2", "x"))
