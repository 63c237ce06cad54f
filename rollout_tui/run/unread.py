"""What a run's condition says of readings that are missing, of what its probes can't see, and of a soak that stands."""

from __future__ import annotations

from collections.abc import Iterator

from .blocker import Blocker, BlockerKind
from .firing import met_again
from .moment import Moment
from .next import reading_row
from .observation import is_ahead
from .ranks import Condition, Helps, attention, by
from .sensed import is_own_gate, what_failed
from .soak import unobserved
from .stages import ItemKind
from .state import Run, Status

# Where only these are left, a reading is what keeps the gate shut.
_BESIDE_READINGS = frozenset({BlockerKind.UNREAD, BlockerKind.STALE, BlockerKind.APPROVAL, BlockerKind.WINDOW})

# What was looked at by a clock that was ahead.
_IN_FUTURE = "LOOKED AT IN THE FUTURE"

_LOOKS: Helps = (("measure", "looks"),)
_SIGNS: Helps = (("sign", "signs"),)


def unread(run: Run, now: Moment, found: tuple[Blocker, ...], *, is_all: bool) -> Iterator[Condition]:
    """A metric that can't be read is always told; one never read or read long ago, once nothing else blocks."""
    is_all = is_all and all(each.kind in _BESIDE_READINGS for each in found)
    yield from _unseen(run, now)
    if seen := unobserved(run, run.stage, now):
        yield attention("NOT OBSERVED", seen, _LOOKS)
    for each in found:
        if each.kind not in {BlockerKind.UNREAD, BlockerKind.STALE}:
            continue
        if each.subject in run.sequence.items:
            if is_all:
                yield from _too_long_ago(run, now, each)
            continue
        title, row = run.sequence.metrics[each.subject].metric, reading_row(run, each.subject)
        reading = run.readings.get((run.stage.id, each.subject))
        helps = (("measure", "reads"),)
        if reading is not None and reading.value is None:
            why = f": {reading.reason}" if reading.reason else ""
            yield attention("COULD NOT BE READ", f"{title} ({by(reading.mark, now)}{why})", helps, row)
        elif is_all and reading is None:
            yield attention("NOT READ", title, helps, row)
        elif is_all and reading is not None:
            what = _IN_FUTURE if is_ahead(reading.at, now.at) else "READING TOO OLD"
            yield attention(what, f"{title} ({by(reading.mark, now)})", helps, row)


def _too_long_ago(run: Run, now: Moment, blocker: Blocker) -> Iterator[Condition]:
    """What its probe saw too long ago, or a trigger that it never looked at."""
    item, seen = run.sequence.items[blocker.subject], run.observed.get(blocker.subject)
    if seen is None:
        yield attention("NOT LOOKED AT", item.title, _LOOKS, item.id)
    elif blocker.kind is BlockerKind.STALE:
        helps = _LOOKS if item.kind is ItemKind.TRIGGER else _SIGNS
        look = seen.newest if item.kind is ItemKind.TRIGGER else seen.passed or seen.newest
        what = _IN_FUTURE if is_ahead(look.at, now.at) else "SENSED TOO LONG AGO"
        yield attention(what, f"{item.title} ({by(look.mark, now)})", helps, item.id)


def _unseen(run: Run, now: Moment) -> Iterator[Condition]:
    """An item that is not resolved, or by its probe alone, or a trigger that is not fired, which no probe can see.

    And a trigger that is met again after it was cleared.
    """
    for name, seen in run.observed.items():
        item = run.sequence.items[name]
        status = run.state(name).status
        if name in run.fired:
            continue
        if (failed := met_again(run, name)) is not None and item.stage == run.stage.id:
            yield attention("MET AGAIN", f"{item.title} ({by(failed.mark, now)}: {what_failed(failed)})", _LOOKS, name)
            continue
        is_told = not run.is_resolved(item) if status is Status.OPEN else status is Status.SENSED
        if seen.unseen is not None and is_told and is_own_gate(run, item):
            about = f"{item.title} ({by(seen.unseen.mark, now)}: {seen.unseen.reason})"
            helps = _LOOKS if item.kind is ItemKind.TRIGGER else _SIGNS
            yield attention("COULD NOT BE READ", about, helps, name)
