"""Evolve: a run and its next entry give the next run; `replay` folds a whole journal and freezes once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ..people import principals_in
from .builder import Builder
from .clock_steps import follow_clock
from .events import Entry, Event, by_event
from .part import flags_of
from .plan_events import RunStarted
from .plan_of import plan_of
from .previous_attempt import found, in_place
from .stages import counts_as_open
from .stamp import Mark, Stamp
from .state import DoesNotFit, Run
from .two_people import identity_of


class _Fold(Protocol):
    def __call__(self, run: Builder, event: Any, mark: Mark, stamp: Stamp) -> None: ...


_FOLD: dict[type[Event], _Fold] = by_event("fold")


def begin(header: Entry) -> Run:
    """Make the run that a journal's header starts; raises DoesNotFit if it or its plan is not one."""
    started = header.event
    if not isinstance(started, RunStarted):
        raise DoesNotFit("the first entry does not start a run")
    plan, stages = plan_of(started)
    builder = Builder(Run(plan, stages, started, header.stamp, header.hash))
    builder.identity = identity_of(started, plan, principals_in(started.principals))
    builder.in_place, builder.effects = in_place(started), found(started)
    builder.flags = flags_of(builder.effects)
    if header.stamp.boot:
        builder.clocks[header.stamp.boot] = header.stamp
    for stage in stages.stages:
        builder.unresolved[stage.id] = sum(counts_as_open(item) for item in stage.items)
    return builder.freeze()


def evolve(run: Run, entry: Entry) -> Run:
    """Give the run after one more entry; raises DoesNotFit where the run before can't have had it."""
    return replay(run, (entry,))


def replay(run: Run, entries: Iterable[Entry]) -> Run:
    """Give the run after these entries, in their order; raises as `evolve`."""
    builder = Builder(run)
    for entry in entries:
        apply(builder, entry)
    return builder.freeze()


def apply(builder: Builder, entry: Entry) -> None:
    """Fold one entry into a run that is being built; raises as `evolve`."""
    stamp, event = entry.stamp, entry.event
    if stamp.boot:
        follow_clock(builder, stamp)
    _FOLD[type(event)](builder, event, entry.mark, stamp)
    builder.head, builder.seq = entry.hash, entry.seq
    builder.advance()
