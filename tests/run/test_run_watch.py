"""The soak that counts only while it was observed: by a second model, told second by second, and case by case."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout_tui.run import intents, soak
from rollout_tui.run.blind import sights, unseen
from rollout_tui.run.blocker import BlockerKind
from rollout_tui.run.consistency import judge
from rollout_tui.run.gates import blockers
from rollout_tui.run.intents import Observe
from rollout_tui.run.observation import ERROR, FAIL, PASS, UNKNOWN, Sight
from rollout_tui.run.soak import gaps, observed, soak_left, soak_left_with, unobserved
from rollout_tui.run.watch import Watch, account
from tests.run.driver import NOON, Walk
from tests.run.run_plans import OBSERVED, SENSED
from tests.share import share

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Seen(NamedTuple):
    metric: str
    since: int
    until: int
    outcome: Sight


REACH = {"a": 3, "b": 9}
SPAN = 40


def counts(seen: list[Seen], ill: list[tuple[int, int]], second: int) -> tuple[bool, bool]:
    """Say of the middle of a second whether everything was seen, and whether something was wrong."""
    at = second + 0.5
    is_seen, is_wrong = True, any(since < at < until for since, until in ill)
    for metric, reach in REACH.items():
        looks = [each for each in seen if each.metric == metric and each.outcome in {"pass", "fail"}]
        before = max([0, *(each.until for each in looks if each.until < at)])
        after = min((each.since for each in looks if each.since > at), default=None)
        within = any(each.since < at < each.until for each in looks)
        is_seen &= within or (after is not None and after - before <= reach)
        for failed in looks:
            if failed.outcome == "fail" and failed.since < at:
                fine = [p for p in looks if p.outcome == "pass" and p.until > failed.until and p.since < at]
                is_wrong |= at < failed.until or not fine
    return is_seen, is_wrong


def ends(seen: list[Seen], ill: list[tuple[int, int]]) -> int:
    """Give the second after which nothing was wrong any more."""
    failed = [each.until for each in seen if each.outcome == "fail"]
    return max([0, *(until for _, until in ill), *failed, *(s + 1 for s in range(SPAN) if counts(seen, ill, s)[1])])


times = st.integers(0, SPAN)
stretch = st.tuples(times, times).map(sorted)
looks = st.lists(
    st.builds(
        lambda metric, times, outcome: Seen(metric, times[0], times[1], outcome),
        st.sampled_from(["a", "a", "b"]),
        stretch,
        st.sampled_from([PASS, PASS, PASS, FAIL, UNKNOWN, ERROR]),
    ),
    max_size=8,
)


@settings(max_examples=share(150), deadline=None)
@given(looks, st.lists(stretch.map(tuple), max_size=2), times, st.randoms())
def test_it_is_counted_as_second_by_second(
    seen: list[Seen], ill: list[tuple[int, int]], now: int, order: Random
) -> None:
    def at(second: int) -> datetime:
        return NOON + second * SECOND

    watch = Watch(ill=tuple((at(since), at(until)) for since, until in ill))
    for each in sorted(seen, key=lambda _: order.random()):
        watch = watch.after(each.metric, (at(each.since), at(each.until), each.outcome), at(SPAN))
    told = [counts(seen, ill, second) for second in range(now)]
    found = account(watch, NOON, {name: reach * SECOND for name, reach in REACH.items()}, restarts=False)
    assert found.counted(at(now)) == SECOND * sum(is_seen and not is_wrong for is_seen, is_wrong in told)
    assert found.blind(at(now)) == SECOND * sum(not is_seen and not is_wrong for is_seen, is_wrong in told)
    anew, first = account(watch, NOON, {n: r * SECOND for n, r in REACH.items()}, restarts=True), ends(seen, ill)
    assert anew.counted(at(now)) == SECOND * sum(a and not b for s, (a, b) in enumerate(told) if s >= first)


# Two days, two metrics: each is looked at once a minute.
TWO_DAYS = OBSERVED.replace('duration = "15 min"', 'duration = "2 days"').replace(
    "[[post_deployment]]",
    """[[monitoring]]
id = "latency"
metric = "Latency p99"
threshold = "> 300 ms"
channel = "pager"
action = "look"
probe = { command = ["./latency"], unit = "ms" }
[[post_deployment]]""",
    1,
)
HISTORY = TWO_DAYS.replace('command = ["./latency"]', 'source = "prod", query = "latency"')
FINE, BAD = {"errors": 0.2, "latency": 120.0}, {"errors": 5.0, "latency": 900.0}


def started(text: str = TWO_DAYS) -> Walk:
    return Walk(text).to_started("everyone")


def window(walk: Walk, metric: str, since: float, until: float, outcome: str = "pass", *, later: bool = False) -> None:
    """Record what was seen of a metric between two hours of its soak."""
    begun = walk.run.phases["everyone"].soak_from
    assert begun is not None
    times = (begun + since * HOUR).isoformat(), (begun + until * HOUR).isoformat()
    value = {"pass": FINE, "fail": BAD}.get(outcome, {}).get(metric)
    reason = "" if value is not None else "no data"
    walk.do(Observe(metric, outcome, "", value, reason, *times, round((until - since) * 60) + 1, later))


def both(walk: Walk, since: float, until: float, outcome: str = "pass", *, later: bool = False) -> None:
    for metric in FINE:
        window(walk, metric, since, until, outcome, later=later)


def at(walk: Walk, hours: float) -> Walk:
    """Set the clock to an hour of the soak."""
    begun = walk.run.phases["everyone"].soak_from
    assert begun is not None
    walk.at = begun + hours * HOUR
    return walk


def told(walk: Walk) -> tuple[float, float, float]:
    """The hours that are left, that count and that are blind; and every record follows and folds the same again."""
    assert judge(walk.entries).found == ()
    assert walk.replayed() == walk.run
    hours = [soak_left(walk.run, walk.run.stage, walk.now), *observed(walk.run, walk.run.stage, walk.now)]
    return tuple(round(each / HOUR, 4) for each in hours)  # type: ignore[return-value]


def soak_words(walk: Walk) -> str:
    return next((each.text for each in blockers(walk.run, walk.now) if each.kind is BlockerKind.SOAK), "")


def test_two_days_with_two_blind_hours() -> None:
    walk = started()
    both(at(walk, 20), 0, 20)
    both(at(walk, 48), 22, 48)
    assert told(walk) == (2, 46, 2)
    assert soak_words(walk) == "soak: 2 h left (observed 46 h of 48 h, last look 12:00)"
    assert gaps(walk.run, walk.run.stage, walk.now) == {
        name: [(NOON + 20 * HOUR, NOON + 22 * HOUR)] for name in ("errors", "latency")
    }
    both(at(walk, 50), 48, 50)
    assert told(walk) == (0, 48, 2)
    assert soak_words(walk) == ""


def test_what_is_not_recorded_does_not_count_yet() -> None:
    walk = started()
    both(at(walk, 1), 0, 1)
    at(walk, 5)
    assert told(walk) == (47, 1, 0)
    assert soak_words(walk) == "soak: 1 day 23 h left (observed 1 h of 48 h, last look 13:00)"
    stage, unrecorded = walk.run.stage, (NOON + 1 * HOUR, NOON + 5 * HOUR, PASS)
    assert soak_left_with(walk.run, stage, walk.now, {}) == 47 * HOUR
    assert soak_left_with(walk.run, stage, walk.now, {"errors": [unrecorded]}) == 47 * HOUR
    assert soak_left_with(walk.run, stage, walk.now, {name: [unrecorded] for name in FINE}) == 43 * HOUR


def test_what_is_recorded_is_accounted_for_once_whatever_is_asked_with_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = started()
    both(at(walk, 1), 0, 1)
    stage, asked = walk.run.stage, []
    monkeypatch.setattr(soak, "account", lambda *args, **more: asked.append(args) or account(*args, **more))
    unrecorded = {name: [(NOON + 1 * HOUR, NOON + 2 * HOUR, PASS)] for name in FINE}
    for _ in range(3):
        assert soak_left(walk.run, stage, walk.now) == 47 * HOUR
        assert soak_left_with(walk.run, stage, at(walk, 2).now, unrecorded) == 46 * HOUR
    assert len(asked) <= 1 + 3


def test_what_was_seen_in_the_future_does_not_count_when_that_comes() -> None:
    walk = started()
    both(at(walk, 1), 0, 1)
    both(at(walk, 25), 24, 25)
    at(walk, 2)
    assert unobserved(walk.run, walk.run.stage, walk.now) == (
        "the soak stands since 13:00: no look of a probe was recorded"
    )
    both(walk, 1, 2)
    assert told(walk) == (46, 2, 0)
    both(at(walk, 26), 26, 26)
    assert told(walk) == (46, 2, 24)


def test_nobody_looked() -> None:
    walk = at(started(), 60)
    assert told(walk) == (48, 0, 0)
    assert soak_words(walk) == "soak: 2 days left (observed 0 min of 48 h, not looked at yet)"
    walk.refused(intents.Promote("everyone"), "soak: 2 days left")


def test_a_breach_in_the_gap_that_is_read_afterwards() -> None:
    walk = started(HISTORY)
    both(at(walk, 20), 0, 20)
    both(at(walk, 22), 22, 22)
    window(walk, "errors", 20, 21, later=True)
    window(walk, "errors", 21 + 1 / 60, 21.5, "fail", later=True)
    assert walk.run.breached == {}, "what was fine since is fine"
    window(walk, "errors", 21.75, 22, later=True)
    window(walk, "latency", 20, 22, later=True)
    both(at(walk, 48), 22, 48)
    assert told(walk) == (0.7333, 47.2667, 0), "from its first sample to the next fine one"
    assert "fail" in str([each.event for each in walk.entries])


def test_a_breach_in_the_gap_that_goes_on() -> None:
    walk = started(HISTORY)
    both(at(walk, 20), 0, 20)
    window(at(walk, 22), "errors", 21, 22, "fail", later=True)
    window(walk, "latency", 20, 22, later=True)
    assert list(walk.run.breached) == ["errors"]
    assert told(walk) == (28, 20, 1), "blind until its first sample, and unwell from there"
    at(walk, 23)
    assert "stopped by a breach or trigger" in soak_words(walk)
    both(walk, 22.5, 23)
    assert told(walk) == (27.5, 20.5, 1)


@pytest.mark.parametrize(("after_breach", "left"), [("pause", 38.5), ("restart", 39)])
def test_a_breach_that_is_over(after_breach: str, left: float) -> None:
    walk = started(HISTORY.replace('duration = "2 days"', f'duration = "2 days"\nafter_breach = "{after_breach}"'))
    window(at(walk, 10), "errors", 0, 0.5)
    window(walk, "errors", 0.5 + 1 / 60, 0.75, "fail")
    window(walk, "errors", 1, 10)
    window(walk, "latency", 0, 10)
    assert told(walk)[0] == pytest.approx(left, abs=0.02)


def test_two_metrics_with_different_gaps() -> None:
    walk = started()
    window(at(walk, 10), "errors", 0, 4)
    window(walk, "errors", 6, 10)
    window(walk, "latency", 0, 5)
    window(walk, "latency", 7, 9)
    assert told(walk) == (42, 6, 4), "0 to 4 and 7 to 9; blind from 4 to 7 and from 9 to 10"
    assert soak_words(walk).endswith("(observed 6 h of 48 h, Latency p99 not seen since 21:00)")
    assert gaps(walk.run, walk.run.stage, walk.now) == {
        "errors": [(NOON + 4 * HOUR, NOON + 6 * HOUR)],
        "latency": [(NOON + 5 * HOUR, NOON + 7 * HOUR), (NOON + 9 * HOUR, NOON + 10 * HOUR)],
    }


@pytest.mark.parametrize("fired", [True, False], ids=["a trigger", "a breach"])
def test_unwell_and_blind_time_that_overlap_count_once(fired: bool) -> None:
    walk = started()
    both(at(walk, 10), 0, 10)
    if fired:
        walk.do(intents.Fire("a-cent-is-off", "4711"))
    else:
        both(walk.wait("1 s"), 10, 10, "fail")
    at(walk, 12)
    if fired:
        walk.do(intents.Clear("a-cent-is-off", "no"))
    both(at(walk, 14), 12, 14)
    assert told(walk) == (36, 12, 0), "10 to 12"


def test_an_error_is_no_look_and_a_gap_of_three_intervals_is_none() -> None:
    walk = started()
    both(at(walk, 1), 0, 1)
    both(at(walk, 2), 1 + 1 / 60, 2, "error")
    both(at(walk, 3), 2 + 1 / 60, 3)
    assert told(walk) == (46.0167, 1.9833, 1.0167)
    both(at(walk, 4), 3 + 3 / 60, 4)
    assert told(walk) == (45.0167, 2.9833, 1.0167)


def test_windows_that_come_out_of_order() -> None:
    walk, other = started(HISTORY), started(HISTORY)
    at(walk, 6), at(other, 6)
    for since, until, outcome in ((0, 2, "pass"), (2.5, 3, "fail"), (4, 6, "pass")):
        both(walk, since, until, outcome)
    for since, until, outcome in ((4, 6, "pass"), (2.5, 3, "fail"), (0, 2, "pass")):
        both(other, since, until, outcome, later=True)
    assert told(walk) == told(other) == (44, 4, 0.5)


def test_what_its_source_does_not_know_either_is_not_asked_again() -> None:
    walk = started(HISTORY)
    both(at(walk, 1), 0, 1)
    both(at(walk, 4), 4, 4)
    both(walk, 1, 2, later=True)
    both(walk, 2, 4, "unknown", later=True)
    assert gaps(walk.run, walk.run.stage, walk.now) == {}
    assert told(walk) == (46, 2, 2)


def test_a_rollback_that_is_called_off_and_a_hold() -> None:
    walk = started()
    both(at(walk, 1), 0, 1)
    walk.do(intents.Hold("lunch"))
    both(at(walk, 2), 1, 2)
    walk.do(intents.RollBack("bug", "it fell over"))
    both(at(walk, 3), 2, 3)
    walk.do(intents.FinishRollback("called-off", "false alarm"))
    both(at(walk, 4), 3, 4)
    assert told(walk) == (45, 3, 0)


def test_a_person_s_reading_is_a_look_of_its_moment() -> None:
    walk = started()
    for _ in range(0, 12, 3):
        walk.do(intents.Measure("errors", 0.1))
        walk.do(intents.Measure("latency", 100))
        walk.wait("3 min")
    assert told(walk) == (47.85, 0.15, 0)


def test_without_probes_and_in_a_rehearsal_it_runs_as_before() -> None:
    text = TWO_DAYS.replace('probe = { command = ["./latency"], unit = "ms" }\n', "")
    text = text.replace('probe = { source = "prod", query = "errors", unit = "%" }\n', "")
    for walk in (started(text), Walk(TWO_DAYS, rehearsal=True).to_started("everyone"), old_run()):
        assert soak_left(walk.run, walk.run.stage, at(walk, 5).now) == 43 * HOUR
        assert observed(walk.run, walk.run.stage, walk.now) == (timedelta(0), timedelta(0))
        assert gaps(walk.run, walk.run.stage, walk.now) == {}
        assert "observed" not in soak_words(walk)


def old_run() -> Walk:
    return Walk(TWO_DAYS, rules=2).to_started("everyone")


def test_figures_of_what_was_seen_and_what_was_not() -> None:
    walk = started()
    both(at(walk, 20), 0, 20)
    both(at(walk, 22), 20, 22, "error")
    window(at(walk, 23), "errors", 23, 23, "unknown")
    (open_,) = sights(walk.entries)
    assert (open_.ended, open_.whole, open_.observed, open_.blind) == (None, 48 * HOUR, 20 * HOUR, 3 * HOUR)
    assert (open_.looks, open_.unknown, open_.errors) == (2 * 1201 + 2 * 121 + 1, 1, 2 * 121)
    both(at(walk, 52), 23, 52)
    walk.sign("invoices-add-up").do(intents.Promote("everyone"))
    found = sights(walk.entries)[0]
    assert (found.stage, found.ended, found.observed, found.blind) == ("everyone", walk.at, 48 * HOUR, 3 * HOUR)
    assert unseen(walk.entries) == (1, 242)


def test_a_phase_that_was_gone_back_to_has_figures_for_each_time() -> None:
    walk = Walk(SENSED).to_started("some")
    walk.do(intents.Reduce("some", "slow"))
    first, second, again = sights(walk.entries)
    assert (first.stage, first.observed, first.blind) == ("inside", HOUR, timedelta(0))
    assert (second.stage, second.ended, second.observed) == ("some", walk.at, timedelta(0))
    assert (again.stage, again.ended, again.seq) == ("inside", None, walk.run.seq)


def test_a_log_without_a_look_has_no_such_figures() -> None:
    assert sights(Walk(OBSERVED).to_started("everyone").entries) == ()


@pytest.mark.parametrize(
    ("metric", "since", "until", "samples", "match"),
    [
        ("errors", "", "", 0, "is a window"),
        ("latency", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", 61, "keeps no history"),
        ("errors", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", 19, "19 samples are too few for 1 h"),
    ],
)
def test_what_is_no_window_that_was_read_afterwards(
    metric: str, since: str, until: str, samples: int, match: str
) -> None:
    walk = started()
    walk.refused(Observe(metric, "pass", "", FINE[metric], "", since, until, samples, True), match)
