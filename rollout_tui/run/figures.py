"""The figures of a run: how long it stood in each stage, its waits, rollbacks, overrides, waivers and interruptions.

History, report and comparison all read them here, so that one run has one figure. They are counted from the events
alone: to build the plan and the folded run of each of a thousand logs would cost far more than to read them. Stages and
items are named by their ids, which stay the same from release to release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan import ids
from . import events as ev
from .blind import PhaseSight, sights, unseen
from .events import Entry, Stamp
from .observation import FAIL, PASS
from .restored import RollbackTime
from .stage_clock import StageClock, StageVisit
from .state import Outcome

SILENCE = timedelta(hours=4)
"""How long a run may be without an event before it counts as interrupted, outside phases (which soak) and holds."""

_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Waiver:
    """An item that was waived and stayed so, and who waived it why."""

    item: str
    by: str
    reason: str
    seq: int


@dataclass(frozen=True)
class Override:
    """A decision that went past blockers: what it decided (`start`, or a stage's id), who took it, and why."""

    stage: str
    by: str
    past: tuple[str, ...]
    reason: str
    seq: int


@dataclass(frozen=True)
class Gap:
    """A silence of `took` before the event `seq`."""

    took: timedelta
    seq: int


@dataclass(frozen=True)
class Figures:
    """A run in figures: `visits` are its stretches in stages, `stages` how long each took that was finished, in order.

    `started` is the header without the plan's lines, which are most of a log's memory and tell nothing here; its items
    are those of the newest plan. `redlines` counts how often that was changed.
    `went` is when the go was given, `reached` when the last phase was first started, `ended` when the run was closed;
    each is None before; `rolling_back_since` is None outside a rollback. `recovered` counts the incomplete entries that
    crashes left. `sights` are the soaks that probes watched; `unknown` and `errors` count all looks of the run that saw
    nothing to judge, and that could not look.
    """

    started: ev.RunStarted
    stamp: Stamp
    last: datetime
    events: int
    visits: tuple[StageVisit, ...]
    stages: tuple[tuple[str, timedelta], ...]
    waived: tuple[Waiver, ...]
    overrides: tuple[Override, ...]
    rollbacks: tuple[RollbackTime, ...]
    recovered: int
    gaps: tuple[Gap, ...]
    went: datetime | None = None
    reached: datetime | None = None
    ended: datetime | None = None
    outcome: Outcome | None = None
    rolling_back_since: datetime | None = None
    redlines: int = 0
    sights: tuple[PhaseSight, ...] = ()
    unknown: int = 0
    errors: int = 0

    @property
    def run(self) -> str:
        return self.started.run

    @property
    def rolling_back(self) -> bool:
        return self.rolling_back_since is not None

    @property
    def took(self) -> timedelta | None:
        """The whole run, from its start to its close; None while it is open."""
        return None if self.ended is None else max(_NOTHING, self.ended - self.stamp.at)

    @property
    def interrupted(self) -> bool:
        return bool(self.recovered or self.gaps)

    @property
    def failed(self) -> bool:
        """Whether it changed something and had to be undone or given up: rolled back, or aborted after the go."""
        undone = self.rolling_back or any(each.outcome != "called-off" for each in self.rollbacks)
        return self.went is not None and (undone or self.outcome in {"rolled-back", "aborted"})


def figures(entries: Sequence[Entry]) -> Figures:
    """Give a run's figures; raises ValueError if the first entry does not start a run."""
    header = entries[0]
    if not isinstance(header.event, ev.RunStarted):
        raise ValueError("the first entry does not start a run")
    tally = _Tally(header, header.event)
    for entry in entries[1:]:
        tally.add(entry)
    return tally.figures(entries)


class _Tally:
    """What one pass over the events counts; times come from when events were recorded, a rollback's from its own."""

    def __init__(self, header: Entry, started: ev.RunStarted) -> None:
        self.header, self.started = header, started
        self.items = started.items
        self.clock = StageClock(started.items, header.stamp.at)
        self.redlines = 0
        self.waived: dict[str, Waiver] = {}
        self.overrides: list[Override] = []
        self.rollbacks: list[RollbackTime] = []
        self.gaps: list[Gap] = []
        self.recovered = 0
        self.went: datetime | None = None
        self.reached: datetime | None = None
        self.closed: tuple[datetime, Outcome] | None = None
        self.scenario = self.left = ""
        self.since: datetime | None = None
        self.held = False
        self.sensed: set[str] = set()
        self.before = self.last = header.stamp.at
        if started.overrides:
            self._override("start", header, started.overrides, started.reason)

    def add(self, entry: Entry) -> None:
        """Count one more event."""
        event = entry.event
        self._listen(entry)
        # The commonest first: nearly all events are sign-offs and readings.
        if isinstance(event, ev.ItemSigned):
            self.waived.pop(event.item, None)
            self._resolve(event.item, entry)
        elif isinstance(event, ev.MetricMeasured | ev.NoteAdded | ev.MetricUnread):
            pass
        elif isinstance(event, ev.ItemWaived):
            self.waived[event.item] = Waiver(event.item, entry.stamp.by, event.reason, entry.seq)
            self._resolve(event.item, entry)
        elif isinstance(event, ev.ItemDeferred):
            self._resolve(event.item, entry)
        elif isinstance(event, ev.ItemRevoked | ev.ItemFailed):
            self._undo(event)
        elif isinstance(event, ev.Observed):
            self._see(event, entry)
        elif isinstance(event, ev.Recovered):
            self.recovered += 1
        elif isinstance(event, ev.GateHeld | ev.GateReleased):
            self.held = isinstance(event, ev.GateHeld)
        else:
            self._decide(entry)

    def figures(self, entries: Sequence[Entry]) -> Figures:
        """Give what was counted."""
        ended, outcome = self.closed or (None, None)
        visits = self.clock.visits()
        return Figures(
            replace(self.started, plan=(), items=self.items),
            self.header.stamp,
            entries[-1].stamp.at,
            len(entries),
            visits,
            self._stages(visits),
            tuple(self.waived.values()),
            tuple(self.overrides),
            tuple(self.rollbacks),
            self.recovered,
            tuple(self.gaps),
            self.went,
            self.reached,
            ended,
            outcome,
            self.since if self.scenario else None,
            self.redlines,
            sights(entries),
            *unseen(entries),
        )

    def _stages(self, visits: tuple[StageVisit, ...]) -> tuple[tuple[str, timedelta], ...]:
        took: dict[str, timedelta] = {}
        for visit in visits:
            if visit.ended is not None:
                took[visit.stage] = took.get(visit.stage, _NOTHING) + visit.lasted(visit.ended)
        return tuple((stage, took[stage]) for stage in self.clock.stages.stages if stage in took)

    def _decide(self, entry: Entry) -> None:
        event, at = entry.event, entry.stamp.at
        match event:
            case ev.PhaseStarted(stage=stage):
                self._override(stage, entry, event.overrides, event.reason)
                self.clock.start(stage, at, entry.seq)
                self._reach(stage, at)
            case ev.GatePromoted(stage=stage):
                self._override(stage, entry, event.overrides, event.reason)
                self.clock.promote(stage, at, entry.seq)
                if stage == ids.PRE_DEPLOYMENT:
                    self.went = at
            case ev.PhaseReduced(stage=stage, to=to):
                self.clock.end(stage, at)
                self.clock.go_back(to, at, entry.seq)
                self._reach(to, at)
            case ev.RollbackStarted(scenario=scenario):
                if self.clock.phase:
                    self.left = self.clock.phase
                    self.clock.end(self.left, entry.stamp.when)
                self.scenario = scenario
                self.since = min(self.since or entry.stamp.when, entry.stamp.when)
            case ev.RollbackFinished():
                self._finish_rollback(event, entry)
            case ev.PlanRedlined():
                self._redline(event)
            case ev.RunClosed():
                self.clock.end(self.clock.phase or ids.PRE_DEPLOYMENT, at)
                self.closed = (at, event.outcome)
            case _:
                pass

    def _listen(self, entry: Entry) -> None:
        """Notice a silence; clocks may step back, and what follows a close has all the time it needs."""
        at = entry.stamp.at
        silence = at - self.last
        if silence > SILENCE and not self.clock.phase and not self.held and self.closed is None:
            self.gaps.append(Gap(silence, entry.seq))
        self.before, self.last = self.last, at

    def _override(self, stage: str, entry: Entry, past: tuple[str, ...], reason: str) -> None:
        if past:
            self.overrides.append(Override(stage, entry.stamp.by, past, reason, entry.seq))

    def _resolve(self, item: str, entry: Entry) -> None:
        if self.closed is None:
            self.clock.resolve(item, entry.stamp.at, entry.seq, self.before)

    def _see(self, event: ev.Observed, entry: Entry) -> None:
        """A probe's first pass resolves an item; what it sees after that is no work of anybody."""
        if event.outcome == PASS and event.subject not in self.sensed:
            self.sensed.add(event.subject)
            self._resolve(event.subject, entry)
        elif event.outcome == FAIL:
            self.sensed.discard(event.subject)

    def _undo(self, event: ev.ItemRevoked | ev.ItemFailed) -> None:
        self.waived.pop(event.item, None)
        stage, _, name = event.item.rpartition("/")
        if name == "start":
            self.clock.take_back(stage)

    def _reach(self, stage: str, at: datetime) -> None:
        if stage == self.clock.stages.last_phase and self.reached is None:
            self.reached = at

    def _redline(self, event: ev.PlanRedlined) -> None:
        """Items that the plan did not have before belong to stages too, and a waiver may be void."""
        self.redlines += 1
        self.items = event.items
        self.clock.replan(event.items)
        for item in event.voided:
            self.waived.pop(item, None)

    def _finish_rollback(self, event: ev.RollbackFinished, entry: Entry) -> None:
        took, target = timedelta(seconds=event.took_seconds), timedelta(seconds=event.target_seconds)
        seen = timedelta(seconds=event.seen_seconds)
        self.rollbacks.append(RollbackTime(self.scenario, event.outcome, took, target, entry.seq, event.shown, seen))
        self.scenario = ""
        if event.outcome == "called-off":
            # Back to the phase, and held.
            self.held, self.since = True, None
            if self.left:
                self.clock.go_back(self.left, entry.stamp.at, entry.seq)
                self._reach(self.left, entry.stamp.at)
        self.left = ""
