"""A course: a metric as it was seen over time in one stage, and the columns that it is drawn in."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from operator import attrgetter
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

# A later time has no room for what is added to it.
_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=36_500)

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
            # Nothing was seen later than it was recorded, whatever a log says.
            until = min(at, read_time(event.until) or at)
            since = min(until, read_time(event.since) or until)
            value = event.value if event.outcome in JUDGED else None
            return Point(since, until, value, event.outcome == FAIL, event.afterwards)
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
    if phase is not None and phase.soak_from is not None:
        since = min(until, phase.soak_from)
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
    since, until = min(since, _LATEST), min(until, _LATEST)
    width = max(timedelta(microseconds=1), (until - since) / count)
    edges = [since + width * place for place in range(count)]
    seen = sorted((each for each in points if each.until >= since and each.since <= until), key=attrgetter("since"))
    judged = [each for each in seen if each.value is not None and math.isfinite(each.value)]
    found: list[Column | None] = [None] * count
    for each, places in _placed(judged, edges, reach):
        for place in places:
            found[place] = _worse(found[place], each, limit)
    shown = _shown(judged, edges, width, reach)
    unknown: set[int] = set()
    if len(judged) < len(seen):
        for each, places in _placed(seen, edges, reach):
            if each.value is None or not math.isfinite(each.value):
                unknown.update(places)
    for place, column in enumerate(found):
        if column is None or (column.shows == "fine" and place not in shown):
            found[place] = Column("unknown" if place in unknown else "gap")
    return tuple(column for column in found if column is not None)


def merged(points: Iterable[Point], span: timedelta, reach: timedelta, limit: Comparison) -> list[Point]:
    """Give the points in order, those as one that followed each other within a span and were judged alike."""
    found: list[Point] = []
    for each in sorted(points, key=attrgetter("since")):
        last = found[-1] if found else None
        follows = last is not None and each.since - last.until <= reach and each.until - last.since <= span
        if last is None or not follows or not _is_like(last, each):
            found.append(each)
            continue
        value = None if last.value is None or each.value is None else _worst(last.value, each.value, limit)
        found[-1] = Point(last.since, max(last.until, each.until), value, last.breach, last.afterwards)
    return found


def _is_like(first: Point, second: Point) -> bool:
    is_judged = (first.value is None) is (second.value is None)
    return is_judged and first.breach is second.breach and first.afterwards is second.afterwards


def _worst(first: float, second: float, limit: Comparison) -> float:
    """Give the value that is nearer to a breach."""
    return max(first, second) if limit.operator.startswith(">") else min(first, second)


def _placed(points: Sequence[Point], edges: Sequence[datetime], reach: timedelta) -> Iterator[tuple[Point, range]]:
    """Give each look with the columns in which it holds: to the next one, where that follows, or for one interval."""
    interval, last_edge = reach / INTERVALS, len(edges) - 1
    place = 0
    for each, after in zip_longest(points, points[1:]):
        until = each.until
        follows = after is not None and until <= after.since and after.since - until <= reach
        end = after.since if after is not None and follows else min(until, _LATEST) + interval
        while place < last_edge and edges[place + 1] <= each.since:
            place += 1
        last = place
        while last < last_edge and edges[last + 1] < end:
            last += 1
        yield each, range(place, last + 1)


def _worse(column: Column | None, point: Point, limit: Comparison) -> Column:
    """Give what a column shows with one more look in it: a breach, or else the value that is nearest to one."""
    shows: Shown = "breach" if point.breach else "fine"
    if column is None or column.value is None or point.value is None:
        return Column(shows, point.value, point.afterwards)
    if column.shows != shows:
        value = column.value if column.shows == "breach" else point.value
        return Column("breach", value, column.afterwards or point.afterwards)
    value = _worst(column.value, point.value, limit)
    if value == column.value and column.afterwards >= point.afterwards:
        return column
    return Column(shows, value, column.afterwards or point.afterwards)


def _shown(judged: Iterable[Point], edges: Sequence[datetime], width: timedelta, reach: timedelta) -> set[int]:
    """Give the columns that were covered by half or more, and for each stretch of looks that which it covers most."""
    covered = [timedelta(0)] * len(edges)
    shown = set()
    for since, last in union(((each.since, each.until) for each in judged), reach):
        until, most = min(last, _LATEST) + reach / INTERVALS, (timedelta(-1), 0)
        first = max(0, bisect_right(edges, since) - 1)
        for place in range(first, max(first, bisect_right(edges, until) - 1) + 1):
            part = max(timedelta(0), min(until, edges[place] + width) - max(since, edges[place]))
            covered[place] += part
            most = max(most, (part, -place))
        shown.add(-most[1])
    return shown | {place for place, part in enumerate(covered) if part * 2 >= width}
