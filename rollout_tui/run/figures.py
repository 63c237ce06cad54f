"""What one finished or unfinished run says of itself in figures, read from its events alone.

Nothing here needs the plan or the folded run: to build both for each of a thousand logs would cost far more than to
read them. Stages and items are named by their ids, which stay the same from release to release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan import ids
from . import events as ev
from .events import Entry, Stamp
from .stages_of_ids import StagesOfIds, stages_of_ids
from .state import Outcome, RollbackOutcome

SILENCE = timedelta(hours=4)
"""How long a run may be without an event before it counts as interrupted, outside phases (which soak) and holds."""

_NOTHING = timedelta(0)


@dataclass(frozen=True)
class Skipped:
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
class RollbackTime:
    """A rollback that was finished, with its clock, in whole seconds as recorded; its newest scenario is `scenario`."""

    scenario: str
    outcome: RollbackOutcome
    took: timedelta
    target: timedelta
    seq: int

    @property
    def over(self) -> bool:
        return self.took > self.target


@dataclass(frozen=True)
class Gap:
    """A silence of `took` before the event `seq`."""

    took: timedelta
    seq: int


@dataclass(frozen=True)
class Figures:
    """A run in figures: `stages` says how long each stage took that was finished, in order.

    `started` is the header without the plan's lines, which are most of a log's memory and tell nothing here; its items
    are those of the newest plan. `redlines` counts how often that was changed.
    `went` is when the go was given, `reached` when the last phase was first started, `ended` when the run was closed;
    each is None before. `recovered` counts the incomplete entries that crashes left.
    """

    started: ev.RunStarted
    stamp: Stamp
    last: datetime
    events: int
    stages: tuple[tuple[str, timedelta], ...]
    waived: tuple[Skipped, ...]
    overrides: tuple[Override, ...]
    rollbacks: tuple[RollbackTime, ...]
    recovered: int
    gaps: tuple[Gap, ...]
    went: datetime | None = None
    reached: datetime | None = None
    ended: datetime | None = None
    outcome: Outcome | None = None
    rolling_back: bool = False
    redlines: int = 0

    @property
    def run(self) -> str:
        return self.started.run

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
        self.stages: StagesOfIds = stages_of_ids(started.items)
        self.redlines = 0
        self.took: dict[str, timedelta] = {}
        self.since: dict[str, datetime] = {ids.PRE_DEPLOYMENT: header.stamp.at}
        self.waived: dict[str, Skipped] = {}
        self.overrides: list[Override] = []
        self.rollbacks: list[RollbackTime] = []
        self.gaps: list[Gap] = []
        self.recovered = 0
        self.went: datetime | None = None
        self.reached: datetime | None = None
        self.closed: tuple[datetime, Outcome] | None = None
        self.scenario = ""
        self.phase = self.left = ""
        self.held = False
        self.before = self.last = header.stamp.at
        if started.overrides:
            self._override("start", header, started.overrides, started.reason)

    def add(self, entry: Entry) -> None:
        """Count one more event."""
        event, at = entry.event, entry.stamp.at
        self._listen(entry)
        # The commonest first: nearly all events are sign-offs and readings.
        if isinstance(event, ev.ItemSigned):
            self.waived.pop(event.item, None)
            self._touch(event.item, at)
        elif isinstance(event, ev.MetricMeasured | ev.NoteAdded | ev.MetricUnread):
            pass
        elif isinstance(event, ev.ItemWaived):
            self.waived[event.item] = Skipped(event.item, entry.stamp.by, event.reason, entry.seq)
            self._touch(event.item, at)
        elif isinstance(event, ev.ItemDeferred):
            self._touch(event.item, at)
        elif isinstance(event, ev.ItemRevoked | ev.ItemFailed):
            self._undo(event)
        elif isinstance(event, ev.Recovered):
            self.recovered += 1
        elif isinstance(event, ev.GateHeld | ev.GateReleased):
            self.held = isinstance(event, ev.GateHeld)
        else:
            self._decide(entry)

    def figures(self, entries: Sequence[Entry]) -> Figures:
        """Give what was counted."""
        ended, outcome = self.closed or (None, None)
        stages = [stage for stage in self.stages.stages if stage in self.took]
        return Figures(
            replace(self.started, plan=(), items=self.items),
            self.header.stamp,
            entries[-1].stamp.at,
            len(entries),
            tuple((stage, self.took[stage]) for stage in stages),
            tuple(self.waived.values()),
            tuple(self.overrides),
            tuple(self.rollbacks),
            self.recovered,
            tuple(self.gaps),
            self.went,
            self.reached,
            ended,
            outcome,
            bool(self.scenario),
            self.redlines,
        )

    def _decide(self, entry: Entry) -> None:
        event, at = entry.event, entry.stamp.at
        match event:
            case ev.PhaseStarted(stage=stage):
                self._override(stage, entry, event.overrides, event.reason)
                self._begin_phase(stage, at)
            case ev.GatePromoted(stage=stage):
                self._override(stage, entry, event.overrides, event.reason)
                self._promote(stage, at)
            case ev.PhaseReduced(stage=stage, to=to):
                self._end(stage, at)
                self._begin_phase(to, at)
            case ev.RollbackStarted(scenario=scenario):
                if self.phase:
                    self.left = self.phase
                    self._end(self.phase, entry.stamp.when)
                self.scenario = scenario
            case ev.RollbackFinished():
                self._finish_rollback(event, entry)
            case ev.PlanRedlined():
                self._redline(event)
            case ev.RunClosed():
                self._end(self.phase or ids.PRE_DEPLOYMENT, at)
                self.closed = (at, event.outcome)
            case _:
                pass

    def _listen(self, entry: Entry) -> None:
        """Notice a silence; clocks may step back, and what follows a close has all the time it needs."""
        at = entry.stamp.at
        silence = at - self.last
        if silence > SILENCE and not self.phase and not self.held and self.closed is None:
            self.gaps.append(Gap(silence, entry.seq))
        self.before, self.last = self.last, at

    def _override(self, stage: str, entry: Entry, past: tuple[str, ...], reason: str) -> None:
        if past:
            self.overrides.append(Override(stage, entry.stamp.by, past, reason, entry.seq))

    def _touch(self, item: str, at: datetime) -> None:
        """A stage without a gate has taken as long as to its newest resolved item, until the run is closed."""
        stage = self.stages.stage_of.get(item, "")
        if stage in self.stages.gateless and self.closed is None:
            begun = self.since.setdefault(stage, self.before)
            self.took[stage] = max(_NOTHING, at - begun)

    def _undo(self, event: ev.ItemRevoked | ev.ItemFailed) -> None:
        self.waived.pop(event.item, None)
        stage, _, name = event.item.rpartition("/")
        if name == "start" and stage == self.phase:
            # A start that was a mistake is no time at all.
            self.since.pop(stage, None)
            self.phase = ""

    def _begin_phase(self, stage: str, at: datetime) -> None:
        self.phase = stage
        self.since[stage] = at
        if stage == self.stages.last_phase and self.reached is None:
            self.reached = at

    def _promote(self, stage: str, at: datetime) -> None:
        self._end(stage, at)
        if stage == ids.PRE_DEPLOYMENT:
            self.went = at
        following = self.stages.after(stage)
        if following in self.stages.gateless:
            self.since[following] = at

    def _end(self, stage: str, at: datetime) -> None:
        begun = self.since.pop(stage, None)
        if begun is not None:
            self.took[stage] = self.took.get(stage, _NOTHING) + max(_NOTHING, at - begun)
        if stage == self.phase:
            self.phase = ""

    def _redline(self, event: ev.PlanRedlined) -> None:
        """Items that the plan did not have before belong to stages too, and a waiver may be void."""
        self.redlines += 1
        self.items = event.items
        self.stages = stages_of_ids(event.items)
        for item in event.voided:
            self.waived.pop(item, None)

    def _finish_rollback(self, event: ev.RollbackFinished, entry: Entry) -> None:
        took, target = timedelta(seconds=event.took_seconds), timedelta(seconds=event.target_seconds)
        self.rollbacks.append(RollbackTime(self.scenario, event.outcome, took, target, entry.seq))
        self.scenario = ""
        if event.outcome == "called-off":
            # Back to the phase, and held.
            self.held = True
            if self.left:
                self._begin_phase(self.left, entry.stamp.at)
        self.left = ""
