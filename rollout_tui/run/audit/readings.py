"""Findings on readings: each time that a metric went into breach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, later, stage_of


def breaches(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that a metric went into breach, until its next fine reading."""
    going: dict[str, list[Entry]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PlanRedlined):
            for metric in [each for each, found in going.items() if not _is_breach(run, found[-1], entry.seq + 1)]:
                yield _breach(run, going.pop(metric), entry)
            continue
        name = ev.metric_read(event)
        if not name or ev.value_read(event) is None:
            continue
        if _is_breach(run, entry, entry.seq):
            going.setdefault(name, []).append(entry)
        elif name in going:
            yield _breach(run, going.pop(name), entry)
    for found in going.values():
        yield _breach(run, found, None)


def _is_breach(run: Run, entry: Entry, seq: int) -> bool:
    """Whether a reading is in breach of the threshold that the plan had when the event `seq` was decided."""
    metric, value = run.sequence_at(seq).metrics.get(ev.metric_read(entry.event)), ev.value_read(entry.event)
    return metric is not None and value is not None and metric.threshold.breached_by(value)


def _breach(run: Run, found: list[Entry], fine: Entry | None) -> AuditFinding:
    first = found[0]
    event = first.event
    assert isinstance(event, ev.MetricMeasured | ev.Observed)
    metric = run.sequence_at(first.seq).metrics[ev.metric_read(event)]
    value = f"{ev.value_read(event):g} {metric.threshold.unit}".rstrip()
    stage = stage_of(run.sequence_at(first.seq), event.stage)
    by = f"read by {first.stamp.by}" if isinstance(event, ev.MetricMeasured) else f"sensed with {first.stamp.by}"
    text = f"{metric.metric} was in breach of {metric.threshold} in {stage}: {value}, {by}"
    if len(found) > 1:
        text += f", and {len(found) - 1} more"
    end = "fine by a redline of the plan" if fine and isinstance(fine.event, ev.PlanRedlined) else "fine again"
    text += f"; {end} {later(first, fine)}" if fine else "; never read fine again"
    return about(first, Kind.BREACH, Severity.WARNING if fine else Severity.SERIOUS, text)


FINDINGS = (breaches,)
