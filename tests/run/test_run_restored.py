"""Whether a rollback restored what ran before, and whether it was in time: what history, report and audit say of it."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest

from rollout_tui.report.formats import render
from rollout_tui.report.history.lines import rollback
from rollout_tui.report.model import LogVerdict, make_report
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.audit import Kind, findings
from rollout_tui.run.figures import figures
from rollout_tui.run.intents import Intent
from rollout_tui.run.restored import RollbackTime
from tests.run.driver import Walk
from tests.run.run_plans import CANARY

BACK = intents.RollBack("bug", "orders fail")
BREACH, FINE = intents.Measure("errors", 9), intents.Measure("errors", 0.1)
FIRED = intents.Fire("some/trigger/paid-twice", "order 12")
DONE = intents.FinishRollback("restored")
SIGNED = ("rollback/bug/1", "rollback/bug/2", "rollback/flag/new-shop", "rollback/flag/wallet", "rollback/flag/late")
NO_READING = "and no reading shows it"
AT_25 = intents.FinishRollback("restored", "x", ("new-shop=there", "wallet=undone", "late=undone"))


class Case(NamedTuple):
    """What happened from the phase on (texts are waits), by what it restored, in time, in words, and what is found."""

    acts: tuple[Intent | str | tuple[str, ...], ...]
    shown: str
    within: bool
    words: str
    found: tuple[str, ...] = ()


CASES = {
    "a fine reading behind the last step": Case(
        (BREACH, BACK, SIGNED, "3 min", FINE, DONE),
        "readings",
        True,
        "restored after 3 min, within its target 5 min, by readings",
    ),
    "a fine reading before the last step": Case(
        (BREACH, BACK, SIGNED[:-1], FINE, "3 min", SIGNED[-1:], DONE),
        "not shown",
        False,
        "restored after 3 min, target 5 min, not shown",
        (NO_READING,),
    ),
    "a fine reading of another metric": Case(
        (BREACH, BACK, SIGNED, "3 min", intents.Measure("uptime", 100), DONE),
        "not shown",
        False,
        "restored after 3 min, target 5 min, not shown",
        (NO_READING,),
    ),
    "a reading that could not be taken": Case(
        (BREACH, BACK, SIGNED, FINE, intents.Unread("errors", "timed out"), "3 min", DONE),
        "not shown",
        False,
        "restored after 3 min, target 5 min, not shown",
        (NO_READING,),
    ),
    "still in breach, and said to be restored": Case(
        (BREACH, BACK, SIGNED, BREACH, "3 min", intents.FinishRollback("restored", "the graph lags")),
        "word",
        True,
        "restored after 3 min, within its target 5 min, by the operators' word",
        (NO_READING,),
    ),
    "nothing wrong was recorded, and every metric is fine": Case(
        (BACK, SIGNED, FINE, intents.Measure("uptime", 100), DONE),
        "readings",
        True,
        "restored after 0 s, within its target 5 min, by readings",
    ),
    "nothing wrong was recorded, and one metric is fine": Case(
        (BACK, SIGNED, FINE, DONE),
        "not shown",
        False,
        "restored after 0 s, target 5 min, not shown",
        (NO_READING,),
    ),
    "a trigger that is still fired": Case(
        (FIRED, BACK, SIGNED, FINE, intents.Measure("uptime", 100), DONE),
        "not shown",
        False,
        "restored after 0 s, target 5 min, not shown",
        (NO_READING,),
    ),
    "signed in 0:00 with its steps unsigned": Case(
        (BREACH, BACK, intents.FinishRollback("restored", "all is back")),
        "word",
        True,
        "restored after 0 s, within its target 5 min, by the operators' word",
        (NO_READING, "steps unsigned"),
    ),
    "by readings, with a flag left at 25 %": Case(
        (BREACH, BACK, SIGNED[:2], FINE, "2 min", AT_25),
        "readings",
        True,
        "restored after 2 min, within its target 5 min, by readings",
        ("steps unsigned", "still there was: flag new-shop"),
    ),
    "over its target": Case(
        (BREACH, BACK, SIGNED, "6 min", FINE, DONE),
        "readings",
        False,
        "restored after 6 min, over its target 5 min, by readings",
        ("1 min over its target",),
    ),
    "failed in no time": Case(
        (BREACH, BACK, SIGNED, FINE, intents.FinishRollback("failed", "the image is gone")),
        "",
        False,
        "failed after 0 s, target 5 min",
    ),
    "called off in no time": Case(
        (BREACH, BACK, intents.FinishRollback("called-off", "a false alarm")),
        "",
        False,
        "called off after 0 s, target 5 min",
        ("called the rollback off",),
    ),
}


def walked(acts: tuple[Intent | str | tuple[str, ...], ...], *, rules: int = 3) -> Walk:
    walk = Walk(CANARY, rules=rules).to_started("some").sign("some/flag/new-shop", "some/flag/late")
    for act in acts:
        if isinstance(act, str):
            walk.wait(act)
        elif isinstance(act, tuple):
            walk.sign(*act)
        else:
            walk.do(act)
    return walk


def told(walk: Walk) -> RollbackTime:
    (found,) = figures(walk.entries).rollbacks
    return found


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_shows_that_a_rollback_restored_and_whether_it_was_in_time(case: Case) -> None:
    walk = walked(case.acts)
    back = told(walk)
    assert (back.shown, back.within, rollback(back)) == (case.shown, case.within, case.words)
    found = [f for f in findings(walk.run, walk.entries) if f.kind in {Kind.ROLLBACK, Kind.ROLLBACK_OVER_TARGET}]
    assert len(found) == len(case.found)
    assert all(any(words in each.text for each in found) for words in case.found)
    report = render("text", make_report(walk.run, walk.entries, LogVerdict("whole", True, ""), walk.at))
    assert ("within it" in report) is case.within


def test_the_word_of_a_log_from_before_counts() -> None:
    back = told(walked((BREACH, BACK, SIGNED, "3 min", DONE), rules=2))
    assert (back.shown, back.within, rollback(back)) == ("", True, "restored after 3 min, within its target 5 min")


SEEN = {
    "nothing was recorded": ((BACK,), 0),
    "a breach, ten minutes before": ((BREACH, "10 min", BACK), 10),
    "a breach, and the next reading in breach": ((BREACH, "6 min", BREACH, "4 min", BACK), 10),
    "a breach that ended": ((BREACH, "10 min", FINE, BACK), 0),
    "a trigger, and a breach behind it": ((FIRED, "5 min", BREACH, "5 min", BACK), 10),
    "a breach, and the soak begun anew behind it": (
        (
            BREACH,
            "7 min",
            intents.Revoke("some/flag/late", "set by mistake"),
            ("some/flag/late",),
            "3 min",
            BACK,
        ),
        10,
    ),
}


@pytest.mark.parametrize(("acts", "minutes"), SEEN.values(), ids=SEEN)
def test_seen_counts_from_the_first_thing_that_was_wrong_to_the_decision(
    acts: tuple[Intent | str | tuple[str, ...], ...], minutes: int
) -> None:
    walk = walked((*acts, "2 min", intents.FinishRollback("restored", "back")))
    back = told(walk)
    assert (back.seen, back.took) == (timedelta(minutes=minutes), timedelta(minutes=2))
    event = walk.entries[-1].event
    assert isinstance(event, ev.RollbackFinished)
    assert event.seen_seconds == minutes * 60
    (line,) = make_report(walk.run, walk.entries, LogVerdict("whole", True, ""), walk.at).rollbacks
    assert (line.seen, line.took, line.within) == (back.seen, back.took, True)
