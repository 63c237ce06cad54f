"""Every reading of a run beside its threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..frozen import dataclass
from ..plan.model import Metric
from ..run.course import Point, key_of, point_of
from ..run.events import Entry, MetricMeasured, Observed
from ..run.stages import Stage
from ..run.state import Run
from .looks import Evidence, Looks, looks


@dataclass(frozen=True)
class ReadingLine:
    """A metric as it was read in a stage, both as the run knew them then; `looks` is what was kept of a window."""

    entry: Entry
    metric: Metric
    stage: Stage
    point: Point
    looks: Looks

    @property
    def value(self) -> float | None:
        """What was read, in the threshold's unit; None where it could not be."""
        return self.point.value

    @property
    def shown(self) -> str:
        return "not read" if self.value is None else f"{self.value:g} {self.metric.threshold.unit}".rstrip()

    @property
    def sensed(self) -> bool:
        """Whether a probe read it, and nobody typed it."""
        return isinstance(self.entry.event, Observed)

    @property
    def how(self) -> str:
        return "sensed" if self.sensed else "typed"

    @property
    def samples(self) -> int:
        """How many looks a window had; 0 for one alone."""
        return self.entry.event.samples if isinstance(self.entry.event, Observed) else 0

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "unknown"
        return "in breach" if self.metric.threshold.breached_by(self.value) else "fine"

    @property
    def note(self) -> str:
        """Why it could not be read, or what else was said of it."""
        event = self.entry.event
        return event.note if isinstance(event, MetricMeasured) else getattr(event, "reason", "")


def readings(run: Run, entries: Sequence[Entry], evidence: Evidence) -> tuple[ReadingLine, ...]:
    """Give the readings in their order."""
    return tuple(_lines(run, entries, evidence))


def _lines(run: Run, entries: Sequence[Entry], evidence: Evidence) -> Iterator[ReadingLine]:
    for entry in entries:
        then = run.sequence_at(entry.seq)
        key = key_of(entry.event, then)
        point = point_of(entry, then.metrics[key[1]]) if key is not None else None
        if key is not None and point is not None:
            yield ReadingLine(entry, then.metrics[key[1]], then.stage(key[0]), point, looks(entry, point, evidence))
