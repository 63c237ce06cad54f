"""The past of a few counters, and the queries of the demo's plan over it, computed as Prometheus does. Pure.

It knows one form: `K * sum(rate(NAME[10s])) / sum(rate(NAME[10s]))`, where the factor and the divisor may be missing,
`increase` may stand for `rate`, and `round` may be around it; and the question of a probe how old the samples are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from ..frozen import dataclass

_KEPT_SCRAPES = 1800
_LOOKBACK_SECONDS = 300
_SUM = r"sum\((?P<function{n}>rate|increase)\((?P<selector{n}>[^\[\]]+)\[(?P<seconds{n}>\d+)s\]\)\)"
_FORM = re.compile(rf"(?:(?P<factor>\d+) \* )?{_SUM.format(n=1)}(?: / {_SUM.format(n=2)})?")
_ROUND = re.compile(r"round\((?P<inner>.+?)(?:, (?P<to>0?\.?\d+))?\)")
_AGE = re.compile(r'label_replace\(max\(timestamp\((?P<selector>[^()]+)\)\), "i", "(?P<place>\d+)", "", ""\)')


class NotKnown(Exception):
    """A query that is none of the demo's plan."""


@dataclass(frozen=True)
class Value:
    """One value, and its label `i` where the query gives one."""

    number: float
    place: str = ""


class Past:
    """What was scraped, the newest half hour of it."""

    def __init__(self) -> None:
        # By milliseconds, as Prometheus has them.
        self._scrapes: tuple[tuple[int, Mapping[str, float]], ...] = ()

    def add(self, at: float, counters: Mapping[str, float]) -> None:
        # Anew, since others read it meanwhile.
        self._scrapes = (*self._scrapes[-_KEPT_SCRAPES:], (round(at * 1000), counters))

    def ask(self, query: str, at: float) -> tuple[Value, ...]:
        """Give the values of a query at a time, in seconds since 1970; raises NotKnown."""
        query = query.strip()
        if outer := _ROUND.fullmatch(query):
            return tuple(Value(_round(each.number, float(outer["to"] or 1))) for each in self.ask(outer["inner"], at))
        if form := _FORM.fullmatch(query):
            number = self._number(form, round(at * 1000))
            return () if number is None else (Value(number),)
        asked = [_AGE.fullmatch(part) for part in query.split(" or ")]
        if not all(asked):
            raise NotKnown
        return tuple(
            Value(stamp, each["place"])
            for each in asked
            if each
            for stamp in self._newest(each["selector"], round(at * 1000))
        )

    def _number(self, form: re.Match[str], at: int) -> float | None:
        total = self._sum(form, "1", at)
        if total is None:
            return None
        total *= int(form["factor"] or 1)
        if not form["function2"]:
            return total
        divisor = self._sum(form, "2", at)
        return None if divisor is None else _divided(total, divisor)

    def _sum(self, form: re.Match[str], n: str, at: int) -> float | None:
        seconds = int(form[f"seconds{n}"])
        samples = [scrape for scrape in self._scrapes if at - seconds * 1000 <= scrape[0] <= at]
        names = dict.fromkeys(name for _, counters in samples for name in counters if _is(name, form[f"selector{n}"]))
        grown = [
            _increase([(time, counters[name]) for time, counters in samples if name in counters], at, seconds)
            for name in names
        ]
        known = [each for each in grown if each is not None]
        if not known:
            return None
        return math.fsum(known) / (seconds if form[f"function{n}"] == "rate" else 1)

    def _newest(self, selector: str, at: int) -> Iterator[float]:
        for time, counters in reversed(self._scrapes):
            if at - _LOOKBACK_SECONDS * 1000 <= time <= at and any(_is(name, selector) for name in counters):
                yield time / 1000
                return


def _is(name: str, selector: str) -> bool:
    return selector in {name, name.partition("{")[0]}


def _round(number: float, to: float) -> float:
    return math.floor(number * (1 / to) + 0.5) / (1 / to) if math.isfinite(number) else number


def _divided(number: float, divisor: float) -> float:
    if divisor:
        return number / divisor
    return math.copysign(math.inf, number) if number else math.nan


def _increase(samples: list[tuple[int, float]], at: int, seconds: int) -> float | None:
    """Grow a counter over a whole window from the samples in it; None with fewer than two.

    What is between the outer samples and the window's ends is taken to have grown alike, if that is no more than a
    sample's distance, but never from below zero: Prometheus's `extrapolatedRate`.
    """
    if len(samples) < 2:
        return None
    (first, begin), (last, end) = samples[0], samples[-1]
    grown, between = end - begin, last - first
    average = between / (len(samples) - 1)
    before: float = first - (at - seconds * 1000)
    after = at - last
    if grown > 0 and begin >= 0:
        before = min(before, between * (begin / grown))
    reach = between + sum(gap if gap < average * 1.1 else average / 2 for gap in (before, after))
    return grown * (reach / between)
