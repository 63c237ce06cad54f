"""Observations: what a probe saw of a metric, a trigger, or of what is signed: a check, a criterion, a flag."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from ...errors import UsageError
from ...frozen import dataclass
from ...plan.model import Metric
from .. import deploying
from ..builder import Builder
from ..firing import fire_again, follow_look
from ..observation import FAIL, JUDGED, PASS, Look, Observation, Sight, is_ahead
from ..sensed import TICKED, after_look, holds
from ..stages import Item, ItemKind, StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit, Reading, Status
from ..watching import see
from .phrases import counted, subject_title, why


@dataclass(frozen=True)
class Observed:
    """A probe's look at a metric or item, `subject`, that counts for `stage`; `value` is in the probe's unit.

    A window of looks in a soak says from when to when it was looked, and how many `samples` there were; `afterwards`
    says that it was read from the source's history.
    """

    kind: ClassVar[str] = "observed"
    subject: str
    stage: str
    outcome: Sight
    value: float | None = None
    reason: str = ""
    since: str = ""
    until: str = ""
    samples: int = 0
    afterwards: bool = False


Event = Observed


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    stage, until = run.stage(event.stage).id, _time(event.until)
    if event.subject in run.sequence.metrics:
        _read(run, event, stage, mark, until or mark.at)
        return
    item, look = run.item(event.subject), Look(event.outcome, mark, until or mark.at, event.value, event.reason)
    if item.kind is ItemKind.TRIGGER:
        follow_look(run, item, look, _time(event.since) or look.at, afterwards=event.afterwards)
    elif item.kind in TICKED:
        _see(run, item, look)
    else:
        raise DoesNotFit(f"{item.id!r} is nothing that a probe sees")


def _read(run: Builder, event: Event, stage: str, mark: Mark, at: datetime) -> None:
    if event.outcome in JUDGED and event.value is None:
        raise DoesNotFit(f"it judges {event.subject!r} without a value")
    newest = run.readings.get((stage, event.subject))
    is_late = newest is not None and at < newest.at and not is_ahead(newest.at, mark.at)
    if not (is_late and event.afterwards):
        _read_newest(run, event, stage, mark, at)
    # One that fails and comes late lasts, by its record, as what was fine since is not known to be later.
    until = mark.at if is_late and event.outcome == FAIL and not event.afterwards else at
    window = (_time(event.since) or at, until, event.outcome)
    see(run, stage, event.subject, window, mark, afterwards=event.afterwards)


def _read_newest(run: Builder, event: Event, stage: str, mark: Mark, at: datetime) -> None:
    until = at if event.until else None
    if event.value is None or event.outcome not in JUDGED:
        # It clears nothing: a breach stays what it was.
        before = run.readings.get((stage, event.subject))
        last = before.known if before is not None else None
        run.readings[stage, event.subject] = Reading(None, False, mark, event.reason, True, until, last)
        return
    breach = run.metric(event.subject).threshold.breached_by(event.value)
    reading = Reading(event.value, breach, mark, event.reason, True, until)
    run.readings[stage, event.subject] = reading
    run.follow_reading(event.subject, reading)


def _see(run: Builder, item: Item, look: Look) -> None:
    run.observed[item.id] = run.observed.get(item.id, Observation(look)).after(look)
    # What a rollback is under way for is decided by people.
    if look.outcome in JUDGED and run.rollback is None:
        _settle(run, item, look)


def _settle(run: Builder, item: Item, look: Look) -> None:
    takes_off = holds(run.sequence, item, run.position)
    before = run.state(item.id)
    after = after_look(before, item, look, takes_off=takes_off)
    if after is before:
        return
    run.set(item.id, after)
    if after.status is not before.status:
        (deploying.sign if after.status is Status.SENSED else deploying.revoke)(run, item, look.mark)


def take_off_what_failed(run: Builder) -> None:
    """A rollback that is called off leaves neither a tick nor a trigger unfired whose newest look failed meanwhile."""
    for name, seen in list(run.observed.items()):
        if seen.failed is None:
            continue
        item = run.item(name)
        if item.kind is ItemKind.TRIGGER:
            fire_again(run, item, seen.failed)
        else:
            _settle(run, item, seen.failed)


def words(event: Event, sequence: StageSequence) -> str:
    metric = sequence.metrics.get(event.subject)
    title = subject_title(sequence, event.subject)
    unit = f" {metric.threshold.unit}" if metric and metric.threshold.unit else ""
    value = "" if event.value is None else f"{event.value:g}{unit}, "
    says = str(event.outcome)
    if event.outcome in JUDGED:
        says = _judged(event.outcome == PASS, metric, sequence.items.get(event.subject))
    is_window = event.until not in {"", event.since}
    window = f" ({_window(event)}{', read afterwards' if event.afterwards else ''})" if is_window else ""
    return f"sensed {title}: {value}{says}{window}{why(event.reason)}"


def _judged(is_pass: bool, metric: Metric | None, item: Item | None) -> str:
    if metric is not None:
        return "fine" if is_pass else f"in breach of {metric.threshold}"
    if item is not None and item.kind is ItemKind.TRIGGER:
        return "well" if is_pass else "the trigger's condition is met"
    return "holds" if is_pass else "does not hold"


def _window(event: Event) -> str:
    since, until = event.since, event.until
    try:
        began, ended = (datetime.fromisoformat(each).astimezone(UTC) for each in (since, until))
    except (ValueError, OverflowError):
        pass
    else:
        same = began.date() == ended.date()
        since, until = f"{began:%Y-%m-%d %H:%M:%S}", f"{ended:{'' if same else '%Y-%m-%d '}%H:%M:%S}"
    return f"{since} to {until}, {counted(event.samples, 'sample')}"


def _time(text: str) -> datetime | None:
    """Read a time that an entry holds; DoesNotFit where it is none with its offset."""
    try:
        return read_time(text)
    except UsageError as error:
        raise DoesNotFit(f"it says {text!r}: {error.message}") from None


def read_time(text: str) -> datetime | None:
    """Read a time with its offset, to UTC; None where there is none, UsageError where it is no time."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(text)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no time with its offset from UTC.", "Give it as 2026-03-04T14:02:00Z.") from None
