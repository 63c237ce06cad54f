"""The rollbacks of a run: what was done, by whom, and the time against the target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..frozen import dataclass
from ..run import events as ev
from ..run.events import Entry
from ..run.point_in_time import PointInTime
from ..run.restored import is_within, seen_before
from ..run.rollback_clock import elapsed, newest_target
from ..run.stamp import Mark
from ..run.state import Run, Status


@dataclass(frozen=True)
class ScenarioLine:
    """A scenario that was chosen, at the time that its operator claims."""

    title: str
    target: timedelta
    started: datetime
    mark: Mark
    reason: str


@dataclass(frozen=True)
class StepLine:
    """A step of the rollback; `signed` is None where it was left unsigned."""

    title: str
    owner: str
    signed: Mark | None


@dataclass(frozen=True)
class RollbackLine:
    """One rollback from its first scenario to its end; `outcome` is empty while it is under way.

    `took` runs from the first scenario to the end, or to the newest event; `target` is the newest scenario's.
    `shown` is by what it is known to have restored, `seen` how long something was wrong before it began.
    """

    started: datetime
    scenarios: tuple[ScenarioLine, ...]
    steps: tuple[StepLine, ...]
    outcome: str
    finished: Entry | None
    took: timedelta
    target: timedelta
    shown: str = ""
    seen: timedelta = timedelta(0)

    @property
    def over(self) -> timedelta:
        """By how much it was over its target; zero if it was not."""
        return max(timedelta(0), self.took - self.target)

    @property
    def within(self) -> bool:
        return is_within(self.outcome, self.shown, self.took, self.target)


def rollbacks(run: Run, entries: Sequence[Entry]) -> tuple[RollbackLine, ...]:
    """Give each rollback that was finished, a failed attempt at one too, and the one under way."""
    past = PointInTime(entries)
    ends = [entry for entry in entries if isinstance(entry.event, ev.RollbackFinished)]
    found = [_line(past.before(entry.seq), entry, entry.stamp.when) for entry in ends]
    if run.rolling_back:
        found.append(_line(run, None, entries[-1].stamp.at))
    return tuple(found)


def _line(run: Run, finished: Entry | None, until: datetime) -> RollbackLine:
    """The rollback as it stood just before its end: a run that calls one off forgets it."""
    assert run.rollback is not None
    event = finished.event if finished else None
    ended = event if isinstance(event, ev.RollbackFinished) else None
    chosen = [(run.sequence.rollback_path(each.scenario).scenario, each) for each in run.rollback.chosen]
    items = [(run.sequence.items[name], run.state(name)) for name in run.rollback.items]
    return RollbackLine(
        run.rollback.started,
        tuple(ScenarioLine(s.scenario, s.time.value, c.started, c.mark, c.reason) for s, c in chosen),
        tuple(StepLine(i.title, i.owner, s.mark if s.status is Status.SIGNED else None) for i, s in items),
        ended.outcome.replace("-", " ") if ended else "",
        finished,
        timedelta(seconds=ended.took_seconds) if ended else elapsed(run.rollback, until),
        timedelta(seconds=ended.target_seconds) if ended else newest_target(run),
        ended.shown if ended else "",
        seen_before(run.rollback),
    )
