"""A claimed time: read as it was typed, completed to a date, and refused where it can't be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rollout_tui.errors import RolloutError, UsageError
from rollout_tui.run.happened import in_full, is_long_ago, need_possible, read_claimed
from tests.run.driver import NOON, Walk
from tests.run.run_plans import CANARY

NIGHT = datetime(2026, 3, 2, 0, 28, 10, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("00:28", datetime(2026, 3, 2, 0, 28, tzinfo=UTC)),
        ("0:01", datetime(2026, 3, 2, 0, 1, tzinfo=UTC)),
        ("23:50", datetime(2026, 3, 1, 23, 50, tzinfo=UTC)),
        ("01:26", datetime(2026, 3, 1, 1, 26, tzinfo=UTC)),
        ("2026-03-01T22:00:00.1239+01:00", datetime(2026, 3, 1, 21, 0, 0, 123_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_to_its_date(text: str, at: datetime) -> None:
    assert read_claimed(f" {text} ", NIGHT) == at


@pytest.mark.parametrize("text", ["24:00", "1:7", "12:60", "yesterday", "2026-03-01T22:00", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_claimed(text, NIGHT)
    assert "HH:MM" in refused.value.hint


def test_what_is_more_than_an_hour_ago_is_asked_about_with_its_date() -> None:
    yesterday = read_claimed("01:26", NIGHT)
    assert is_long_ago(yesterday, NIGHT)
    assert in_full(yesterday, NIGHT) == "2026-03-01 01:26 UTC, 23 h 2 min ago"
    assert not is_long_ago(read_claimed("23:50", NIGHT), NIGHT)


@pytest.mark.parametrize("rules", [1, 2])
def test_what_lies_ahead_or_before_the_start_is_refused(rules: int) -> None:
    walk = Walk(CANARY)
    run = replace(walk.run, started=replace(walk.run.started, rules=rules))
    now = NOON + timedelta(hours=2)
    need_possible(run, None, now)
    need_possible(run, NOON, now)
    with pytest.raises(RolloutError, match="lies in the future"):
        need_possible(run, now + timedelta(seconds=1), now)
    early = NOON - timedelta(minutes=1)
    if rules == 1:
        # As the version that began it took it.
        need_possible(run, early, now)
    else:
        with pytest.raises(RolloutError, match="lies before the run began"):
            need_possible(run, early, now)
