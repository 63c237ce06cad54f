"""The forms in which people write durations, thresholds, audiences and flag values."""

from datetime import timedelta

import pytest

from rollout_tui.plan.quantities import Audience, Comparison, Duration, FlagValue

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

DURATIONS = {
    "30 s": MINUTE / 2, "< 5 min": 5 * MINUTE, "<5min": 5 * MINUTE, "≤ 5 minutes": 5 * MINUTE, "~ 1 h": HOUR,
    "1 h 30 min": 1.5 * HOUR, "1h30m": 1.5 * HOUR, "1 h and 30 min": 1.5 * HOUR, "1 h, 30 min": 1.5 * HOUR,
    "1.5 h": 1.5 * HOUR, "2 days": 2 * DAY, "1 Day": DAY, "1 week": 7 * DAY, "520 w": 3640 * DAY, "0 min": 0 * DAY,
    "—": 0 * DAY, "-": 0 * DAY, "none": 0 * DAY, " 5 min ": 5 * MINUTE, "< [X] min": 0 * DAY, "[Duration]": 0 * DAY,
}  # fmt: skip

NO_DURATIONS = [
    "", " ", "5", "min", "two days", "5 mn", "1 month", "-5 min", "> 5 min", "5 min or so", "1,5 h", "5-10 min",
    "5 min 3", "1e3 s", "522 w", "999999999 w", "inf s", "5 min\x00", "[X", "²5 min",
]  # fmt: skip


@pytest.mark.parametrize("text", DURATIONS)
def test_a_duration_is_read(text: str) -> None:
    assert Duration.parse(text) == Duration(text, DURATIONS[text])


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_no_duration_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="a duration"):
        Duration.parse(text)


COMPARISONS = {
    "> 1 %": (">", 1, "%"), ">1%": (">", 1, "%"), ">= 800 ms": (">=", 800, "ms"), "≥ 800 ms": (">=", 800, "ms"),
    "< 99.9 %": ("<", 99.9, "%"), "≤ -3": ("<=", -3, ""), "> 70 % of the pool": (">", 70, "% of the pool"),
    "> 0 per hour": (">", 0, "per hour"), "> [X] %": ("", 0, ""), "> 1 error": (">", 1, "error"),
}  # fmt: skip

NO_COMPARISONS = [
    "", "1 %", "> %", ">", "= 5", "> 1,000 ms", "> 1 000 ms", "> 1.2.3", "> 1e5", "> 1_000", "> 1E-3 %", "high",
    "> 1 " + "x" * 41, "=> 5", "> ١e5",
]  # fmt: skip


@pytest.mark.parametrize("text", COMPARISONS)
def test_a_comparison_is_read(text: str) -> None:
    assert Comparison.parse(text) == Comparison(text, *COMPARISONS[text])


@pytest.mark.parametrize("text", NO_COMPARISONS)
def test_no_comparison_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="a comparison"):
        Comparison.parse(text)


@pytest.mark.parametrize(
    ("threshold", "breach", "fine"),
    [("> 1 %", 1.1, 1.0), (">= 1 %", 1.0, 0.9), ("< 99 %", 98.9, 99.0), ("<= 99 %", 99.0, 99.1)],
)
def test_a_threshold_tells_breach_from_fine(threshold: str, breach: float, fine: float) -> None:
    assert Comparison.parse(threshold).breached_by(breach)
    assert not Comparison.parse(threshold).breached_by(fine)


@pytest.mark.parametrize(
    ("text", "share"),
    [("Internal team only", None), ("25% of users", 25), ("0.5 % of traffic", 0.5), ("100 %", 100), ("[X]%", None)],
)
def test_an_audience_knows_its_share(text: str, share: float | None) -> None:
    assert Audience.parse(text) == Audience(text, share)


@pytest.mark.parametrize("text", ["", " ", "101 %", "250% of users"])
def test_no_audience_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="at most 100 %"):
        Audience.parse(text)


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), ("10 %", "10 %"), ("true", "true")])
def test_a_flag_value_is_read(value: str | bool, text: str) -> None:
    assert FlagValue.parse(value) == FlagValue(text)


def test_an_empty_flag_value_is_refused() -> None:
    with pytest.raises(ValueError, match="a flag's value"):
        FlagValue.parse(" ")
