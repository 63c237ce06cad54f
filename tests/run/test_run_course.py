"""A metric's course in one line: what was in breach, not seen or not looked at is never drawn as fine."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout_tui.plan.quantities import Comparison
from rollout_tui.run import events as ev
from rollout_tui.run import samples
from rollout_tui.run.course import Point, columns, merged, point_of
from rollout_tui.run.looks import looks_of
from rollout_tui.run.samples import Sample, Window
from rollout_tui.run.sparkline import BARS, BREACH, GAP, UNKNOWN, sparkline
from tests.run.driver import NOON, Walk
from tests.run.run_plans import SENSED

REACH = timedelta(minutes=3)
ABOVE, BELOW, FLOOR = (Comparison.parse(each) for each in ("> 1 %", "< 99 %", "< 500 orders/min"))

Seen = tuple[float, float | None]
"""So many minutes after noon, and the value; None where nothing could be judged."""


def minutely(*values: float | None, since: int = 0) -> list[Seen]:
    return [(since + place, value) for place, value in enumerate(values)]


def points(seen: Iterable[Seen], limit: Comparison) -> list[Point]:
    times = ((NOON + timedelta(minutes=minute), value) for minute, value in seen)
    return [Point(at, at, value, value is not None and limit.breached_by(value)) for at, value in times]


def line(seen: Iterable[Seen], limit: Comparison, minutes: float, width: int) -> str:
    cut = columns(points(seen, limit), NOON, NOON + timedelta(minutes=minutes), width, REACH, limit)
    return sparkline(cut, limit)


# What was seen, against what, over how many minutes, in how many columns, and how that looks.
LINES: dict[str, tuple[list[Seen], Comparison, float, int, str]] = {
    "nothing": ([], ABOVE, 8, 8, "········"),
    "one look": ([(0, 0.5)], ABOVE, 8, 8, "▅·······"),
    "one look at the end": ([(8, 0.5)], ABOVE, 8, 8, "·······▅"),
    "one moment": ([(0, 0.5)], ABOVE, 0, 3, "▅▅▅"),
    "all equal": (minutely(*[0.5] * 9), ABOVE, 8, 8, "▅▅▅▅▅▅▅▅"),
    "nothing at all is wrong": (minutely(*[0.0] * 9), ABOVE, 8, 8, "▁▁▁▁▁▁▁▁"),
    "rising to the threshold": (minutely(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), ABOVE, 6, 6, "▁▂▄▅▇█"),
    "over it": (minutely(0.2, 1.1, 9.0, 0.2), ABOVE, 4, 4, "▂✘✘▂"),
    "all over it": (minutely(2.0, 3.0, 4.0), ABOVE, 3, 3, "✘✘✘"),
    "a share to stay above": (minutely(100.0, 99.5, 99.0, 98.9), BELOW, 4, 4, "█▅▁✘"),
    "a rate to stay above": (minutely(600.0, 900.0, 499.0, 750.0), FLOOR, 4, 4, "▃█✘▆"),
    "its floor alone": (minutely(500.0, 500.0), FLOOR, 2, 2, "▁▁"),
    "fewer looks than columns": ([(0, 0.1), (2, 0.9), (4, 0.1)], ABOVE, 4, 8, "▁▁▁▁████"),
    "the worst of a column": (minutely(0.1, 0.9, 0.1, 0.1), ABOVE, 4, 2, "█▁"),
    "one breach among many": (minutely(*[0.1] * 30, 7.0, *[0.1] * 29), ABOVE, 60, 4, "▁▁✘▁"),
    "three intervals": ([(0, 0.1), (3, 0.1)], ABOVE, 3, 3, "▁▁▁"),
    "more than three": ([(0, 0.1), (3.5, 0.1)], ABOVE, 4, 8, "▁▁·····▁"),
    "a gap": (minutely(*[0.1] * 20) + minutely(*[0.1] * 21, since=40), ABOVE, 60, 6, "▁▁··▁▁"),
    "a gap across two columns": (minutely(*[0.1] * 14) + minutely(*[0.1] * 38, since=23), ABOVE, 60, 6, "▁·▁▁▁▁"),
    "an error alone": (minutely(0.1, None, 0.1, 0.1), ABOVE, 4, 4, "▁▁▁▁"),
    "errors": (minutely(0.1, 0.1, *[None] * 6, 0.1, 0.1), ABOVE, 10, 10, "▁▁??????▁▁"),
    "errors alone": (minutely(None, None, None), ABOVE, 3, 3, "???"),
    "errors at the end": (minutely(0.1, 0.1, 0.1, None, None), ABOVE, 5, 5, "▁▁▁??"),
    "a breach before errors": (minutely(0.1, 2.0, None, None, None, None), ABOVE, 6, 6, "▁✘????"),
    "NaN": (minutely(0.1, math.nan, math.nan, math.nan, 0.1), ABOVE, 5, 5, "▁???▁"),
    "infinite": (minutely(math.inf, -math.inf), ABOVE, 2, 2, "??"),
    "the largest numbers": (minutely(-1.7e308, 1.6e308, 1.7e308), Comparison("", "<", -1.7e308), 3, 3, "▁██"),
    "before and after what is drawn": ([(-9, 0.9), (1, 0.1), (30, 0.9)], ABOVE, 2, 2, "·▁"),
    "out of order": ([(2, 0.9), (0, 0.1), (1, 0.5)], ABOVE, 3, 3, "▁▅█"),
    "3,000 looks": (minutely(*[0.1] * 1500, *[0.9] * 1500), ABOVE, 3000, 40, "▁" * 20 + "█" * 20),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_course_in_one_line(name: str) -> None:
    seen, limit, minutes, width, expected = LINES[name]
    assert line(seen, limit, minutes, width) == expected


def test_windows_are_drawn_with_the_one_value_that_they_are_recorded_with() -> None:
    quarter = timedelta(minutes=15)
    known = [(NOON, 0.2), (NOON + quarter, None), (NOON + 3 * quarter, 3.0)]
    windows = [Point(since, since + quarter - timedelta(minutes=1), value, value == 3.0) for since, value in known]
    cut = columns(windows, NOON, NOON + 4 * quarter, 8, REACH, ABOVE)
    assert sparkline(cut, ABOVE) == "▂▂??··✘✘"


def test_the_end_of_time_can_be_drawn() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    seen = [Point(NOON, NOON, 0.5), Point(last, last, 0.5), Point(NOON, last, None)]
    assert sparkline(columns(seen, NOON, last, 4, REACH, ABOVE), ABOVE) == "▅???"


def test_nothing_was_seen_later_than_it_was_recorded() -> None:
    walk = Walk(SENSED)
    metric = walk.run.sequence.metrics["errors"]
    times = "2026-03-02T11:00:00Z", "9999-12-31T23:59:59Z"
    event = ev.Observed("errors", "inside", "pass", 0.2, "", *times, 5)
    point = point_of(ev.Entry(1, ev.Stamp(NOON, "alice", "alice@host"), event, "hash"), metric)
    assert point == Point(NOON - timedelta(hours=1), NOON, 0.2)


SPAN = timedelta(minutes=2)


def test_looks_that_were_judged_alike_are_merged_within_a_span() -> None:
    seen = points([*minutely(0.1, 0.3, 0.2, 0.4, 2.0, 3.0, None, None, 0.1), (20, 0.1)], ABOVE)
    times = [(each.since - NOON, each.until - NOON, each.value) for each in merged(seen, SPAN, REACH, ABOVE)]
    found = [(since.seconds // 60, until.seconds // 60, value) for since, until, value in times]
    assert found == [(0, 2, 0.3), (3, 3, 0.4), (4, 5, 3.0), (6, 7, None), (8, 8, 0.1), (20, 20, 0.1)]


@given(
    seen=st.lists(
        st.tuples(st.floats(-10, 120), st.none() | st.floats(allow_nan=True, allow_infinity=True)), max_size=30
    ),
    limit=st.sampled_from([ABOVE, BELOW, FLOOR]),
    minutes=st.floats(0, 100),
    width=st.integers(1, 50),
)
def test_no_breach_is_lost_and_nothing_unseen_is_fine(
    seen: list[Seen], limit: Comparison, minutes: float, width: int
) -> None:
    drawn = line(seen, limit, minutes, width)
    assert len(drawn) == width
    assert set(drawn) <= {*BARS, BREACH, UNKNOWN, GAP}
    inside = [(at, value) for at, value in seen if 0 <= at <= minutes and value is not None and math.isfinite(value)]
    assert (BREACH in drawn) >= any(limit.breached_by(value) for _, value in inside)
    known = [value for _, value in seen if value is not None and math.isfinite(value)]
    assert known or not set(drawn) & {*BARS, BREACH}


def test_the_looks_that_were_kept_are_read_as_they_were_judged() -> None:
    looks = (Sample(NOON, "pass", 0.2), Sample(NOON, "fail", 3.0), Sample(NOON, "error", 0.1, "timeout"))
    window = samples.read(samples.write(Window("errors", "canary", "up", looks)))
    assert window is not None
    assert [(each.value, each.breach) for each in looks_of(window.looks)] == [(0.2, False), (3.0, True), (None, False)]


HEAD = {"subject": "errors", "stage": "canary", "asked": "up"}
LOOK = {"at": "2026-03-02T12:00:00+00:00", "outcome": "pass", "value": 0.2}


def lines(*given: object) -> bytes:
    return "\n".join(map(json.dumps, given)).encode()


# Lines of a file that is kept, and the value of its one look; None where it is no window.
KEPT: dict[str, tuple[bytes, list[float | None] | None]] = {
    "a window": (lines(HEAD, LOOK), [0.2]),
    "a number that is none": (lines(HEAD, LOOK | {"value": math.nan}), [None]),
    "one that is too large": (lines(HEAD, LOOK).replace(b"0.2", b"1e999"), [None]),
    "no look": (lines(HEAD), []),
    "nothing": (b"", None),
    "a picture": (b"\x89PNG\r\n\x1a\n", None),
    "another object": (b'{"a": 1}', None),
    "no object": (b"[1, 2]\n3", None),
    "deep": (b"[" * 100_000, None),
}  # fmt: skip
WRONG: dict[str, dict[str, object]] = {
    "a time without its offset": {"at": "2026-03-02T12:00:00"},
    "no time": {"at": 5},
    "the end of time": {"at": "9999-12-31T23:59:59-23:00"},
    "an unknown outcome": {"outcome": "good"},
    "an outcome that is none": {"outcome": ["pass"]},
    "a value that is a text": {"value": "0.2"},
    "a count that is none": {"samples": "many"},
    "a reason that is none": {"reason": 5},
}


@pytest.mark.parametrize("name", KEPT)
def test_a_file_that_was_kept_is_a_window_or_none(name: str) -> None:
    kept, values = KEPT[name]
    window = samples.read(kept)
    assert (None if window is None else [each.value for each in window.looks]) == values


@pytest.mark.parametrize("name", WRONG)
def test_a_look_that_holds_what_no_look_comes_to_is_none(name: str) -> None:
    assert samples.read(lines(HEAD, LOOK | WRONG[name])) is None
