"""Whether what a log says follows: no honest run is told falsely, and whatever was made up is told at its event."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, Severity, findings
from rollout_tui.run.consistency import judge
from rollout_tui.run.run_rules import RULES
from rollout_tui.run.subjects.start_acts import Start
from tests.run.driver import NOON, Walk, changed
from tests.run.forged import FORGED, POINTS, forged
from tests.run.honest import Moving, honest_entries
from tests.run.run_plans import BLUE_GREEN, CANARY
from tests.share import share

HONEST_RUNS = share(250)


@pytest.mark.slow
def test_no_honest_run_is_told_falsely() -> None:
    told = [(seed, str(each)) for seed in range(HONEST_RUNS) for each in judge(honest_entries(seed)).found]
    assert told == []


@pytest.mark.slow
def test_no_honest_run_of_the_first_rules_is_told_falsely() -> None:
    told = [(seed, str(each)) for seed in range(HONEST_RUNS // 4) for each in judge(honest_entries(seed, 1)).found]
    assert told == []


def test_honest_runs_confirm_jumps_that_their_entries_show() -> None:
    runs = [honest_entries(seed) for seed in range(1, 200, 2)]
    assert any(isinstance(entry.event, ev.ClockConfirmed) for run in runs for entry in run)


@pytest.mark.parametrize("point", POINTS)
def test_the_points_behind_which_is_forged_are_honest(point: str) -> None:
    assert judge(POINTS[point]().entries).found == ()


@pytest.mark.parametrize("name", FORGED)
def test_what_can_not_have_happened_is_told_at_its_event(name: str) -> None:
    entries = forged(name)
    (found,) = judge(entries).found
    assert (found.seq, found.kind) == (entries[-1].seq, entries[-1].event.kind)
    assert found.allowed.startswith(("the run then refused it: ", "the run would then have recorded "))


def test_an_impossible_entry_does_not_hide_the_next() -> None:
    entries = forged("a go with everything open")
    again = replace(entries[-1], seq=entries[-1].seq + 1)
    assert [each.seq for each in judge([*entries, again]).found] == [1, 2]


@pytest.mark.parametrize(
    ("forging", "allowed"),
    [
        ({"service": "billing"}, "service 'shop'"),
        ({"release": "9.9.9"}, "release '2.0.0'"),
        ({"overrides": ("R1", "R2", "R3")}, "overrides"),
        ({"emergency": True, "reason": ""}, "needs a reason"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_header_that_says_other_than_its_plan_is_told(forging: dict[str, Any], allowed: str) -> None:
    header = POINTS["begun"]().entries[0]
    event = header.event
    assert isinstance(event, ev.RunStarted)
    (found,) = judge([replace(header, event=replace(event, **forging))]).found
    assert found.seq == 0
    assert allowed in found.allowed


def test_a_start_past_a_rule_that_it_did_not_name_is_told() -> None:
    walk = Moving(changed(CANARY, rollback_time="10 min"), random.Random(1), Start("run"))
    event = walk.header.event
    assert isinstance(event, ev.RunStarted)
    assert event.overrides == ("R8",)
    (found,) = judge([replace(walk.header, event=replace(event, overrides=()))]).found
    assert "breaks 1 of its rules" in found.allowed


def test_an_honest_run_of_the_version_before_follows_by_its_own_rules_and_todays_are_a_finding() -> None:
    walk = Walk(BLUE_GREEN, rules=1).to_next("go")
    walk.at = NOON + timedelta(days=30)
    walk.do(intents.Go())
    assert judge(walk.entries).found == ()
    (late,) = judge(walk.entries, RULES).found
    assert late.seq == walk.entries[-1].seq
    assert "outside the maintenance window" in late.allowed
    (finding,) = [each for each in findings(walk.run, walk.entries) if each.kind is Kind.TODAYS_RULES]
    assert (finding.severity, finding.seq) == (Severity.NOTE, late.seq)
    assert Kind.DOES_NOT_FOLLOW not in {each.kind for each in findings(walk.run, walk.entries)}
