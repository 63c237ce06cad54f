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
        if not isinstance(event, ev.MetricMeasured):
            continue
        if _is_breach(run, entry, entry.seq):
            going.setdefault(event.metric, []).append(entry)
        elif event.metric in going:
            yield _breach(run, going.pop(event.metric), entry)
    for found in going.values():
        yield _breach(run, found, None)


def _is_breach(run: Run, entry: Entry, seq: int) -> bool:
    """Whether a reading is in breach of the threshold that the plan had when the event `seq` was decided."""
    assert isinstance(entry.event, ev.MetricMeasured)
    metric = run.sequence_at(seq).metrics.get(entry.event.metric)
    return metric is not None and metric.threshold.breached_by(entry.event.value)


def _breach(run: Run, found: list[Entry], fine: Entry | None) -> AuditFinding:
    first = found[0]
    event = first.event
    assert isinstance(event, ev.MetricMeasured)
    metric = run.sequence_at(first.seq).metrics[event.metric]
    value = f"{event.value:g} {metric.threshold.unit}".rstrip()
    stage = stage_of(run.sequence_at(first.seq), event.stage)
    text = f"{metric.metric} was in breach of {metric.threshold} in {stage}: {value}, read by {first.stamp.by}"
    if len(found) > 1:
        text += f", and {len(found) - 1} more"
    end = "fine by a redline of the plan" if fine and isinstance(fine.event, ev.PlanRedlined) else "fine again"
    text += f"; {end} {later(first, fine)}" if fine else "; never read fine again"
    return about(first, Kind.BREACH, Severity.WARNING if fine else Severity.SERIOUS, text)


FINDINGS = (breaches,)
