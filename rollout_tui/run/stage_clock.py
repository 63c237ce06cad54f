"""How long a run stood in each of its stages, followed event by event, from the events alone.

A phase's time runs from its start, when its audience is exposed, to its promotion: that is what its soak is part of and
what one release can be compared by with the next. How long it lay open before someone started it is a wait, and told
apart. Every other stage begins when the one before ends; the last item that is resolved ends one without a gate.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan import ids
from .stage_map import StageMap, stage_map

_NOTHING = timedelta(0)


@dataclass(frozen=True)
class StageVisit:
    """A stretch that a run stood in a stage, begun by the event `seq`; `ended` is None while it goes on.

    `waited` is how long a phase lay open before it was started.
    """

    stage: str
    seq: int
    began: datetime
    ended: datetime | None
    waited: timedelta

    def lasted(self, until: datetime) -> timedelta:
        """How long it took; one that goes on, until then."""
        return max(_NOTHING, (self.ended or until) - self.began)


class _Visit:
    """A visit that is being followed."""

    __slots__ = ("began", "ended", "seq", "stage", "waited")

    def __init__(self, stage: str, seq: int, began: datetime) -> None:
        self.stage, self.seq, self.began = stage, seq, began
        self.ended: datetime | None = None
        self.waited = _NOTHING


class StageClock:
    """Follows a run through its stages; `phase` is the one that is started now, or empty."""

    def __init__(self, items: tuple[str, ...], at: datetime) -> None:
        self.stages: StageMap = stage_map(items)
        self.phase = ""
        self._free = at
        self._open = {ids.PRE_DEPLOYMENT: _Visit(ids.PRE_DEPLOYMENT, 0, at)}
        self._visits = [*self._open.values()]

    def replan(self, items: tuple[str, ...]) -> None:
        """Go on with the items of a plan that was redlined."""
        self.stages = stage_map(items)

    def start(self, stage: str, at: datetime, seq: int) -> None:
        """Begin a phase that someone started."""
        self.go_back(stage, at, seq)
        self._open[stage].waited = max(_NOTHING, at - self._free)

    def go_back(self, stage: str, at: datetime, seq: int) -> None:
        """Go on in a phase that was gone back to: nobody has to start it."""
        self._leave()
        self.phase = stage
        self._enter(stage, at, seq)

    def take_back(self, stage: str) -> None:
        """A start that was a mistake is no time at all."""
        if stage == self.phase:
            self._visits.remove(self._open.pop(stage))
            self.phase = ""

    def promote(self, stage: str, at: datetime, seq: int) -> None:
        """End a stage by its gate, and begin the one behind it where that has no start of its own."""
        self.end(stage, at)
        self._leave()
        self._free = at
        following = self.stages.after(stage)
        if following in self.stages.gateless:
            self._enter(following, at, seq)

    def resolve(self, item: str, at: datetime, seq: int, before: datetime) -> None:
        """A stage without a gate takes as long as to its newest resolved item, until the run leaves it.

        One that follows such a stage begins with the event `before` its first item.
        """
        stage = self.stages.stage_of.get(item, "")
        if stage not in self.stages.gateless:
            return
        visit = self._open.get(stage)
        if visit is None:
            if self.stages.before(stage) not in self.stages.gateless & self._open.keys():
                # It is behind, or far ahead.
                return
            visit = self._enter(stage, before, seq)
        visit.ended = self._free = at

    def end(self, stage: str, at: datetime) -> None:
        """End a stage that something else than its gate ended."""
        visit = self._open.pop(stage, None)
        if visit is not None:
            visit.ended = at
        if stage == self.phase:
            self.phase = ""

    def visits(self) -> tuple[StageVisit, ...]:
        """Give every stretch in the order in which they began."""
        return tuple(StageVisit(v.stage, v.seq, v.began, v.ended, v.waited) for v in self._visits)

    def _enter(self, stage: str, at: datetime, seq: int) -> _Visit:
        visit = self._open[stage] = _Visit(stage, seq, at)
        self._visits.append(visit)
        return visit

    def _leave(self) -> None:
        """Go on from the stages without a gate; where everything was resolved before, there was no time in one."""
        for visit in self._open.values():
            if visit.ended is None:
                self._visits.remove(visit)
        self._open.clear()
