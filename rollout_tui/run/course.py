"""A course: a metric as it was seen over time in one stage, and the columns that it is drawn in."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from ..frozen import dataclass
from ..plan.model import Metric
from ..plan.quantities import Comparison
from . import events as ev
from .events import Entry, Event, metric_read
from .observation import FAIL, JUDGED
from .stages import INTERVALS, StageSequence
from .state import Run
from .stretches import union
from .subjects.observations import read_time

Shown = Literal["fine", "breach", "unknown", "gap"]


@dataclass(frozen=True)
class Point:
    """What was seen from `since` to `until`, one moment for a look alone; `value` is None where nothing was to judge.

    `afterwards` marks what was read from the source's history, when nobody had looked.
    """

    since: datetime
    until: datetime
    value: float | None
    breach: bool = False
    afterwards: bool = False


@dataclass(frozen=True)
class Column:
    """What a stretch of a course comes to: its worst `value`, that nothing could be judged, or that nobody looked."""

    shows: Shown
    value: float | None = None
    afterwards: bool = False


def point_of(entry: Entry, metric: Metric) -> Point | None:
    """Give what an entry says of the metric; None where it is no reading of it."""
    event, at = entry.event, entry.stamp.at
    match event:
        case ev.MetricMeasured():
            return Point(at, at, event.value, metric.threshold.breached_by(event.value))
        case ev.MetricUnread():
            return Point(at, at, None)
        case ev.Observed():
            until = read_time(event.until) or at
            value = event.value if event.outcome in JUDGED else None
            return Point(read_time(event.since) or until, until, value, event.outcome == FAIL, event.afterwards)
        case _:
            return None


def key_of(event: Event, sequence: StageSequence) -> tuple[str, str] | None:
    """Give the stage and the metric that an event read; None where it read none."""
    name = metric_read(event)
    if name not in sequence.metrics or not isinstance(event, ev.MetricMeasured | ev.MetricUnread | ev.Observed):
        return None
    return event.stage, name


def reach_of(metric: Metric) -> timedelta:
    """Give how far apart two looks may lie without a gap between them; a reading by hand holds for its `max_age`."""
    return metric.probe.every.value * INTERVALS if metric.probe is not None else metric.max_age.value


def span_of(run: Run, stage: str, metric: Metric, points: Sequence[Point], now: datetime) -> tuple[datetime, datetime]:
    """Give from when to when a course is drawn: a phase from its soak on, to its gate or to what was seen last.

    In the stage that is open it goes on to `now` once that is too old: that nobody looked since is a gap like another.
    """
    phase, passed = run.phases.get(stage), run.gates.get(stage)
    since, until = min(each.since for each in points), max(each.until for each in points)
    if phase is not None:
        since = min(until, phase.soak_from or phase.started.at)
    if passed is not None:
        until = max(until, passed.mark.at)
    elif run.closed is None and stage == run.stage.id and now - until > metric.max_age.value:
        until = now
    return since, until


def columns(
    points: Iterable[Point], since: datetime, until: datetime, count: int, reach: timedelta, limit: Comparison
) -> tuple[Column, ...]:
    """Cut what was seen between two times into so many columns of equal length, each as bad as the worst in it.

    A column of which less than half was covered is a gap, but each stretch of looks shows in one at least; what could
    not be judged counts for nothing. The last look of a stretch holds for one interval.
    """
    cut = _Cut(since, max(timedelta(microseconds=1), (until - since) / count), count, limit)
    seen = sorted((each for each in points if each.until >= since and each.since <= until), key=lambda each: each.since)
    judged = [each for each in seen if _is_number(each.value)]
    for each, end in _held(judged, reach):
        cut.add(each, end)
    for start, end in union(((each.since, each.until) for each in judged), reach):
        cut.cover(start, end + reach / INTERVALS)
    not_judged = ((each.since, end) for each, end in _held(seen, reach) if not _is_number(each.value))
    unknown = {place for stretch in not_judged for place in cut.places(*stretch)}
    return tuple(cut.column(place, is_unknown=place in unknown) for place in range(count))


def _held(points: Sequence[Point], reach: timedelta) -> Iterator[tuple[Point, datetime]]:
    """Give each look with the time until which it holds: to the next one, where that follows."""
    for each, after in pairwise(points):
        follows = each.until <= after.since <= each.until + reach
        yield each, after.since if follows else each.until + reach / INTERVALS
    if points:
        yield points[-1], points[-1].until + reach / INTERVALS


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


class _Cut:
    """Columns that are being filled."""

    def __init__(self, since: datetime, width: timedelta, count: int, limit: Comparison) -> None:
        self._width = width
        self._edges = [since + width * place for place in range(count)]
        self._worst = max if limit.operator.startswith(">") else min
        self._values: dict[int, float] = {}
        self._breach: dict[int, float] = {}
        self._afterwards: set[int] = set()
        self._covered = [timedelta(0)] * count
        self._shown: set[int] = set()

    def places(self, since: datetime, until: datetime) -> range:
        """The columns between two times, the one at whose edge they end left out."""
        first = max(0, bisect_right(self._edges, since) - 1)
        last = bisect_right(self._edges, until) - 1
        if last > first and self._edges[last] == until:
            last -= 1
        return range(first, max(first, last) + 1)

    def add(self, point: Point, end: datetime) -> None:
        assert point.value is not None
        for place in self.places(point.since, end):
            into = self._breach if point.breach else self._values
            into[place] = self._worst(into.get(place, point.value), point.value)
            if point.afterwards:
                self._afterwards.add(place)

    def cover(self, since: datetime, until: datetime) -> None:
        """Count a stretch for what it covers of each column; it shows in the one of which that is most."""
        most = None
        for place in self.places(since, until):
            edge = self._edges[place]
            part = max(timedelta(0), min(until, edge + self._width) - max(since, edge))
            self._covered[place] += part
            if most is None or part > most[0]:
                most = part, place
        assert most is not None
        self._shown.add(most[1])

    def column(self, place: int, *, is_unknown: bool) -> Column:
        afterwards = place in self._afterwards
        if place in self._breach:
            return Column("breach", self._breach[place], afterwards)
        if place in self._values and (place in self._shown or self._covered[place] * 2 >= self._width):
            return Column("fine", self._values[place], afterwards)
        return Column("unknown" if is_unknown else "gap")
