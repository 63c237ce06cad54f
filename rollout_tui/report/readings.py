"""Every reading of a run beside its threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..frozen import dataclass
from ..run import events as ev
from ..run.events import Entry, metric_read
from ..run.observation import JUDGED
from ..run.state import Run


@dataclass(frozen=True)
class ReadingLine:
    """A metric as it was read in a stage; `value` is None where it could not be, `note` says why or what else.

    `sensed` says that a probe read it, and nobody typed it.
    """

    entry: Entry
    metric: str
    stage: str
    value: float | None
    unit: str
    threshold: str
    breach: bool
    note: str
    sensed: bool = False

    @property
    def shown(self) -> str:
        return "not read" if self.value is None else f"{self.value:g} {self.unit}".rstrip()

    @property
    def how(self) -> str:
        return "sensed" if self.sensed else "typed"

    @property
    def verdict(self) -> str:
        return "unknown" if self.value is None else "in breach" if self.breach else "fine"


def readings(run: Run, entries: Sequence[Entry]) -> tuple[ReadingLine, ...]:
    """Give the readings in their order."""
    return tuple(_lines(run, entries))


def _lines(run: Run, entries: Sequence[Entry]) -> Iterator[ReadingLine]:
    for entry in entries:
        event = entry.event
        name = metric_read(event)
        then = run.sequence_at(entry.seq)
        if name not in then.metrics or not isinstance(event, ev.MetricMeasured | ev.MetricUnread | ev.Observed):
            continue
        metric = then.metrics[name]
        stage = then.stage(event.stage).title
        limit = metric.threshold
        if isinstance(event, ev.MetricMeasured):
            breach = limit.breached_by(event.value)
            yield ReadingLine(entry, metric.metric, stage, event.value, limit.unit, str(limit), breach, event.note)
        elif isinstance(event, ev.Observed):
            value = event.value if event.outcome in JUDGED else None
            breach = value is not None and limit.breached_by(value)
            yield ReadingLine(entry, metric.metric, stage, value, limit.unit, str(limit), breach, event.reason, True)
        else:
            yield ReadingLine(entry, metric.metric, stage, None, limit.unit, str(limit), False, event.reason)
