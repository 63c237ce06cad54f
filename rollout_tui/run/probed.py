"""What is looked at by probes: in a soak, and at a gate. Pure: a run gives the subjects, each by its id."""

from __future__ import annotations

from datetime import timedelta

from ..plan.probe import Probe
from ..plan.quantities import Comparison
from .observation import FAIL, JUDGED, PASS, UNKNOWN, Sight
from .sensed import holds
from .stages import Item, ItemKind
from .state import Run


def probe_of(run: Run, subject: str) -> Probe | None:
    """Give what looks at a metric or an item; None where nothing does, or where the run has none of this id."""
    found = run.sequence.metrics.get(subject) or run.sequence.items.get(subject)
    return found.probe if found is not None else None


def threshold_of(run: Run, subject: str) -> Comparison | None:
    """Give what judges a metric's value; elsewhere what its probe expects does."""
    metric = run.sequence.metrics.get(subject)
    return metric.threshold if metric is not None else None


def max_age_of(run: Run, subject: str) -> timedelta:
    found = run.sequence.metrics.get(subject) or run.sequence.items[subject]
    return found.max_age.value


def in_soak(run: Run) -> tuple[str, ...]:
    """Give what is looked at again and again: once a phase was started the metrics, and the triggers of the open one.

    A rollback's metrics show that it restored, those of validation that it may end.
    """
    if run.closed is not None or run.exposed is None:
        return ()
    is_open = run.is_started(run.stage) and run.rollback is None
    triggers = (i.id for i in run.stage.items if is_open and i.kind is ItemKind.TRIGGER and i.probe is not None)
    return (*_metrics(run), *triggers)


def at_gate(run: Run) -> tuple[str, ...]:
    """Give what is looked at for a decision: all of the open stage, what holds of earlier ones, and the metrics."""
    if run.closed is not None:
        return ()
    stages = run.sequence.stages[: run.position + 1]
    items = (item for stage in stages for item in stage.items if _counts(run, item))
    return (*_metrics(run), *(item.id for item in items))


def _metrics(run: Run) -> tuple[str, ...]:
    return tuple(name for name, metric in run.sequence.metrics.items() if metric.probe is not None)


def _counts(run: Run, item: Item) -> bool:
    if item.probe is None or item.metric is not None:
        return False
    if item.stage == run.stage.id:
        return run.stage.phase is None or run.is_started(run.stage)
    return item.kind is not ItemKind.TRIGGER and holds(run.sequence, item, run.position)


def newest_sight(run: Run, subject: str) -> Sight | None:
    """Give what a probe's newest entry about a subject came to; None where there is none that counts now."""
    if subject in run.sequence.metrics:
        reading = run.readings.get((run.reading_stage, subject))
        if reading is None or not reading.sensed:
            return None
        return UNKNOWN if reading.value is None else FAIL if reading.breach else PASS
    seen, cleared = run.observed.get(subject), run.cleared.get(subject)
    if seen is None or (cleared is not None and seen.newest.mark.seq < cleared.seq):
        # What a person cleared since, has to be seen anew.
        return None
    return seen.newest.outcome


def is_change(before: Sight | None, after: Sight) -> bool:
    """Whether two outcomes are told apart in the record: that nothing was seen, and that nobody could look, are not."""
    return before is None or (before != after and bool({before, after} & {*JUDGED}))
