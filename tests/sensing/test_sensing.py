"""What a session senses of its run: what it looks at, when, and what of that it records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.errors import Refused
from rollout_tui.probes import Outcome
from rollout_tui.run import intents
from rollout_tui.run.state import Status
from tests.sensing.world import World

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_is_asked_for_is_looked_at_once_and_recorded_with_its_evidence(world: World) -> None:
    world.sensing.ask(["tests", "errors"])
    assert world.sensing.pending == 2
    entries = world.step()
    assert sorted(world.asked) == ["./look", "errors"]
    assert world.sensing.pending == 0
    assert world.session.run.state("tests").status is Status.SENSED
    kept = world.runs.evidence(world.session.ref, entries[0].extras.evidence)
    assert b'"asked"' in kept
    world.run_for(5 * MINUTE)
    assert len(world.asked) == 2, "before a phase is started nothing looks by itself"


def test_in_a_soak_metrics_are_looked_at_again_and_again_and_recorded_every_quarter(world: World) -> None:
    world.go()
    world.run_for(46 * MINUTE)
    assert world.asked.count("errors") == 1 + 46
    windows = world.observed("errors")[1:]
    assert [each.samples for each in windows] == [1, 16, 16]
    assert world.asked.count("./look") == 1, "a tick of pre-deployment is looked at where something is decided"


def test_a_change_is_recorded_at_once_with_the_time_before_it(world: World) -> None:
    world.go()
    world.run_for(5 * MINUTE)
    world.says["errors"] = 3.0
    world.run_for(MINUTE)
    before, breach = world.observed("errors")[-2:]
    assert (before.outcome, before.samples, breach.outcome, breach.value) == ("pass", 4, "fail", 3.0)
    assert "errors" in world.session.run.breached
    world.says["errors"] = 0.1
    world.run_for(MINUTE)
    assert not world.session.run.breached


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ERROR])
def test_what_can_not_be_seen_is_recorded_once_and_clears_nothing(world: World, outcome: Outcome) -> None:
    world.go()
    world.says["errors"] = 3.0
    world.run_for(2 * MINUTE)
    world.says["errors"] = outcome
    world.run_for(10 * MINUTE)
    assert world.observed("errors")[-1].outcome == outcome
    assert sum(each.outcome == outcome for each in world.observed("errors")) == 1
    assert "errors" in world.session.run.breached


def test_a_value_that_can_not_be_is_unknown(world: World) -> None:
    world.says["errors"] = 140.0
    world.sensing.ask(["errors"])
    world.step()
    (seen,) = world.observed("errors")
    assert (seen.outcome, seen.value, seen.reason) == ("unknown", None, "140 can't be a reading in %")


def test_nothing_looks_before_it_is_trusted_or_after_that_has_changed(world: World) -> None:
    world.trusted = False
    world.sensing.ask(["tests"])
    with pytest.raises(Refused, match="not trusted"):
        world.step()
    assert world.asked == []
    world.trusted = True
    world.go().run_for(3 * MINUTE)
    asked = len(world.asked)
    world.trusted = False
    world.clock.advance(MINUTE)
    with pytest.raises(Refused, match="has changed since"):
        world.step()
    world.run_for(10 * MINUTE)
    assert len(world.asked) == asked, "it is said once, and nothing looks"


def test_who_trusts_nothing_asks_no_source_for_its_history_either_and_keeps_nobody_from_looking(world: World) -> None:
    remembered: list[str] = []
    world.history = lambda query, _at: remembered.append(query)
    world.go().run_for(20 * MINUTE)
    world.session.close()
    world.clock.advance(timedelta(hours=1))
    world.trusted = False
    _, eve = world.join("eve")
    with pytest.raises(Refused):
        list(eve.step())
    assert remembered == []
    assert eve.prober is None
    world.trusted = True
    _, bob = world.join("bob")
    list(bob.step())
    assert "errors" in remembered
    assert bob.prober == ""


def test_who_may_not_look_says_nothing_while_another_does(world: World) -> None:
    world.go().run_for(3 * MINUTE)
    _, other = world.join()
    world.trusted = False
    assert list(other.step()) == []
    assert other.prober == "alice (alice@bastion)"


def test_who_may_look_takes_over_from_who_may_not_any_more(world: World) -> None:
    world.go().run_for(3 * MINUTE)
    _, other = world.join()
    world.trusted = False
    world.clock.advance(MINUTE)
    with pytest.raises(Refused):
        world.step()
    world.trusted = True
    list(other.step())
    assert other.prober == ""


def test_nothing_looks_once_the_run_is_closed(world: World) -> None:
    world.go()
    world.session.act(intents.Abort("enough", confirm=world.session.run.id))
    asked = len(world.asked)
    world.run_for(5 * MINUTE)
    assert len(world.asked) == asked


def test_two_who_sense_record_each_window_once_and_one_takes_over(world: World) -> None:
    world.go()
    session, other = world.join()
    for _ in range(80):
        world.clock.advance(timedelta(seconds=30))
        world.step()
        session.refresh()
        list(other.step())
    assert [each.samples for each in world.observed("errors")[1:]] == [1, 16, 16]
    assert other.prober == "alice (alice@bastion)"
    asked = world.asked.count("errors")
    world.session.close()
    for _ in range(60):
        world.clock.advance(timedelta(seconds=30))
        list(other.step())
    assert world.asked.count("errors") == asked + 30
    assert session.entries[-1].stamp.by == "bob"


def test_a_slow_source_delays_nobody_and_is_never_asked_twice_at_once(world: World) -> None:
    world.go()
    world.is_slow = True
    world.run_for(5 * MINUTE)
    assert len(world.waiting) == 2
    world.session.act(intents.Note("still here"))
    world.answer()
    world.step()
    assert [each.samples for each in world.observed("errors")[1:]] == [1]


def test_a_look_that_comes_back_in_another_stage_is_dropped(world: World) -> None:
    world.is_slow = True
    world.sensing.ask(["errors"])
    world.step()
    world.is_slow = False
    world.go()
    before = len(world.observed())
    world.answer()
    world.step()
    assert len(world.observed()) == before
    assert world.sensing.pending == 0
