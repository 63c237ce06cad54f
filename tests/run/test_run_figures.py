"""One run in figures: what each stage took, and what stands out; and the stages of items, read off their ids."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.plan import toml
from rollout_tui.plan.model import build
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.dora import most_waived
from rollout_tui.run.figures import figures
from rollout_tui.run.sequence import sequence
from rollout_tui.run.stage_map import stage_map
from rollout_tui.run.state import Status
from rollout_tui.runs.folder import FolderRuns
from tests.run.history_log import START, Log

PLANS = sorted((Path(__file__).parents[2] / "plans").glob("[!t]*.toml"))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_what_each_stage_took() -> None:
    run = figures(Log().deployed().completed().entries)
    assert dict(run.stages) == {
        "pre-deployment": minutes(30),
        "migration": minutes(30),
        "some": minutes(120),
        "all": minutes(60),
        "post-deployment": minutes(20),
        "cleanup": minutes(40),
    }
    assert (run.outcome, run.took, run.went) == ("completed", minutes(325), START + minutes(30))
    assert run.reached == START + minutes(195)
    assert not run.interrupted
    assert not run.failed


def test_an_open_run_tells_what_is_finished() -> None:
    run = figures(Log().deployed().entries)
    assert [stage for stage, _ in run.stages] == ["pre-deployment", "migration", "some"]
    assert (run.took, run.ended, run.outcome, run.reached) == (None, None, None, None)


def test_a_phase_that_was_left_and_entered_again_counts_twice() -> None:
    log = Log().deployed().add(ev.PhaseStarted("all")).add(ev.PhaseReduced("all", "some", "slow"), 15)
    log.add(ev.GatePromoted("some"), 60).add(ev.PhaseStarted("all")).add(ev.GatePromoted("all"), 45)
    took = dict(figures(log.entries).stages)
    assert (took["some"], took["all"]) == (minutes(180), minutes(60))


def test_a_start_that_was_a_mistake_is_no_time() -> None:
    log = Log().add(ev.GatePromoted("pre-deployment")).add(ev.PhaseStarted("some"))
    log.add(ev.ItemRevoked("some/start", "start", "too early"), 30)
    assert dict(figures(log.entries).stages) == {"pre-deployment": minutes(10)}


def test_waivers_that_were_taken_back_do_not_count() -> None:
    log = Log().add(ev.ItemWaived("tests", "flaky")).add(ev.ItemWaived("health", "no time"), by="bob")
    log.add(ev.ItemRevoked("tests", "waived", "mended"))
    (waived,) = figures(log.entries).waived
    assert (waived.item, waived.by, waived.reason, waived.seq) == ("health", "bob", "no time", 2)
    log.add(ev.ItemSigned("health"))
    assert figures(log.entries).waived == ()


def test_a_redline_brings_items_and_voids_waivers() -> None:
    log = Log().deployed().add(ev.ItemWaived("health", "no time")).add(ev.ItemWaived("tests", "flaky"))
    items = (*log.entries[0].event.items[:9], "logs", *log.entries[0].event.items[9:])  # type: ignore[union-attr]
    log.add(ev.PlanRedlined(("x",), "x", items, (), "", ("health",)))
    log.add(ev.PhaseStarted("all")).add(ev.GatePromoted("all"), 60).add(ev.ItemWaived("logs", "nobody reads them"), 20)
    run = figures(log.entries)
    assert run.redlines == 1
    assert [each.item for each in run.waived] == ["tests", "logs"]
    assert dict(run.stages)["post-deployment"] == minutes(20)
    assert {(each.item, each.runs) for each in most_waived([run])} == {("tests", 1), ("logs", 1)}


def test_overrides_of_start_phase_and_gate() -> None:
    log = Log(overrides=("R2",), reason="agreed")
    log.add(ev.GatePromoted("pre-deployment", ("open:tests",), "urgent"), by="bob")
    log.add(ev.PhaseStarted("some", ("open:migration/add-column",), "later"))
    log.add(ev.GatePromoted("some"))
    found = [(each.stage, each.by, each.past, each.reason) for each in figures(log.entries).overrides]
    assert found == [
        ("start", "alice", ("R2",), "agreed"),
        ("pre-deployment", "bob", ("open:tests",), "urgent"),
        ("some", "alice", ("open:migration/add-column",), "later"),
    ]


@pytest.mark.parametrize(("took", "over"), [(300, False), (301, True)])
def test_a_rollback_against_its_target(took: int, over: bool) -> None:
    log = Log().deployed().add(ev.PhaseStarted("all"))
    log.add(ev.RollbackStarted("bug", "errors"), 20, happened=log.at + minutes(15))
    log.add(ev.RollbackFinished("restored", took, 300)).add(ev.RunClosed("rolled-back", 0, "restored"))
    run = figures(log.entries)
    (back,) = run.rollbacks
    assert (back.scenario, back.outcome, back.over) == ("bug", "restored", over)
    assert dict(run.stages)["all"] == minutes(15), "up to when the rollback is said to have begun"
    assert run.failed
    assert not run.rolling_back


def test_a_rollback_called_off_goes_on_with_its_phase_and_is_no_failure() -> None:
    log = Log().deployed().add(ev.PhaseStarted("all")).add(ev.RollbackStarted("bug", "errors"), 20)
    assert figures(log.entries).rolling_back
    log.add(ev.RollbackFinished("called-off", 60, 300), 5).add(ev.GateReleased("false alarm"), 300)
    log.add(ev.GatePromoted("all"), 10)
    run = figures(log.entries)
    assert dict(run.stages)["all"] == minutes(330)
    assert not run.failed
    assert run.gaps == (), "it is held meanwhile"


def test_silences_count_outside_phases_and_holds() -> None:
    log = Log().add(ev.NoteAdded("one"), 241).add(ev.NoteAdded("two"), 240)
    log.add(ev.GateHeld("night")).add(ev.GateReleased("day"), 600)
    log.add(ev.GatePromoted("pre-deployment")).add(ev.PhaseStarted("some")).add(ev.GatePromoted("some"), 3000)
    log.add(ev.Recovered(20, "ab", "log.torn")).add(ev.RunClosed("aborted", 0, "given up"))
    log.add(ev.NoteAdded("weeks later"), 20_000)
    run = figures(log.entries)
    assert [(gap.seq, gap.took) for gap in run.gaps] == [(1, minutes(241))]
    assert (run.recovered, run.interrupted, run.failed) == (1, True, True)


def test_a_clock_that_steps_back_takes_no_time() -> None:
    log = Log().add(ev.GatePromoted("pre-deployment")).add(ev.PhaseStarted("some")).add(ev.GatePromoted("some"), -90)
    assert dict(figures(log.entries).stages)["some"] == timedelta(0)


def test_what_does_not_start_a_run_is_none() -> None:
    with pytest.raises(ValueError, match="does not start a run"):
        figures(Log().add(ev.NoteAdded("x")).entries[1:])


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
@pytest.mark.parametrize("timing", ["before", "during", "after"])
def test_the_ids_tell_the_stages_that_the_plan_has(path: Path, timing: str) -> None:
    text = path.read_text().replace('database_migration = "', f'database_migration = "{timing}" #')
    laid_out = sequence(build(tomllib.loads(text)))
    found = stage_map(tuple(laid_out.items))
    assert {key: stage for key, stage in found.stage_of.items() if stage != "rollback"} == {
        item.id: stage.id for stage in laid_out.stages for item in stage.items
    }
    assert found.stages == tuple(stage.id for stage in laid_out.stages if stage.items)
    assert found.gateless == {stage.id for stage in laid_out.stages if stage.items and not stage.has_gate}
    assert found.last_phase == [stage.id for stage in laid_out.stages if stage.phase][-1]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_figures_agree_with_the_run_that_was_walked(path: Path, tmp_path: Path) -> None:
    loaded = toml.load(path)
    rehearsal = Rehearsal(FolderRuns(tmp_path), loaded.plan, loaded.text, SimulatedClock(START).now())
    first = next(item for item in rehearsal.session.run.stage.items if not item.proves)
    rehearsal.session.act(intents.Waive(first.id, "no"))
    entries = [rehearsal.session.entries[0], rehearsal.session.entries[1], *rehearsal.walk()]
    run, found = rehearsal.session.run, figures(entries)
    assert {each.item for each in found.waived} == {k for k, v in run.items.items() if v.status is Status.WAIVED}
    assert run.closed is not None
    assert (found.outcome, found.ended) == (run.closed.outcome, run.closed.mark.at)
    assert found.went == run.gates["pre-deployment"].mark.at
    assert [stage for stage, _ in found.stages] == [s.id for s in run.sequence.stages if s.items]
    for stage, took in found.stages:
        if stage in run.phases:
            assert took == run.gates[stage].mark.at - run.phases[stage].started.at
    assert found.took is not None
    assert sum((took for _, took in found.stages), timedelta(0)) <= found.took
