"""What changed since a gate was last looked at: of each reading and sensed item what is known now, and was then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..frozen import dataclass
from . import events as ev
from .events import Entry
from .observation import FAIL, PASS
from .sensed import holds
from .stages import Item, ItemKind
from .state import Run
from .subjects.observations import read_time


@dataclass(frozen=True)
class Known:
    """What is known of a metric or an item, by its id: in words, and when it was looked at.

    `before` is what was known then, in the same words where nothing changed, and empty where nobody had looked.
    """

    subject: str
    title: str
    now: str
    at: datetime
    before: str
    before_at: datetime | None

    @property
    def is_changed(self) -> bool:
        return self.now != self.before


def changed_since(run: Run, entries: Sequence[Entry], seq: int | None = None) -> tuple[Known, ...]:
    """Give what is known of all that the open stage's gate asks for and that was looked at, in the plan's order.

    It is compared with what was known when event `seq` was the newest; without it with the look before the newest. What
    was read afterwards, from a source's history, is no newer for it.
    """
    looks: dict[str, list[Entry]] = {}
    for entry in entries:
        match entry.event:
            case ev.MetricMeasured(stage=stage) | ev.MetricUnread(stage=stage) if stage == run.reading_stage:
                looks.setdefault(entry.event.metric, []).append(entry)
            case ev.Observed(afterwards=False, subject=name, stage=stage):
                if name not in run.sequence.metrics or stage == run.reading_stage:
                    looks.setdefault(name, []).append(entry)
            case _:
                pass
    asked = [*(run.sequence.metrics if run.stage.phase is not None else ()), *(item.id for item in _items(run))]
    return tuple(_known(run, name, looks[name], seq) for name in asked if name in looks)


def _items(run: Run) -> list[Item]:
    """What a probe looks at for the gate: what counts of the stages so far, and the triggers of the open one."""
    stages = run.sequence.stages[: run.position + 1]
    probed = (item for stage in stages for item in stage.items if item.probe is not None and item.metric is None)
    here = run.stage.id
    return [i for i in probed if i.stage == here or (i.trigger is None and holds(run.sequence, i, run.position))]


def _known(run: Run, name: str, looks: list[Entry], seq: int | None) -> Known:
    newest = looks[-1]
    before = looks[:-1] if seq is None else [each for each in looks if each.seq <= seq]
    item, metric = run.sequence.items.get(name), run.sequence.metrics.get(name)
    title = metric.metric if metric is not None else item.title if item is not None else name
    was = (_words(run, before[-1]), _at(before[-1])) if before else ("", None)
    return Known(name, title, _words(run, newest), _at(newest), *was)


def _at(entry: Entry) -> datetime:
    event = entry.event
    return (read_time(event.until) if isinstance(event, ev.Observed) else None) or entry.stamp.at


def _words(run: Run, entry: Entry) -> str:
    event = entry.event
    value, metric = ev.value_read(event), run.sequence.metrics.get(ev.metric_read(event))
    if metric is not None and value is not None:
        return f"{value:g} {metric.threshold.unit}".strip()
    if isinstance(event, ev.Observed) and event.outcome in {PASS, FAIL}:
        is_trigger = run.sequence.items[event.subject].kind is ItemKind.TRIGGER
        says = ("well", "its condition is met") if is_trigger else ("holds", "does not hold")
        seen = "" if value is None else f" ({value:g})"
        return f"{says[event.outcome == FAIL]}{seen}"
    assert isinstance(event, ev.Observed | ev.MetricUnread)
    return f"could not be seen: {event.reason}"
