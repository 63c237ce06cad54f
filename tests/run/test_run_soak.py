"""The soak of a phase: from when it runs, what it loses, and that it never ends early."""

from datetime import timedelta

import pytest

from rollout_tui.run import events as ev
from rollout_tui.run import gates, intents
from rollout_tui.run.gates import BlockerKind
from rollout_tui.run.intents import Intent
from rollout_tui.run.soak import soak_left
from tests.run.driver import Walk
from tests.run.run_plans import BLUE_GREEN, CANARY


def left(walk: Walk) -> timedelta:
    return soak_left(walk.run, walk.run.stage, walk.now)


HOUR = timedelta(hours=1)


class TestSoak:
    """`Inside` soaks for an hour."""

    def started(self) -> Walk:
        walk = Walk(CANARY).to_started("inside")
        return walk.sign("inside/flag/new-shop", "inside/flag/wallet")

    def test_runs_from_when_the_last_flag_is_set(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        assert left(walk.wait("20 min")) == HOUR
        walk.sign("inside/flag/new-shop").wait("20 min")
        assert left(walk) == HOUR
        walk.sign("inside/flag/wallet").wait("20 min")
        assert left(walk) == timedelta(minutes=40)

    def test_a_waived_flag_is_done_too(self) -> None:
        walk = Walk(CANARY).to_started("inside").sign("inside/flag/new-shop")
        walk.do(intents.Waive("inside/flag/wallet", "comes later"))
        assert left(walk.wait("20 min")) == timedelta(minutes=40)

    def test_runs_from_when_the_backfill_of_the_last_phase_is_done(self) -> None:
        walk = Walk(BLUE_GREEN).to_started("live").sign("live/flag/double-entry").wait("30 min")
        assert left(walk) == 2 * HOUR
        walk.do(intents.Sign("convert", confirm="convert"))
        assert left(walk.wait("30 min")) == 2 * HOUR
        walk.do(intents.Sign("convert", confirm="convert"), by="bob")
        assert left(walk.wait("30 min")) == timedelta(minutes=90)

    def test_begins_again_when_a_flag_is_taken_back(self) -> None:
        walk = self.started().wait("50 min")
        walk.do(intents.Revoke("inside/flag/wallet", "was not set"))
        assert left(walk.wait("50 min")) == HOUR
        walk.sign("inside/flag/wallet")
        assert left(walk.wait("50 min")) == timedelta(minutes=10)

    def test_is_never_below_zero(self) -> None:
        assert left(self.started().wait("9 h")) == timedelta(0)

    @pytest.mark.parametrize(
        ("ill", "well"),
        [
            pytest.param(intents.Measure("errors", 5), intents.Measure("errors", 0), id="breach until fine"),
            pytest.param(
                intents.Fire("errors-above-2", "x"), intents.Clear("errors-above-2", "x"), id="fired until cleared"
            ),
        ],
    )
    def test_loses_the_time_of(self, ill: Intent, well: Intent) -> None:
        walk = self.started().wait("10 min")
        walk.do(ill)
        assert left(walk.wait("15 min")) == timedelta(minutes=50)
        walk.do(well)
        assert left(walk) == timedelta(minutes=50)
        assert left(walk.wait("20 min")) == timedelta(minutes=30)

    def test_loses_overlapping_time_once(self) -> None:
        walk = self.started()
        walk.do(intents.Measure("errors", 5))
        walk.wait("5 min").do(intents.Fire("errors-above-2", "x"))
        walk.wait("5 min").do(intents.Measure("errors", 0))
        walk.wait("5 min").do(intents.Measure("uptime", 0))
        walk.wait("5 min").do(intents.Clear("errors-above-2", "x"))
        assert left(walk) == HOUR
        walk.wait("5 min").do(intents.Measure("uptime", 100))
        assert left(walk.wait("15 min")) == timedelta(minutes=45)

    def test_a_breach_ends_neither_by_a_failed_reading_nor_by_another_metric(self) -> None:
        walk = self.started()
        walk.do(intents.Measure("errors", 5))
        walk.wait("10 min").do(intents.Unread("errors", "down"))
        walk.do(intents.Measure("uptime", 100))
        assert left(walk.wait("10 min")) == HOUR

    def test_a_breach_before_the_last_flag_counts_from_the_soak_s_begin(self) -> None:
        walk = Walk(CANARY).to_started("inside")
        walk.do(intents.Measure("errors", 5))
        walk.wait("30 min").sign("inside/flag/new-shop", "inside/flag/wallet")
        walk.wait("10 min").do(intents.Measure("errors", 0))
        assert left(walk.wait("20 min")) == timedelta(minutes=40)

    def test_a_breach_of_the_phase_before_is_not_this_one_s(self) -> None:
        walk = Walk(CANARY).to("some")
        walk.do(intents.Measure("errors", 5))
        walk.to_started("some").sign("some/flag/new-shop", "some/flag/late")
        assert left(walk.wait("30 min")) == timedelta(minutes=90)

    def test_a_trigger_still_fired_at_the_start_is(self) -> None:
        walk = Walk(CANARY).to("some")
        walk.do(intents.Fire("inside/trigger/paid-twice", "x"))
        walk.do(intents.StartPhase("some", ("trigger:inside/trigger/paid-twice",), "known"))
        walk.sign("some/flag/new-shop", "some/flag/late")
        assert left(walk.wait("30 min")) == 2 * HOUR

    def test_a_hold_does_not_stop_it(self) -> None:
        walk = self.started()
        walk.do(intents.Hold("lunch"))
        assert left(walk.wait("20 min")) == timedelta(minutes=40)

    def test_is_extended(self) -> None:
        walk = self.started()
        event = walk.do(intents.Extend("inside", "1 h 30 min", "a quiet day"))
        assert event == ev.SoakExtended("inside", 5400, "a quiet day")
        walk.do(intents.Extend("inside", "30 min", "and more"))
        assert left(walk.wait("20 min")) == timedelta(hours=2, minutes=40)

    @pytest.mark.parametrize(
        ("by", "match"),
        [
            pytest.param("—", "only be made longer.*\n.*override", id="nothing"),
            pytest.param("0 min", "only be made longer", id="zero"),
            pytest.param("-1 h", "not a duration", id="shorter"),
            pytest.param("soon", "not a duration", id="no duration"),
        ],
    )
    def test_is_never_made_shorter(self, by: str, match: str) -> None:
        self.started().refused(intents.Extend("inside", by, "x"), match)

    def test_only_the_started_phase_is_extended(self) -> None:
        walk = Walk(CANARY).to("inside")
        walk.refused(intents.Extend("inside", "1 h", "x"), "not started")
        walk.refused(intents.Extend("some", "1 h", "x"), "out of turn")
        walk.do(intents.StartPhase("inside"))
        walk.refused(intents.Extend("inside", "1 h", " "), "needs a reason")

    def test_is_shortened_by_an_override(self) -> None:
        walk = self.started()
        walk.sign("orders-go-through").do(intents.Measure("errors", 0))
        walk.do(intents.Measure("uptime", 100))
        assert walk.do(intents.Promote("inside", ("soak",), "urgent")) == ev.GatePromoted("inside", ("soak",), "urgent")

    def test_time_under_water_is_over_when_a_fine_reading_comes(self) -> None:
        walk = self.started()
        walk.do(intents.Measure("errors", 5))
        texts = [each.text for each in gates.blockers(walk.run, walk.now) if each.kind is BlockerKind.SOAK]
        assert texts == ["soak: 1 h left (stopped by a breach or trigger)"]


class TestSoakAndAClockThatGoesBack:
    """The clock goes an hour back: the soak may last longer than planned, never shorter."""

    def started(self) -> Walk:
        return Walk(CANARY).to_started("inside").sign("inside/flag/new-shop", "inside/flag/wallet")

    def test_while_it_runs(self) -> None:
        walk = self.started().wait("30 min")
        walk.at -= HOUR
        assert left(walk) == HOUR
        assert left(walk.wait("1 h")) == timedelta(minutes=30)

    def test_between_a_breach_and_a_fine_reading(self) -> None:
        walk = self.started().wait("50 min")
        walk.do(intents.Measure("errors", 5))
        walk.at -= HOUR
        walk.wait("5 min").do(intents.Measure("errors", 0))
        assert left(walk) == HOUR

    def test_while_it_is_in_breach(self) -> None:
        walk = self.started().wait("50 min")
        walk.do(intents.Measure("errors", 5))
        walk.at -= HOUR
        assert left(walk) == HOUR

    def test_between_the_start_and_the_last_flag(self) -> None:
        walk = Walk(CANARY).to_started("inside").sign("inside/flag/new-shop")
        walk.at -= HOUR
        walk.sign("inside/flag/wallet")
        assert left(walk.wait("59 min")) == timedelta(minutes=1)


def test_a_rehearsal_may_skip_its_soaks() -> None:
    walk = Walk(CANARY, rehearsal=True).to_started("inside").sign("inside/flag/new-shop", "inside/flag/wallet")
    assert left(walk) == HOUR
    assert BlockerKind.SOAK not in {each.kind for each in gates.blockers(walk.run, walk.now)}
