"""Planned against actual: what is left by plan, how far a run is over it, and whether it fits its window."""

from datetime import timedelta

import pytest

from rollout_tui.run import intents
from rollout_tui.run.pace import Pace, pace
from tests.run.driver import Walk
from tests.run.run_plans import BLUE_GREEN, CANARY, FILLED, PLANS

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


def of(walk: Walk) -> Pace:
    found = pace(walk.run, walk.now)
    assert found is not None
    return found


def test_there_is_none_before_the_go_in_a_rollback_and_after_the_close() -> None:
    walk = Walk(CANARY).to_next("go")
    assert pace(walk.run, walk.now) is None
    walk.to_started("inside")
    assert pace(walk.run, walk.now) is not None
    walk.do(intents.RollBack("bug", "it fell over"))
    assert pace(walk.run, walk.now) is None


def test_a_run_that_keeps_to_its_plan_is_neither_over_nor_under() -> None:
    walk = Walk(CANARY).to("inside")
    assert of(walk).left == 3 * HOUR
    walk.to_gate("inside")
    assert (of(walk).over, of(walk).left) == (ZERO, 2 * HOUR)
    walk.to_gate("some")
    assert (of(walk).over, of(walk).left) == (ZERO, ZERO)


def test_waiting_at_a_gate_and_before_a_start_is_over_plan() -> None:
    walk = Walk(CANARY).to_gate("inside").wait("20 min")
    assert of(walk).over == timedelta(minutes=20)
    walk.to("some").wait("30 min")
    assert (of(walk).over, of(walk).left) == (timedelta(minutes=20), 2 * HOUR), "the next stage's time is not up yet"
    walk.to_gate("some")
    assert of(walk).over == timedelta(minutes=50)
    assert of(walk).words == ("no planned time left", "50 min over plan")


AT_NIGHT = {
    "not begun: from the sign-off before": ("", "4 h", 60),
    "begun an hour later, and done in time": ("1 h", "3 h", 0),
    "begun at once, and an hour too long": ("0 s", "4 h", 60),
    "begun an hour later, and an hour too long": ("1 h", "4 h", 60),
    "begun an hour later, and done in two": ("1 h", "2 h", -60),
}


@pytest.mark.parametrize(("begun_after", "took", "over"), AT_NIGHT.values(), ids=AT_NIGHT)
def test_a_step_that_was_begun_takes_from_there_to_its_sign_off(begun_after: str, took: str, over: int) -> None:
    walk = Walk(FILLED).to("migration").sign("add-column", "install")
    if begun_after:
        walk.wait(begun_after).do(intents.Begin("fill"))
    walk.wait(took)
    here = of(walk)
    assert here.over == max(ZERO, timedelta(minutes=over)), "while it runs"
    assert here.left == 3 * HOUR + max(ZERO, timedelta(minutes=-over)), "the soaks, and the rest of the step"
    assert of(walk.sign("fill")).over == timedelta(minutes=over)
    assert of(walk.to_started("inside").sign("inside/flag/new-shop", "inside/flag/wallet")).over == timedelta(
        minutes=over
    ), "a later stage does not change it"


def test_a_soak_cut_short_by_an_override_is_under_plan() -> None:
    walk = Walk(CANARY).to_gate("inside")
    walk.do(intents.Promote("inside"))
    walk.to_started("some")
    walk.sign("some/flag/new-shop", "some/flag/late").wait("30 min")
    blockers = tuple(walk.blockers())
    walk.do(intents.Promote("some", blockers, "it has to be out today"))
    assert of(walk).over == -90 * timedelta(minutes=1)
    assert "1 h 30 min under plan" in of(walk).words


@pytest.mark.parametrize(
    ("waited", "late", "words"),
    [
        ("10 min", timedelta(minutes=-5), "fits its window by 5 min"),
        ("15 min", ZERO, "fits its window by 0 s"),
        ("40 min", timedelta(minutes=25), "misses its window by 25 min"),
    ],
)
def test_the_window_is_missed_when_the_last_phase_starts_after_its_end(
    waited: str, late: timedelta, words: str
) -> None:
    """The window is open until 15:00 and `Shadow` soaks 45 minutes; the run begins at 12:00."""
    walk = Walk(BLUE_GREEN).wait("2 h").to("shadow").wait(waited)
    assert of(walk).late == late
    assert words in of(walk).words


def test_a_last_phase_that_was_started_can_miss_nothing_more() -> None:
    walk = Walk(BLUE_GREEN).to_started("live").wait("5 h")
    assert of(walk).late is None
    assert of(walk).wide is None


@pytest.mark.parametrize("name", PLANS)
def test_every_step_of_every_plan_has_a_pace_after_its_go(name: str) -> None:
    walk = Walk(PLANS[name])
    while walk.run.closed is None:
        found = pace(walk.run, walk.now)
        assert (found is not None) is walk.run.deployed
        if found is not None:
            assert found.left >= ZERO
            assert found.words
        walk.wait("1 min").step()
