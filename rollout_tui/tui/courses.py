"""The courses of a run's metrics on the screen: what its entries say, and the looks behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from ..errors import RolloutError
from ..frozen import dataclass
from ..plan.model import Metric
from ..run.course import Point, columns, key_of, merged, point_of, reach_of, span_of
from ..run.events import Entry, Observed, metric_read
from ..run.looks import looks_kept, looks_of, with_looks, without_looks
from ..run.moment import Moment
from ..run.samples import Sample
from ..run.sparkline import sparkline
from ..run.stages import Item
from ..run.state import Run
from .rows.sensed import DrawCourse, cells_of

# What takes longer to read than anybody waits for a sign-off: the entry alone is drawn then. In bytes.
_LARGEST = 2_000_000
# Four to each cell of the longest line.
_FINEST = 160


@dataclass(frozen=True)
class Kept:
    """A window whose looks were kept: of which stage and metric, its entry's number, and the file's SHA-256."""

    key: tuple[str, str]
    seq: int
    event: Observed
    point: Point
    sha256: str


class Courses:
    """What was seen of each metric in each stage; it grows with the entries, and with the looks behind them.

    `unrecorded` gives what was seen of a metric since its newest entry, by whoever looks here.
    """

    def __init__(self, unrecorded: Callable[[str], Sequence[Sample]] = lambda _metric: ()) -> None:
        self.unrecorded = unrecorded
        self._points: dict[tuple[str, str], dict[int, tuple[Point, ...]]] = {}
        self._unread: list[Kept] = []
        self._merged: dict[tuple[str, str], list[Point]] = {}
        self._drawn: dict[tuple[str, int], tuple[object, str]] = {}

    def take(self, entries: Iterable[Entry], run: Run) -> None:
        """Add what was recorded."""
        for entry in entries:
            event = entry.event
            if not metric_read(event):
                continue
            sequence = run.sequence_at(entry.seq)
            key = key_of(event, sequence)
            point = point_of(entry, sequence.metrics[key[1]]) if key is not None else None
            if key is None or point is None:
                continue
            self._put(key, entry.seq, (point,))
            if isinstance(event, Observed) and entry.extras.evidence and entry.extras.evidence_size <= _LARGEST:
                self._unread.append(Kept(key, entry.seq, event, point, entry.extras.evidence))

    def unread(self) -> Iterable[Kept]:
        """Give each window once whose looks were kept, the newest first."""
        while self._unread:
            yield self._unread.pop()

    def put(self, kept: Kept, points: tuple[Point, ...]) -> None:
        """Draw these from now on for what the entry alone says."""
        self._put(kept.key, kept.seq, points)

    def _put(self, key: tuple[str, str], seq: int, points: tuple[Point, ...]) -> None:
        self._points.setdefault(key, {})[seq] = points
        self._merged.pop(key, None)

    def drawing(self, run: Run, now: Moment, width: int | None = None) -> DrawCourse:
        """Give what draws the courses in a list of so many cells; without a width, as long as they get."""
        cells = cells_of(width)
        return lambda item: self._line(run, item, now, cells) if cells and item.metric is not None else ""

    def _line(self, run: Run, item: Item, now: Moment, cells: int) -> str:
        """Draw the course of a metric that a probe reads; nothing of one that is read by hand, or not yet."""
        metric = run.judged_by(item.stage, item.metric_id)
        newest = self.unrecorded(item.metric_id) if item.stage == run.reading_stage else ()
        recorded = self._recorded((item.stage, item.metric_id), metric)
        if metric.probe is None or not (recorded or newest):
            return ""
        points = [*recorded, *looks_of(newest)]
        # While nobody looks a course grows with the time, which no eye follows by the second.
        span = span_of(run, item.stage, metric, points, now.at.replace(second=0, microsecond=0))
        depends_on = (recorded, newest[-1:], span, metric)
        before = self._drawn.get((item.id, cells))
        if before is not None and before[0] == depends_on:
            return before[1]
        line = sparkline(columns(points, *span, cells, reach_of(metric), metric.threshold), metric.threshold)
        self._drawn[item.id, cells] = depends_on, line
        return line

    def _recorded(self, key: tuple[str, str], metric: Metric) -> list[Point]:
        """What was recorded, no finer than a line can show: it is drawn again with every look that is not."""
        if key not in self._merged:
            points = [point for each in self._points.get(key, {}).values() for point in each]
            times = sorted((each.since, each.until) for each in points)
            span = (times[-1][1] - times[0][0]) / _FINEST if times else timedelta(0)
            self._merged[key] = merged(points, span, reach_of(metric), metric.threshold)
        return self._merged[key]


def read_kept(kept: Kept, evidence: Callable[[str], bytes]) -> tuple[Point, ...]:
    """Read the looks of a window; where they are missing or altered nothing was seen."""
    try:
        found = looks_kept(kept.event, kept.point, evidence(kept.sha256))
    except RolloutError:
        return without_looks(kept.point)
    return (kept.point,) if found is None else with_looks(kept.point, found)
