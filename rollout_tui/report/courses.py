"""The courses of a run's metrics: what was seen of each in each phase, look by look, against its threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan.ids import metric_id
from ..plan.quantities import Comparison, format_span
from ..run.course import Column, Point, columns, reach_of, span_of
from ..run.looks import with_looks, without_looks
from ..run.state import Run
from ..run.stretches import length, union
from .readings import ReadingLine


@dataclass(frozen=True)
class CourseLine:
    """A metric in a phase, from `since` to `until`, in as many `looks` as the log counts.

    `lost` names the windows of which the looks are missing or altered: of those nothing is known.
    """

    stage: str
    metric: str
    limit: Comparison
    points: tuple[Point, ...]
    since: datetime
    until: datetime
    reach: timedelta
    looks: int
    lost: tuple[str, ...]

    def columns(self, count: int) -> tuple[Column, ...]:
        return columns(self.points, self.since, self.until, count, self.reach, self.limit)

    @property
    def values(self) -> str:
        """Between what it was, in words."""
        known = [each.value for each in self._judged if each.value is not None]
        if not known:
            return "never seen"
        least, most = f"{min(known):g}", f"{max(known):g}"
        return f"{least if least == most else f'{least} to {most}'} {self.limit.unit}".rstrip()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not fine, and what nobody saw at the time."""
        spans = (
            ("in breach", self._in_breach),
            ("not seen", self._not_seen),
            ("read afterwards", self._afterwards),
        )
        told = (f"{what} for {format_span(took)}" for what, took in spans if took)
        moment = ("in breach",) if any(each.breach for each in self.points) and not self._in_breach else ()
        return (*moment, *told, *(f"looks {each}" for each in self.lost))

    @property
    def is_wrong(self) -> bool:
        return any(each.breach for each in self.points) or bool(self._not_seen or self.lost)

    @property
    def _judged(self) -> tuple[Point, ...]:
        return tuple(sorted((each for each in self.points if each.value is not None), key=lambda each: each.since))

    @property
    def _in_breach(self) -> timedelta:
        """From each look that failed to the next one that could judge, however late that came."""
        judged = self._judged
        ends = [*(each.since for each in judged[1:]), self.until]
        lasted = [(each.since, max(each.until, end)) for each, end in zip(judged, ends, strict=False) if each.breach]
        return length(union(lasted), self.since, self.until)

    @property
    def _not_seen(self) -> timedelta:
        """The beginning counts as a look, as it does for the soak."""
        seen = union([(self.since, self.since), *((each.since, each.until) for each in self._judged)], self.reach)
        return self.until - self.since - length(seen, self.since, self.until)

    @property
    def _afterwards(self) -> timedelta:
        late = ((each.since, each.until) for each in self._judged if each.afterwards)
        return length(union(late, self.reach), self.since, self.until)


def courses(run: Run, lines: Iterable[ReadingLine], until: datetime) -> tuple[CourseLine, ...]:
    """Give the courses of the metrics that probes read in a phase, in the order of their first readings.

    That of an open phase ends at `until` at the latest, when something was recorded last.
    """
    found: dict[tuple[str, str], list[ReadingLine]] = {}
    for line in lines:
        found.setdefault((line.stage.id, metric_id(line.metric)), []).append(line)
    return tuple(_course(run, each, until) for each in found.values() if _is_drawn(run, each))


def _is_drawn(run: Run, lines: Sequence[ReadingLine]) -> bool:
    return lines[0].stage.id in run.phases and any(line.sensed for line in lines)


def _course(run: Run, lines: Sequence[ReadingLine], last: datetime) -> CourseLine:
    """The metric is what its newest reading was judged by."""
    stage, metric = lines[-1].stage, lines[-1].metric
    points = tuple(point for line in lines for point in _points(line))
    since, until = span_of(run, stage.id, metric, points, last)
    lost = tuple(
        f"{each.looks.kept} of #{each.entry.seq}" for each in lines if each.looks.kept in {"missing", "altered"}
    )
    count = sum(each.samples or 1 for each in lines)
    reach, limit = reach_of(metric), metric.threshold
    return CourseLine(stage.title, metric.metric, limit, points, since, until, reach, count, lost)


def _points(line: ReadingLine) -> Iterator[Point]:
    """The looks and what the entry says itself; where they should be and are not, nothing was seen."""
    point = line.point
    match line.looks.kept:
        case "whole":
            yield from with_looks(point, line.looks.points)
        case "missing" | "altered":
            yield from without_looks(point)
        case _:
            yield point
