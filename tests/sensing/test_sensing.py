"""What a session senses of its run: what it looks at, when, and what of that it records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.errors import Refused, RolloutError, UsageError
from rollout_tui.probes import Outcome
from rollout_tui.run import intents
from rollout_tui.run.events import Observed
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


def test_a_look_that_comes_back_in_another_stage_is_made_anew(world: World) -> None:
    world.is_slow = True
    world.sensing.ask(["errors"])
    world.step()
    world.is_slow = False
    world.go()
    before = len(world.observed("errors"))
    world.says["errors"] = 7.0
    world.answer()
    world.step()
    assert len(world.observed("errors")) == before
    world.says["errors"] = 0.3
    world.step()
    assert [each.value for each in world.observed("errors")[before:]] == [0.3]
    assert world.sensing.pending == 0


def test_what_was_seen_is_recorded_when_who_looks_leaves(world: World) -> None:
    world.go().run_for(10 * MINUTE)
    before = world.observed("errors")[-1].until
    assert [each.event.samples for each in world.sensing.end() if isinstance(each.event, Observed)] == [9, 9]
    assert world.observed("errors")[-1].until > before
    _, other = world.join()
    list(other.step())
    assert other.prober == ""


def test_a_look_whose_record_failed_is_recorded_later(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.go().run_for(2 * MINUTE)
    world.says["errors"] = 3.0
    with monkeypatch.context() as patched:
        patched.setattr(world.session, "act", _full)
        world.clock.advance(MINUTE)
        with pytest.raises(RolloutError, match="disk"):
            world.step()
    world.says["errors"] = 0.2
    world.run_for(MINUTE)
    assert "fail" in [each.outcome for each in world.observed("errors")]


def _full(*_: object, **__: object) -> None:
    raise RolloutError("the disk is full")


def test_a_clock_that_is_set_back_keeps_nobody_from_looking(world: World) -> None:
    world.go().run_for(3 * MINUTE)
    asked = world.asked.count("errors")
    world.clock.set_ahead(timedelta(hours=-2))
    world.clock.advance(MINUTE)
    # What was seen by a time that is yet to come can't be recorded, and that is said.
    with pytest.raises(UsageError, match="future"):
        world.step()
    with suppress(UsageError):
        world.step()
    world.run_for(9 * MINUTE)
    assert world.asked.count("errors") == asked + 10


def test_a_lease_that_can_not_be_had_keeps_nobody_from_looking_once(world: World) -> None:
    world.go()
    with patched_lease(world):
        world.sensing.ask(["errors"])
        before = len(world.observed("errors"))
        with pytest.raises(RolloutError, match="lease"):
            world.step()
    assert len(world.observed("errors")) == before + 1


@contextmanager
def patched_lease(world: World) -> Iterator[None]:
    def refuse() -> str:
        raise RolloutError("no lease here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.session, "take_lease", refuse)
        yield
