"""The row of a trigger with a probe: what was seen of it, and whether that still counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollout_tui.run import intents
from rollout_tui.run.intents import Observe
from rollout_tui.tui.rows.items import item_row
from tests.run.driver import Walk
from tests.run.run_plans import WATCHED

ERRORS = "inside/trigger/errors-above-2"


def seen(walk: Walk, outcome: str, minutes: int = 0) -> None:
    times = ((walk.at - timedelta(minutes=minutes)).isoformat(), walk.at.isoformat()) if minutes else ("", "")
    reason = {"fail": "is 5", "error": "timeout"}.get(outcome, "")
    walk.do(Observe(ERRORS, outcome, "", None, reason, *times, minutes + 1 if minutes else 0))


def row(walk: Walk) -> str:
    return item_row(walk.run, walk.run.sequence.items[ERRORS], walk.now).right.plain


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        ("3 min", "◉ not fired  3 min ago"),
        ("61 min", "◌ not fired  1 h 1 min ago"),
        ("-30 s", "◉ not fired  just now"),
        ("-1 days", "◌ not fired  in the future"),
    ],
)
def test_a_look_that_was_well_counts_while_it_is_fresh(wait: str, text: str) -> None:
    walk = Walk(WATCHED).to_started("inside")
    seen(walk, "pass")
    assert row(walk.wait(wait)) == text


def test_one_that_is_met_again_after_the_clearing_is_not_well() -> None:
    walk = Walk(WATCHED).to_started("inside").wait("10 min")
    seen(walk, "fail", 5)
    walk.do(intents.Clear(ERRORS, "a spike"))
    seen(walk.wait("3 min"), "fail", 5)
    assert row(walk) == "met again: is 5  just now"
