"""One run has one figure: what a report says of its stages is what the history counts, on every walk."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout_tui.report.formats import render
from rollout_tui.report.model import LogVerdict, Report, make_report
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.blocker_groups import grouped
from rollout_tui.run.figures import Figures, figures
from rollout_tui.run.gates import blockers
from tests.run.driver import Walk
from tests.run.moves import LARGEST, Move, play
from tests.run.run_plans import AFTER, BLUE_GREEN, CANARY, ROLLING
from tests.share import share

NUMBERS = st.integers(0, LARGEST)
MOVES: st.SearchStrategy[list[Move]] = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=60)
NOTHING = timedelta(0)


def told(walk: Walk) -> tuple[Report, Figures]:
    report = make_report(walk.run, walk.entries, LogVerdict("whole", True, ""), walk.at)
    return report, figures(walk.entries)


@settings(max_examples=share(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=st.sampled_from([AFTER, BLUE_GREEN, CANARY, ROLLING]), moves=MOVES)
def test_a_report_and_the_history_give_a_stage_the_same_time(plan: str, moves: list[Move]) -> None:
    walk = Walk(plan, rehearsal=True)
    play(walk, moves, lambda _: None, lambda *_: None)
    report, found = told(walk)
    sequences = [walk.run.sequence, *(each.sequence for each in walk.run.former)]
    ids = {stage.title: stage.id for sequence in sequences for stage in sequence.stages}
    unfinished = {visit.stage for visit in found.visits if visit.ended is None}
    for stage, took in found.stages:
        shown = [each.took for each in report.segments if ids.get(each.title) == stage]
        if stage not in unfinished:
            assert sum((each for each in shown if each), NOTHING) == took, stage
    assert [each.took for each in found.rollbacks] == [each.took for each in report.rollbacks if each.finished]


@settings(max_examples=share(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=st.sampled_from([AFTER, BLUE_GREEN, CANARY, ROLLING]), moves=MOVES)
def test_the_figures_are_those_of_the_run_that_the_events_make(plan: str, moves: list[Move]) -> None:
    walk = Walk(plan, rehearsal=True)
    play(walk, moves, lambda _: None, lambda *_: None)
    run, found = walk.run, figures(walk.entries)
    called_off = any(isinstance(e.event, ev.RollbackFinished) and e.event.outcome == "called-off" for e in walk.entries)
    for stage, passed in run.gates.items():
        if stage in run.phases and not called_off:
            newest = [visit for visit in found.visits if visit.stage == stage][-1]
            assert (newest.began, newest.ended) == (run.phases[stage].started.at, passed.mark.at)
    assert found.rolling_back == run.rolling_back
    assert found.rolling_back_since == (run.rollback.started if run.rollback and run.rolling_back else None)
    assert {each.item for each in found.waived} == {
        name for name, state in run.items.items() if state.status == "waived"
    }


def test_a_wait_for_a_start_is_no_time_in_the_phase() -> None:
    walk = Walk(CANARY).to("some").wait("12 min").to_started("some").wait("3 h")
    walk.do(intents.Note("all is well"))
    report, _ = told(walk)
    assert report.segments[-1].span == "3 h, after a wait of 12 min"
    unstarted = Walk(CANARY).to("some").wait("12 min")
    unstarted.do(intents.Note("nobody is here"))
    assert told(unstarted)[0].segments[-1].span == "not started, after a wait of 12 min"


def test_a_migration_step_signed_again_later_adds_no_time_to_the_migration() -> None:
    walk = Walk(CANARY).to_started("some")
    before = dict(figures(walk.entries).stages)["migration"]
    step = walk.run.sequence.stage("migration").items[-1]
    walk.wait("5 h").do(intents.Revoke(step.id, "one node was left out"))
    walk.sign(step.id)
    assert dict(figures(walk.entries).stages)["migration"] == before


def test_the_report_of_an_unfinished_run_shows_what_blocks() -> None:
    walk = Walk(CANARY).to_started("some")
    walk.do(intents.Hold("the provider is down"))
    report, _ = told(walk)
    assert [each.id for each in report.blockers] == walk.blockers()
    text = render("text", report)
    assert f"Blocks    {len(report.blockers)} before Some can end" in text
    assert "the provider is down" in text
    assert [each["id"] for each in json.loads(render("json", report))["blockers"]] == walk.blockers()


def test_blockers_of_which_there_may_be_hundreds_are_counted() -> None:
    found = list(grouped(blockers(Walk(CANARY).run, Walk(CANARY).now)))
    assert sum(len(each.blockers) for each in found) == len(Walk(CANARY).blockers())
    assert [each.text for each in found if len(each.blockers) > 1] == [f"{len(found[0].blockers)} open"]
