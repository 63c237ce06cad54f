"""A soak that is sensed: time in which nobody looked counts only where the source's own history tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rollout_tui.probes import Outcome
from rollout_tui.run.blocker import BlockerKind
from rollout_tui.run.gates import blockers
from rollout_tui.run.soak import observed, soak_left
from rollout_tui.run.subjects.triggers_acts import Clear
from tests.sensing.world import PLAIN, SUSTAINED, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# Looked at every five minutes, two days are soon over.
SELDOM = PLAIN.replace('unit = "%" }', 'unit = "%", every = "5 min" }').replace(
    'unit = "ms" }', 'unit = "ms", every = "5 min" }'
)
ONLY_PROMETHEUS = SELDOM.replace('probe = { command = ["./latency"], unit = "ms", every = "5 min" }', "")


def left(world: World) -> timedelta:
    return soak_left(world.session.run, world.session.run.stage, world.session.moment())


def is_open(world: World) -> bool:
    """Whether the soak no longer keeps the gate shut."""
    found = blockers(world.session.run, world.session.moment())
    return not any(each.kind is BlockerKind.SOAK for each in found)


def seen(world: World) -> tuple[timedelta, timedelta]:
    return observed(world.session.run, world.session.run.stage, world.session.moment())


def go_for(world: World, span: timedelta) -> None:
    """Let time go by; the gate is never open before the soak is over."""
    end = world.clock.now() + span
    while world.clock.now() < end:
        world.clock.advance(5 * MINUTE)
        world.step()


def remembers(breach: tuple[datetime, datetime] | None = None) -> Callable[[str, datetime], float | None]:
    """A source that knows of every time, of which one was in breach."""
    return lambda _query, at: 3.0 if breach is not None and breach[0] <= at < breach[1] else 0.2


def test_a_gap_is_filled_from_the_source_and_a_breach_in_it_is_found(tmp_path: Path) -> None:
    world = World(tmp_path, ONLY_PROMETHEUS).go()
    began = world.clock.now()
    go_for(world, 10 * HOUR)
    world.says["errors"] = Outcome.ERROR
    go_for(world, 2 * HOUR)
    assert left(world) > 38 * HOUR - 5 * MINUTE
    world.says["errors"] = 0.2
    world.history = remembers((began + 11 * HOUR, began + 11 * HOUR + 10 * MINUTE))
    go_for(world, 10 * MINUTE)
    afterwards = [each for each in world.observed("errors") if each.afterwards]
    assert [each.outcome for each in afterwards] == ["pass", "fail", "pass"]
    assert not world.session.run.breached
    while not is_open(world):
        assert world.clock.now() < began + 49 * HOUR
        go_for(world, 5 * MINUTE)
    # Nothing was blind in the end, and what was in breach does not count.
    assert seen(world)[1] == timedelta(0)
    assert timedelta(0) <= world.clock.now() - (began + 48 * HOUR) - 10 * MINUTE <= 10 * MINUTE


def test_what_has_no_history_stays_unseen_and_does_not_count(tmp_path: Path) -> None:
    world = World(tmp_path, SELDOM).go()
    began = world.clock.now()
    go_for(world, 10 * HOUR)
    world.says["./latency"] = Outcome.ERROR
    go_for(world, 2 * HOUR)
    world.says["./latency"] = 120.0
    while not is_open(world):
        assert world.clock.now() < began + 51 * HOUR
        go_for(world, 5 * MINUTE)
    blind = seen(world)[1]
    assert 2 * HOUR <= blind <= 2 * HOUR + 5 * MINUTE
    assert world.clock.now() - began - 48 * HOUR - blind <= 5 * MINUTE


def test_a_weekend_with_the_laptop_closed_is_read_afterwards(tmp_path: Path) -> None:
    world = World(tmp_path, ONLY_PROMETHEUS).go()
    go_for(world, HOUR)
    world.history = remembers()
    world.clock.advance(47 * HOUR)
    assert not is_open(world)
    go_for(world, 15 * MINUTE)
    assert is_open(world)


def test_a_computer_that_slept_for_some_minutes_leaves_a_gap(tmp_path: Path) -> None:
    world = World(tmp_path).go()
    world.run_for(14 * MINUTE)
    world.clock.advance(10 * MINUTE)
    world.run_for(20 * MINUTE)
    blind = seen(world)[1]
    assert 10 * MINUTE <= blind <= 12 * MINUTE


def test_a_gap_that_the_source_does_not_know_is_asked_for_once(tmp_path: Path) -> None:
    world = World(tmp_path, ONLY_PROMETHEUS).go()
    go_for(world, HOUR)
    asked: list[datetime] = []

    def knows_nothing(_query: str, at: datetime) -> None:
        asked.append(at)

    world.history = knows_nothing
    world.clock.advance(2 * HOUR)
    go_for(world, HOUR)
    assert len(asked) == len(set(asked)) > 0
    assert seen(world)[1] >= 2 * HOUR - 15 * MINUTE


def test_a_gap_of_which_the_source_could_not_be_asked_is_asked_for_again(tmp_path: Path) -> None:
    world = World(tmp_path, ONLY_PROMETHEUS).go()
    go_for(world, HOUR)
    world.history, world.refuses = remembers(), 2
    world.clock.advance(2 * HOUR)
    go_for(world, 10 * MINUTE)
    assert world.refuses == 1
    assert not any(each.afterwards for each in world.observed("errors"))
    go_for(world, HOUR)
    assert world.refuses == 0
    assert any(each.afterwards for each in world.observed("errors"))
    assert seen(world)[1] == timedelta(0)


def test_the_gate_opens_as_soon_as_the_soak_is_over_not_at_the_next_quarter(tmp_path: Path) -> None:
    world = World(tmp_path, PLAIN.replace('"48 h"', '"20 min"')).go()
    began = world.clock.now()
    while not is_open(world):
        assert world.clock.now() < began + 30 * MINUTE
        world.run_for(MINUTE)
    assert world.clock.now() - began <= 22 * MINUTE


# How a trigger that fires after 5 min fires, or does not: what is seen for how many minutes, one after the other.
COURSES: list[tuple[str, list[tuple[float | Outcome, int]], bool]] = [
    ("fine", [(0.1, 10)], False),
    ("a spike", [(5.0, 4), (0.1, 5)], False),
    ("for five minutes", [(5.0, 7)], True),
    ("interrupted", [(5.0, 4), (0.1, 1), (5.0, 4)], False),
    ("unseen for a minute of six", [(5.0, 3), (Outcome.ERROR, 1), (5.0, 3)], True),
    ("unseen most of the time", [(5.0, 1), (Outcome.ERROR, 6), (5.0, 1)], False),
    ("the source dies while it is wrong", [(5.0, 7), (Outcome.ERROR, 30)], True),
]


@pytest.mark.parametrize(("name", "course", "fires"), COURSES, ids=[each[0] for each in COURSES])
def test_a_sustained_trigger_fires_and_holds_the_run(
    tmp_path: Path, name: str, course: list[tuple[float | Outcome, int]], fires: bool
) -> None:
    world = World(tmp_path, SUSTAINED).go()
    for said, minutes in course:
        world.says["burst"] = said
        world.run_for(minutes * MINUTE)
    run = world.session.run
    assert (bool(run.fired), run.held is not None) == (fires, fires), name
    world.says["burst"] = 0.1
    world.run_for(20 * MINUTE)
    assert bool(world.session.run.fired) is fires, "it never clears by itself"


def test_a_trigger_that_was_cleared_fires_again_only_by_what_is_seen_since(tmp_path: Path) -> None:
    world = World(tmp_path, SUSTAINED).go()
    world.says["burst"] = 5.0
    world.run_for(7 * MINUTE)
    (trigger,) = world.session.run.fired
    world.session.act(Clear(trigger, "a load test"))
    world.run_for(MINUTE)
    assert not world.session.run.fired
    world.says["burst"] = 0.1
    world.run_for(2 * MINUTE)
    world.says["burst"] = 5.0
    world.run_for(7 * MINUTE)
    assert world.session.run.fired


def test_of_a_breach_after_nobody_looked_for_long_nobody_knows(tmp_path: Path) -> None:
    world = World(tmp_path, SUSTAINED).go()
    world.run_for(3 * MINUTE)
    world.clock.advance(HOUR)
    world.says["burst"] = 5.0
    world.step()
    run = world.session.run
    (trigger,) = (item.id for item in run.stage.items if item.trigger is not None)
    assert run.observed[trigger].newest.outcome == "unknown"
    assert any(each.subject == trigger for each in blockers(run, world.session.moment()))


def test_a_trigger_that_still_fails_fires_again_once_it_was_cleared(tmp_path: Path) -> None:
    world = World(tmp_path, SUSTAINED).go()
    world.says["burst"] = 5.0
    world.run_for(7 * MINUTE)
    (trigger,) = world.session.run.fired
    world.session.act(Clear(trigger, "a load test"))
    world.run_for(4 * MINUTE)
    assert not world.session.run.fired
    assert any(each.subject == trigger for each in blockers(world.session.run, world.session.moment()))
    world.run_for(3 * MINUTE)
    assert world.session.run.fired


def test_a_hold_of_a_probe_is_told_as_its(tmp_path: Path) -> None:
    world = World(tmp_path, SUSTAINED).go()
    world.says["burst"] = 5.0
    world.run_for(7 * MINUTE)
    found = {each.kind: each.text for each in blockers(world.session.run, world.session.moment())}
    assert found[BlockerKind.HOLD] == "held by a probe: trigger fired: Errors for 5 min"
