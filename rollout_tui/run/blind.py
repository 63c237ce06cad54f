"""Blind time: for each phase that probes watch, how much of its soak they saw, and what they could not see.

Told from a log's entries, for reports and for the history of many runs; a log without a look costs one pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ..frozen import dataclass
from .builder import Builder
from .events import Entry, Observed
from .evolve import apply, begin
from .observation import ERROR, UNKNOWN
from .soak import observed_by, whole_soak
from .stages import Stage
from .state import DoesNotFit, PhaseState
from .watching import watched


@dataclass(frozen=True)
class PhaseSight:
    """A phase's soak as its probes saw it, from the event `seq` that started it to `ended`; None while it goes on.

    `whole` is how long it had to be observed, `observed` how long it was and counts, `blind` how long some metric was
    not seen; what was unwell is neither. `looks` counts each look at what belongs to the phase, `unknown` those that
    saw nothing to judge, `errors` those that could not look; a window counts all its samples.
    """

    stage: str
    seq: int
    ended: datetime | None
    whole: timedelta
    observed: timedelta
    blind: timedelta
    looks: int
    unknown: int
    errors: int


def sights(entries: Sequence[Entry]) -> tuple[PhaseSight, ...]:
    """Give how each phase of a run was seen, in the order in which they were started; nothing where no probe looks.

    A phase that was gone back to stands there once for each time. Raises ValueError where no run starts.
    """
    if not any(isinstance(entry.event, Observed) for entry in entries):
        return ()
    try:
        return tuple(_follow(entries))
    except DoesNotFit as error:
        raise ValueError(str(error)) from None


def unseen(entries: Sequence[Entry]) -> tuple[int, int]:
    """Give how many looks of a whole run saw nothing to judge, and how many could not look."""
    return _count(entries, UNKNOWN), _count(entries, ERROR)


class _Visit:
    """A phase that is being followed, as it stood after its newest event."""

    def __init__(self, stage: Stage, state: PhaseState, reach: Mapping[str, timedelta]) -> None:
        self.stage, self.state, self.reach = stage, state, reach
        self.looks: Counter[str] = Counter()

    def sight(self, ended: datetime | None, last: datetime) -> PhaseSight:
        counted, blind = observed_by(self.stage, self.state, self.reach, last)
        of_these = self.looks[UNKNOWN], self.looks[ERROR]
        whole = whole_soak(self.stage, self.state)
        seen = (whole, min(whole, counted), blind, self.looks.total(), *of_these)
        return PhaseSight(self.stage.id, self.state.started.seq, ended, *seen)


def _follow(entries: Sequence[Entry]) -> Iterator[PhaseSight]:
    run = Builder(begin(entries[0]))
    visit: _Visit | None = None
    for entry in entries[1:]:
        apply(run, entry)
        at = entry.stamp.at
        if visit is not None and not _goes_on(run, visit):
            yield visit.sight(at, at)
            visit = None
        here = run.sequence.stages[run.position]
        if here.id in run.phases and run.closed is None and watched(run):
            visit = visit or _Visit(here, run.phases[here.id], watched(run))
            visit.stage, visit.state, visit.reach = here, run.phases[here.id], watched(run)
        if visit is not None and isinstance(entry.event, Observed) and entry.event.stage == visit.stage.id:
            visit.looks[entry.event.outcome] += max(1, entry.event.samples)
    if visit is not None:
        yield visit.sight(None, min(entries[-1].stamp.at, visit.state.watch.looked or visit.state.started.at))


def _goes_on(run: Builder, visit: _Visit) -> bool:
    state = run.phases.get(visit.stage.id)
    is_same = state is not None and state.started.seq == visit.state.started.seq
    return is_same and visit.stage.id not in run.gates and run.closed is None


def _count(entries: Sequence[Entry], outcome: str) -> int:
    events = (entry.event for entry in entries)
    return sum(max(1, e.samples) for e in events if isinstance(e, Observed) and e.outcome == outcome)
