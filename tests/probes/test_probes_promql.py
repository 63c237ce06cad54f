"""Which selectors a query has, however it is written."""

from __future__ import annotations

import pytest

from rollout_tui.probes.promql import last_seen, newest, selectors


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("up", ("up",)),
        ("up + up", ("up",)),
        ("1 + 2e5 - Inf * NaN", ()),
        ("vector(0)", ()),
        ('up{job="a}b", name=~"x|y"}', ('up{job="a}b", name=~"x|y"}',)),
        ("up {job='it''s'}", ("up {job='it''s'}",)),
        ('{__name__=~"http:.*"}', ('{__name__=~"http:.*"}',)),
        ("rate(http_5xx[5m])", ("http_5xx",)),
        ("100 * sum(rate(http_5xx[5m])) / sum(rate(http[5m]))", ("http_5xx", "http")),
        ("sum by (le, job) (rate(a_bucket[1h:5m] offset 1h30m))", ("a_bucket",)),
        ("sum(a) without(b) / on(c, d) group_left(e) f", ("a", "f")),
        ("SUM BY (x) (a) OR vector(0)", ("a",)),
        ("a @ start() > bool 3 unless b @ 1234.5", ("a", "b")),
        ("a atan2 b # and c\n + d", ("a", "b", "d")),
        ('label_replace(a, "b", "c $1", `d`, "e(.*)")', ("a",)),
        ("job:errors:rate5m", ("job:errors:rate5m",)),
        ("standby + online{on='x'}", ("standby", "online{on='x'}")),
        ("histogram_quantile(0.99, sum by (le) (rate(x_bucket[2m])))", ("x_bucket",)),
        ("count(ALERTS{alertstate='firing'}) or vector(0)", ("ALERTS{alertstate='firing'}",)),
        ("", ()),
        ("(((", ()),
    ],
)
def test_the_selectors_of_a_query(query: str, expected: tuple[str, ...]) -> None:
    assert selectors(query) == expected


def test_each_selector_is_asked_for_its_newest_sample() -> None:
    assert newest(("a", 'b{c="{}"}')) == (
        'label_replace(max(timestamp(a)), "i", "0", "", "") or '
        'label_replace(max(timestamp(b{c="{}"})), "i", "1", "", "")'
    )


def test_what_is_gone_is_looked_for_as_far_back_as_the_longest_range_reaches() -> None:
    assert "max(max_over_time(timestamp(up)[300s:1s]))" in last_seen(("up",), "up")
    assert "max(max_over_time(timestamp(a)[5700s:15s]))" in last_seen(("a",), "rate(a[1h30m])", "b[5m]")
