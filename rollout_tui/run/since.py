"""What a gate's rows said when somebody looked at it before, where they say something else now."""

from __future__ import annotations

from collections.abc import Iterator

from ..frozen import dataclass
from .sensed import changed
from .stages import Item, ItemKind
from .state import Reading, Run


@dataclass(frozen=True)
class Was:
    """What a row said before; `worse` where it was better then."""

    text: str
    worse: bool


def was(before: Run, run: Run, item: Item) -> Was | None:
    """Give what a row said at an earlier time of the run; None where it says the same now, or was not there."""
    if item.id not in before.sequence.items:
        return None
    if item.metric is not None:
        return _reading(before, run, item)
    if item.kind is ItemKind.TRIGGER:
        fired = item.id in run.fired
        return Was("fired" if not fired else "not fired", fired) if fired is not (item.id in before.fired) else None
    old, new = before.state(item.id), run.state(item.id)
    worse = before.is_resolved(item) and not run.is_resolved(item)
    return Was(str(old.status), worse) if old.status is not new.status else None


def changed_before(run: Run) -> Iterator[Item]:
    """Give what was done in an earlier stage and does not hold now, by its probe, which took nothing off."""
    items = (item for name in run.observed if (item := run.sequence.items.get(name)) is not None)
    return (item for item in items if run.sequence.index[item.stage] < run.position and changed(run, item) is not None)


def _reading(before: Run, run: Run, item: Item) -> Was | None:
    key = item.stage, item.metric_id
    old, new = before.readings.get(key), run.readings.get(key)
    unit = run.judged_by(*key).threshold.unit
    if _said(old, unit) == _said(new, unit):
        return None
    return Was(_said(old, unit), _is_fine(old) and not _is_fine(new))


def _said(reading: Reading | None, unit: str) -> str:
    if reading is None:
        return "never read"
    if reading.value is None:
        return "unknown"
    return f"{reading.value:g} {unit}".rstrip() + (", in breach" if reading.breach else "")


def _is_fine(reading: Reading | None) -> bool:
    return reading is not None and reading.value is not None and not reading.breach
