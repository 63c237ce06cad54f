"""The courses of a run's metrics on the screen: what its entries say, and the newest looks of which none says yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..run.course import Point, columns, key_of, point_of, reach_of, span_of
from ..run.events import Entry
from ..run.moment import Moment
from ..run.sparkline import sparkline
from ..run.stages import Item
from ..run.state import Run
from .rows.sensed import DrawCourse, cells_of


class Courses:
    """What was seen of each metric in each stage; it grows with the entries.

    `looks` gives what was seen of a metric since its newest entry, by whoever looks here.
    """

    def __init__(self, looks: Callable[[str], Sequence[Point]] = lambda _metric: ()) -> None:
        self.looks = looks
        self._points: dict[tuple[str, str], list[Point]] = {}
        self._drawn: dict[tuple[str, int], tuple[object, str]] = {}

    def take(self, entries: Iterable[Entry], run: Run) -> None:
        """Add what was recorded."""
        for entry in entries:
            key = key_of(entry.event, run.sequence_at(entry.seq))
            if key is not None and (point := point_of(entry, run.sequence_at(entry.seq).metrics[key[1]])) is not None:
                self._points.setdefault(key, []).append(point)

    def drawing(self, run: Run, now: Moment, width: int) -> DrawCourse:
        """Give what draws the courses in a list of so many cells."""
        cells = cells_of(width)
        return lambda item: self._line(run, item, now, cells) if cells else ""

    def _line(self, run: Run, item: Item, now: Moment, cells: int) -> str:
        """Draw the course of a metric that a probe reads; nothing of one that is read by hand, or not yet."""
        recorded = self._points.get((item.stage, item.metric_id), [])
        newest = self.looks(item.metric_id) if item.stage == run.reading_stage else ()
        metric = run.judged_by(item.stage, item.metric_id)
        points = [*recorded, *newest]
        if metric.probe is None or not points:
            return ""
        span = span_of(run, item.stage, metric, points, now.at)
        depends_on = (len(recorded), newest[-1:], span, metric)
        before = self._drawn.get((item.id, cells))
        if before is not None and before[0] == depends_on:
            return before[1]
        cut = columns(points, *span, cells, reach_of(metric), metric.threshold)
        line = sparkline(cut, metric.threshold)
        self._drawn[item.id, cells] = depends_on, line
        return line
