"""Planned against actual: how a run's durations compare with its plan's, and what that means for its window.

Only what the plan gives a time counts: soaks and migration steps. Time in checklists is neither early nor late, nor is
the time before a step that somebody began.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..frozen import dataclass
from ..plan.quantities import format_span
from .moment import Moment
from .soak import soak_left
from .stages import ItemKind, Stage
from .state import Run

_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Pace:
    """How a run that was given its go keeps to its plan.

    `over` is what the timed stages took beyond the plan, negative where they were faster; `left` what the plan still
    asks for. `wide` is when the last phase can be reached, None once it was; `late` by how much that misses the end of
    the maintenance window, negative where it fits, None without a window.
    """

    over: timedelta
    left: timedelta
    wide: datetime | None = None
    late: timedelta | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Say it in short lines: what is left, how it compares, and whether it fits the window."""
        lines = [f"{_short(self.left)} left by plan" if self.left else "no planned time left"]
        if abs(self.over) >= _MINUTE:
            lines.append(f"{_short(abs(self.over))} {'over' if self.over > _ZERO else 'under'} plan")
        if self.late is not None:
            lines.append(f"{'fits' if self.late <= _ZERO else 'misses'} its window by {_short(abs(self.late))}")
        return tuple(lines)


def pace(run: Run, now: Moment) -> Pace | None:
    """Compare a run with its plan; None before the go, in a rollback, and once it is closed."""
    if not run.deployed or run.rollback is not None or run.closed is not None:
        return None
    stages = run.sequence.stages
    opened = run.gates[stages[0].id].mark.at
    over = _ZERO
    for stage in stages[1 : run.position]:
        ended = _ended(run, stage) or opened
        if planned := _planned(stage):
            over += ended - opened - _waits(run, stage, opened) - planned
        opened = max(opened, ended)
    here = max(_ZERO, now.at - opened - _waits(run, run.stage, opened))
    planned = _planned(run.stage)
    if planned:
        over += max(_ZERO, here - planned)
    rest = [max(_ZERO, planned - here) if run.stage.phase is None else soak_left(run, run.stage, now)]
    rest += [_planned(stage) for stage in stages[run.position + 1 :]]
    wide, late = _window(run, now, rest)
    return Pace(over, sum(rest, _ZERO), wide, late)


def _window(run: Run, now: Moment, rest: list[timedelta]) -> tuple[datetime | None, timedelta | None]:
    """When the last phase can be reached, and by how much that misses the window's end."""
    last = max(place for place, stage in enumerate(run.sequence.stages) if stage.phase is not None)
    if run.sequence.stages[last].id in run.phases:
        return None, None
    wide = now.at + sum(rest[: max(0, last - run.position)], _ZERO)
    window = run.plan.strategy.window
    return wide, wide - window.end if window is not None and window.end is not None else None


def _planned(stage: Stage) -> timedelta:
    """What the plan gives a stage: its soak and its migration steps."""
    steps = sum((item.step.duration.value for item in stage.items if item.step is not None), _ZERO)
    return steps + (stage.phase.duration.value if stage.phase is not None else _ZERO)


def _waits(run: Run, stage: Stage, opened: datetime) -> timedelta:
    """How long nobody was at the steps that were begun: each takes from its begin to its sign-off."""
    waited, before = _ZERO, opened
    for item in stage.items:
        if item.step is None:
            continue
        if item.id in run.begun:
            waited += max(_ZERO, run.begun[item.id].at - before)
        mark = run.state(item.id).mark
        before = max(before, mark.at) if mark is not None else before
    return waited


def _ended(run: Run, stage: Stage) -> datetime | None:
    """When a stage that lies behind was done: its gate was passed, or the last of its items resolved."""
    if stage.id in run.gates:
        return run.gates[stage.id].mark.at
    marks = [run.state(item.id).mark for item in stage.items if item.kind is not ItemKind.TRIGGER]
    return max((mark.at for mark in marks if mark is not None), default=None)


def _short(span: timedelta) -> str:
    """Whole minutes, or seconds below one."""
    return format_span(span - span % _MINUTE if span >= _MINUTE else span - span % timedelta(seconds=1))
