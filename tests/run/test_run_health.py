"""Healthy time: whatever takes the release out or makes it unwell stops the soak, or begins it anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout_tui.run import intents
from rollout_tui.run.gates import BlockerKind, blockers
from rollout_tui.run.intents import Intent
from rollout_tui.run.soak import soak_left
from tests.run.driver import Walk
from tests.run.edits import redline
from tests.run.run_plans import CANARY

HOUR = timedelta(hours=1)
RESTART = CANARY.replace('name = "Inside"\n', 'name = "Inside"\nafter_breach = "restart"\n', 1)
FLAGS = ("inside/flag/new-shop", "inside/flag/wallet")


def left(walk: Walk) -> timedelta:
    return soak_left(walk.run, walk.run.stage, walk.now)


def soaking(text: str = CANARY, rules: int = 2) -> Walk:
    """`Inside`, which soaks for an hour, ten minutes into its soak."""
    return Walk(text, rules=rules).to_started("inside").sign(*FLAGS).wait("10 min")


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


class TestRollback:
    def test_is_no_healthy_time(self) -> None:
        walk = soaking()
        walk.do(intents.RollBack("bug", "it fell over"))
        assert left(walk.wait("30 min")) == minutes(50)
        soak = next(each for each in blockers(walk.run, walk.now) if each.kind is BlockerKind.SOAK)
        assert soak.text == "soak: 50 min left (stopped by the rollback)"

    def test_called_off_untouched_the_soak_goes_on(self) -> None:
        walk = soaking()
        walk.do(intents.RollBack("bug", "it fell over"))
        walk.wait("30 min").do(intents.FinishRollback("called-off", "a false alarm"))
        assert walk.run.unwell_since is None
        walk.sign(*(each for each in FLAGS if walk.state(each).value == "open"))
        assert left(walk.wait("20 min")) == minutes(30)

    @pytest.mark.parametrize("step", ["rollback/bug/1", "rollback/bug/2"])
    def test_called_off_behind_signed_steps_it_begins_anew(self, step: str) -> None:
        walk = soaking()
        walk.do(intents.RollBack("bug", "it fell over"))
        walk.do(intents.Sign(step))
        walk.wait("30 min").do(intents.FinishRollback("called-off", "it works again"))
        assert left(walk) == HOUR
        assert left(walk.wait("20 min")) == minutes(40)

    def test_called_off_in_breach_it_stays_stopped(self) -> None:
        walk = soaking()
        walk.do(intents.RollBack("bug", "it fell over"))
        walk.do(intents.Measure("errors", 5))
        walk.wait("30 min").do(intents.FinishRollback("called-off", "try again"))
        assert left(walk.wait("10 min")) == minutes(50)
        walk.do(intents.Measure("errors", 0))
        assert left(walk.wait("10 min")) == minutes(40)

    def test_failed_and_tried_again_is_one_time(self) -> None:
        walk = soaking()
        walk.do(intents.RollBack("bug", "it fell over"))
        walk.wait("10 min").do(intents.FinishRollback("failed", "no image"))
        walk.wait("10 min").do(intents.RollBack("patch", "so"))
        walk.wait("10 min").do(intents.FinishRollback("called-off", "it healed"))
        assert left(walk) == minutes(50)

    def test_by_the_first_rules_the_soak_goes_on(self) -> None:
        walk = soaking(rules=1)
        walk.do(intents.RollBack("bug", "it fell over"))
        assert left(walk.wait("30 min")) == minutes(20)


class TestTakenBack:
    @pytest.mark.parametrize(
        ("item", "again"),
        [
            pytest.param("fill", intents.Sign("fill"), id="a migration step"),
            pytest.param("inside/flag/wallet", intents.Sign("inside/flag/wallet"), id="a flag"),
            pytest.param("inside/flag/wallet", intents.Waive("inside/flag/wallet", "later"), id="a flag, then waived"),
        ],
    )
    def test_has_to_be_begun_again(self, item: str, again: Intent) -> None:
        walk = soaking()
        walk.do(intents.Revoke(item, "it was not"))
        assert left(walk.wait("10 min")) == HOUR
        walk.do(again)
        assert left(walk.wait("10 min")) == minutes(50)

    def test_a_flag_of_the_phase_before_too(self) -> None:
        walk = Walk(CANARY).to_started("some").sign("some/flag/new-shop", "some/flag/late").wait("30 min")
        assert left(walk) == minutes(90)
        walk.do(intents.Revoke("inside/flag/wallet", "it is off"))
        assert left(walk) == 2 * HOUR
        walk.sign("inside/flag/wallet")
        assert left(walk.wait("10 min")) == minutes(110)

    def test_by_the_first_rules_a_step_of_another_stage_stops_nothing(self) -> None:
        walk = soaking(rules=1)
        walk.do(intents.Revoke("fill", "x"))
        assert left(walk.wait("10 min")) == minutes(40)

    def test_a_reduction_begins_the_soak_of_the_phase_before_anew(self) -> None:
        walk = Walk(CANARY).to_started("some")
        walk.do(intents.Measure("errors", 5))
        walk.do(intents.Reduce("some", "errors"))
        walk.sign(*FLAGS).wait("20 min")
        assert left(walk) == HOUR, "in breach still"
        walk.do(intents.Measure("errors", 0))
        assert left(walk.wait("20 min")) == minutes(40)


class TestAfterBreach:
    @pytest.mark.parametrize(
        ("ill", "well"),
        [
            pytest.param(intents.Measure("errors", 5), intents.Measure("errors", 0), id="breach"),
            pytest.param(intents.Fire("errors-above-2", "x"), intents.Clear("errors-above-2", "x"), id="trigger"),
            pytest.param(
                intents.RollBack("bug", "x"), intents.FinishRollback("called-off", "x"), id="a rollback called off"
            ),
        ],
    )
    @pytest.mark.parametrize(("text", "after"), [(CANARY, minutes(50)), (RESTART, HOUR)], ids=["pause", "restart"])
    def test_the_soak_goes_on_or_begins_anew(self, text: str, after: timedelta, ill: Intent, well: Intent) -> None:
        walk = soaking(text)
        walk.do(ill)
        assert left(walk.wait("5 min")) == after
        walk.do(well)
        assert left(walk) == after
        assert left(walk.wait("10 min")) == after - minutes(10)

    def test_two_at_once_begin_it_anew_with_the_last(self) -> None:
        walk = soaking(RESTART)
        walk.do(intents.Measure("errors", 5))
        walk.do(intents.Measure("uptime", 5))
        walk.wait("5 min").do(intents.Measure("errors", 0))
        assert left(walk.wait("5 min")) == HOUR
        walk.do(intents.Measure("uptime", 100))
        assert left(walk.wait("5 min")) == minutes(55)

    def test_what_was_added_to_it_stays(self) -> None:
        walk = soaking(RESTART)
        walk.do(intents.Extend("inside", "30 min", "a quiet day"))
        walk.do(intents.Measure("errors", 5))
        walk.do(intents.Measure("errors", 0))
        assert left(walk) == minutes(90)

    def test_a_run_of_the_version_before_is_not_redlined_to_it(self) -> None:
        edit = ('name = "Inside"\n', 'name = "Inside"\nafter_breach = "restart"\n')
        redline(soaking(), edit)
        with pytest.raises(Exception, match="the version that began the run does not know"):
            redline(soaking(rules=1), edit)
