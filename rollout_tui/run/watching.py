"""The fold of a phase's watch: what its probes saw of metrics, and when something else stopped its soak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from .observation import FAIL, PASS
from .plan_events import RunStarted
from .run_rules import OBSERVED_SOAK
from .stages import StageSequence
from .stamp import Mark
from .state import PhaseState, Reading, Rollback
from .watch import Seen


class Followed(Protocol):
    """What of a run says by what its soaks are counted."""

    @property
    def started(self) -> RunStarted: ...

    @property
    def sequence(self) -> StageSequence: ...


class Watching(Protocol):
    """A run under construction, as its phase is watched."""

    sequence: StageSequence
    started: RunStarted
    position: int
    phases: dict[str, PhaseState]
    fired: dict[str, tuple[Mark, str]]
    breached: dict[str, Reading]
    rollback: Rollback | None


def watched(run: Followed) -> Mapping[str, timedelta]:
    """Give the metrics that have to be seen for a soak to count, each with how far apart the looks at it may lie.

    None where the plan has no probe, by the rules before, and in a rehearsal, which nothing looks at.
    """
    is_watched = run.started.rules >= OBSERVED_SOAK and not run.started.rehearsal
    return run.sequence.reach if is_watched else {}


def begin(run: Watching, stage: str, mark: Mark) -> None:
    """A phase starts with what is wrong already."""
    for metric in run.breached.keys() & watched(run).keys():
        see(run, stage, metric, (mark.at, mark.at, FAIL), mark)
    _follow(run, stage, mark.at)


def see(run: Watching, stage: str, metric: str, window: Seen, mark: Mark, *, afterwards: bool = False) -> None:
    """Note a look at a metric, or a person's reading of one that has a probe."""
    phase = run.phases.get(stage)
    if phase is not None and metric in watched(run):
        run.phases[stage] = replace(phase, watch=phase.watch.after(metric, window, mark.at, afterwards=afterwards))


def follow_health(run: Watching, at: datetime) -> None:
    """Note whether something that no probe of a metric sees is wrong with the phase that is open."""
    stage = run.sequence.stages[run.position].id
    if stage in run.phases:
        _follow(run, stage, at)


def ill_from(run: Watching, mark: Mark, since: datetime) -> None:
    """What was noted as wrong with this record alone was so from an earlier look on."""
    stage = run.sequence.stages[run.position].id
    phase = run.phases.get(stage)
    if phase is not None and phase.watch.ill_since == mark.at and since < mark.at:
        run.phases[stage] = replace(phase, watch=replace(phase.watch, ill_since=since))


def follow_redline(run: Watching, old: StageSequence, breached: Mapping[str, Reading], mark: Mark) -> None:
    """A metric is watched from when the plan asks for it; another threshold may end a breach, or begin one."""
    stage = run.sequence.stages[run.position].id
    if stage not in run.phases:
        return
    for metric in watched(run):
        if metric not in old.reach:
            see(run, stage, metric, (run.phases[stage].started.at, mark.at, PASS), mark)
        if metric in run.breached and (metric not in breached or metric not in old.reach):
            see(run, stage, metric, (mark.at, mark.at, FAIL), mark)
        elif metric in breached and metric not in run.breached:
            see(run, stage, metric, (mark.at, mark.at, PASS), mark)


def _follow(run: Watching, stage: str, at: datetime) -> None:
    is_ill = bool(run.fired or run.rollback is not None or run.breached.keys() - watched(run).keys())
    phase = run.phases[stage]
    watch = phase.watch.follow(is_ill, at)
    if watch is not phase.watch:
        run.phases[stage] = replace(phase, watch=watch)
