"""Act on a probe's look: record what it saw."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import get_args

from ...errors import Conflict, Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ...plan.model import Metric
from ...plan.quantities import format_span
from ..action import Action
from ..moment import Moment
from ..observation import FAIL, JUDGED, PASS, Sight, is_ahead
from ..stages import INTERVALS, Item
from ..state import Run
from .guards import need_reason
from .observations import Event, Observed, read_time
from .readings_acts import need_in_range

OUTCOMES: tuple[Sight, ...] = get_args(Sight)


@dataclass(frozen=True)
class Observe:
    """Record what a probe saw of a metric, a trigger, or of what is signed: a check, a criterion, a flag.

    It stands outside the table: who asks for it has looked. `subject` is the metric's id or the item's; `stage` the
    stage in which it was looked, the one that readings count for now where it is empty. `since` and `until` are times
    in ISO 8601 for a window of `samples` looks, which may have been read `afterwards`, from the source's history. The
    run judges a metric's value itself.
    """

    subject: str
    outcome: str
    stage: str = ""
    value: float | None = None
    reason: str = ""
    since: str = ""
    until: str = ""
    samples: int = 0
    afterwards: bool = False


Intent = Observe

ACTIONS = (
    Action(
        "observe",
        "Record what a probe saw",
        Observe,
        lambda run, subject, now, actor: None,
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    outcome = next((each for each in OUTCOMES if each == intent.outcome), None)
    if outcome is None:
        raise UsageError(f"{intent.outcome!r} is no outcome of a probe.", f"It is one of {', '.join(OUTCOMES)}.")
    if intent.value is not None and not math.isfinite(intent.value):
        raise UsageError(f"{intent.value} is no value that can be judged.", "No number is unknown, or an error.")
    stage = run.reading_stage
    if intent.stage not in {"", stage}:
        here = run.sequence.stage(stage).title
        raise Conflict(f"It was looked at in {intent.stage}, and the run stands at {here}.", "Look again.")
    subject = _subject(run, intent.subject)
    at = _looked_at(intent, now)
    _need_dense(intent, subject)
    _need_sustained(intent, subject, outcome)
    if intent.afterwards:
        _need_history(intent, subject)
    else:
        _need_newest(run, intent, at, outcome, now)
    value = None if intent.value is None else float(intent.value)
    if intent.subject in run.sequence.metrics:
        _need_judged_right(run, intent.subject, outcome, value)
    reason = intent.reason.strip() if outcome in JUDGED else need_reason(intent.reason, "A look that saw nothing")
    window = intent.since, intent.until, intent.samples
    return Observed(intent.subject, stage, outcome, value, reason, *window, intent.afterwards)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    return Observe(
        event.subject,
        event.outcome,
        event.stage,
        event.value,
        event.reason,
        event.since,
        event.until,
        event.samples,
        event.afterwards,
    )


def _subject(run: Run, name: str) -> Metric | Item:
    """Give the metric or the item that is meant, which is named in full; refuses one that no probe looks at."""
    found = run.sequence.metrics.get(name) or run.sequence.items.get(name)
    if found is None:
        raise UsageError(f"There is no metric or item {name!r} in this run.", "A look names its subject in full.")
    if found.probe is None or (isinstance(found, Item) and found.metric is not None):
        raise Refused(f"{name!r} has no probe in the plan that the run follows.", "Sign it, or measure it.")
    if isinstance(found, Item):
        stage = run.sequence.stage(found.stage)
        if run.sequence.index[stage.id] > run.position:
            raise Refused(f"{found.title!r} is out of turn: {stage.title} is not open yet.", f"Now: {run.stage.title}.")
        if stage.phase is not None and not run.is_started(stage):
            raise Refused(f"{stage.title} is not started.", f"Start it first: start-phase {stage.id}.")
    return found


def _looked_at(intent: Intent, now: Moment) -> datetime:
    since, until = read_time(intent.since), read_time(intent.until)
    if (since is None) is not (until is None) or (since is not None and until is not None and since > until):
        raise UsageError("A window has both its times, the earlier first.", "One look alone has none.")
    if until is not None and until > now.at:
        raise UsageError(f"{intent.until} lies in the future.", "Give the time of the last sample.")
    if intent.samples < 0 or (until is None and intent.samples):
        raise UsageError(f"{intent.samples} is no number of samples.", "One look alone has none.")
    return until or now.at


def _need_dense(intent: Intent, subject: Metric | Item) -> None:
    """A window has no gap in it: where there was one, that is two."""
    since, until = read_time(intent.since), read_time(intent.until)
    if since is None or until is None or subject.probe is None:
        return
    if until - since > INTERVALS * subject.probe.every.value * intent.samples:
        span, every = format_span(until - since), subject.probe.every
        hint = "Give two windows where there was a gap between the looks."
        raise UsageError(f"{intent.samples} samples are too few for {span} of a probe that looks every {every}.", hint)


def _need_sustained(intent: Intent, subject: Metric | Item, outcome: Sight) -> None:
    """A trigger with `for` fires by what went on for so long."""
    if not isinstance(subject, Item) or subject.trigger is None or outcome != FAIL:
        return
    lasting, since, until = subject.trigger.for_, read_time(intent.since), read_time(intent.until)
    span = until - since if since is not None and until is not None else timedelta(0)
    if span < lasting.value:
        raise Refused(
            f"{subject.title!r} fires after {lasting}, and this was seen for {format_span(span)}.", "Go on looking."
        )


def _need_history(intent: Intent, subject: Metric | Item) -> None:
    """What was not looked at can be read afterwards of a metric or trigger whose source keeps what it knew."""
    if not intent.until:
        raise UsageError("What is read afterwards is a window.", "One look alone is one that is taken now.")
    title = subject.title if isinstance(subject, Item) else subject.metric
    if isinstance(subject, Item) and subject.trigger is None:
        raise Refused(f"{title!r} is looked at now, and not afterwards.", "Look again.")
    if subject.probe is not None and subject.probe.kind != "prometheus":
        raise Refused(f"{title!r} has a probe of kind {subject.probe.kind}, which keeps no history.", "Look again.")


def _need_newest(run: Run, intent: Intent, at: datetime, outcome: Sight, now: Moment) -> None:
    """A pass from before the newest look changes nothing any more; what lies in the future is newer than nothing."""
    times = [each for each in _known(run, intent.subject) if not is_ahead(each, now.at)]
    if outcome == PASS and times and at < max(times):
        last = f"{max(times):%H:%M} UTC"
        raise Conflict(f"{intent.subject!r} was looked at since, at {last}.", "The newest look counts.")


def _known(run: Run, name: str) -> Iterator[datetime]:
    """When a metric or an item was looked at last, and when it was judged last."""
    seen, reading = run.observed.get(name), run.readings.get((run.reading_stage, name))
    if seen is not None:
        yield from (each.at for each in (seen.newest, seen.judged) if each is not None)
    if reading is not None:
        yield from (each.at for each in (reading, reading.last) if each is not None)


def _need_judged_right(run: Run, name: str, outcome: Sight, value: float | None) -> None:
    if value is not None:
        need_in_range(run, name, value)
    if outcome not in JUDGED:
        return
    metric = run.sequence.metrics[name]
    if value is None:
        raise UsageError(f"{metric.metric} has no value to judge.", "Without a value it is unknown, or an error.")
    if metric.threshold.breached_by(value) is not (outcome == FAIL):
        judged = "in breach of" if metric.threshold.breached_by(value) else "not in breach of"
        raise Refused(
            f"{metric.metric} at {value:g} is {judged} {metric.threshold}: {outcome} is mistaken.", "Look again."
        )
