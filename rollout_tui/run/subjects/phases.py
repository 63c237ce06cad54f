"""Phases: started, and soaking for longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, assert_never

from ...errors import Conflict, Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ...plan.quantities import Duration, format_span
from ..action import Action, FieldKind, ask
from ..builder import Builder
from ..gates import start_blockers
from ..moment import Moment
from ..stages import Item, ItemKind, Stage, StageKind, StageSequence
from ..stamp import Mark, Stamp, when_by
from ..state import DoesNotFit, ItemState, PhaseState, Run, Status
from .guards import need_clear_way, need_overridable, need_reason
from .phrases import past, stage_title, why

# No soak is longer than a hundred years; a sum of more can't be reckoned with.
_LONGEST_SECONDS = 100 * 366 * 24 * 3600


@dataclass(frozen=True)
class PhaseStarted:
    """The phase's audience is exposed from here on."""

    kind: ClassVar[str] = "phase_started"
    stage: str
    overrides: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class SoakExtended:
    """The soak of a phase made longer by `seconds`."""

    kind: ClassVar[str] = "soak_extended"
    stage: str
    seconds: int
    reason: str


@dataclass(frozen=True)
class StartPhase:
    """Start a phase: its audience is exposed from now on."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)


@dataclass(frozen=True)
class Extend:
    """Make a phase's soak longer."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    by: str = ask(FieldKind.DURATION, "by how long, such as 2 h")
    reason: str = ask(FieldKind.TEXT, "why it needs longer")


Event = PhaseStarted | SoakExtended
Intent = StartPhase | Extend


def current_phase(run: Run, name: str, done: str) -> Stage:
    """Give the phase that is open and started; refuses another, which can't be `done` now."""
    stage = phase_of(run, name)
    _need_turn(run, stage, done)
    if not run.is_started(stage):
        raise Refused(
            f"{stage.title} is not started, so it can't be {done}.", f"Start it first: start-phase {stage.id}."
        )
    return stage


def _startable(run: Run, name: str) -> Stage:
    stage = phase_of(run, name)
    if run.is_started(stage):
        raise Conflict(f"{stage.title} was already started, by {when_by(run.phases[stage.id].started)}.")
    _need_turn(run, stage, "started")
    return stage


def phase_of(run: Run, name: str) -> Stage:
    """Find a phase by its name; UsageError where the stage is none."""
    stage = run.sequence.find_stage(name)
    if stage.kind is not StageKind.PHASE:
        phases = ", ".join(each.id for each in run.sequence.stages if each.kind is StageKind.PHASE)
        raise UsageError(f"{stage.title} is not a phase.", f"The plan's phases: {phases}.")
    return stage


def _need_turn(run: Run, stage: Stage, done: str) -> None:
    if stage.id in run.gates:
        raise Conflict(f"{stage.title} was already promoted, by {when_by(run.gates[stage.id].mark)}.")
    if run.stage.id != stage.id:
        before = run.sequence.stages[run.sequence.index[stage.id] - 1]
        hint = f"{stage.title} opens when {before.title} is done. Now: {run.stage.title}."
        raise Refused(f"{stage.title} can't be {done} yet: it is out of turn.", hint)


def _check_start(run: Run, name: str, now: Moment, actor: Actor) -> None:
    stage = _startable(run, name)
    need_overridable(start_blockers(run, now), f"Starting {stage.title}")


def _phase_here(run: Run, item: Item | None) -> str:
    return item.stage if item is not None and item.kind is ItemKind.START else run.stage.id


ACTIONS = (
    Action(
        "start-phase",
        "Start the phase",
        StartPhase,
        _check_start,
        FieldKind.STAGE,
        stage=_phase_here,
        overridable=start_blockers,
    ),
    Action(
        "extend",
        "Extend the soak",
        Extend,
        lambda run, stage, now, actor: current_phase(run, stage, "extended"),
        FieldKind.STAGE,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case StartPhase():
            stage, found = _startable(run, intent.stage), start_blockers(run, now)
            overrides = need_clear_way(found, intent.override, intent.reason, f"Starting {stage.title}")
            return PhaseStarted(stage.id, overrides, intent.reason.strip() if overrides else "")
        case Extend():
            return _extend(run, intent)
        case _ as never:
            assert_never(never)


def _extend(run: Run, intent: Extend) -> Event:
    stage = current_phase(run, intent.stage, "extended")
    try:
        by = Duration.parse(intent.by).value
    except ValueError:
        raise UsageError(f"{intent.by!r} is not a duration.", f"Give {Duration.forms}.") from None
    if by.total_seconds() < 1:
        raise Refused("A soak can only be made longer.", "To shorten it, promote with an override and a reason.")
    return SoakExtended(stage.id, int(by.total_seconds()), need_reason(intent.reason, "Extending the soak"))


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case PhaseStarted():
            start_phase(run, event.stage, mark, event.reason)
        case SoakExtended():
            if event.stage not in run.phases:
                raise DoesNotFit(f"there is no {event.stage!r}")
            if abs(event.seconds) > _LONGEST_SECONDS:
                raise DoesNotFit("it extends a soak beyond all measure")
            phase = run.phases[event.stage]
            run.phases[event.stage] = replace(phase, extended=phase.extended + timedelta(seconds=event.seconds))
        case _ as never:
            assert_never(never)


def start_phase(run: Builder, stage: str, mark: Mark, reason: str) -> None:
    """Expose a phase: its readings and its soak begin anew."""
    start = run.item(run.stage(stage).start_id)
    run.phases[stage] = PhaseState(mark)
    for metric in run.sequence.metrics:
        run.readings.pop((stage, metric), None)
    run.breached = frozenset()
    run.unwell_since = mark.at if run.fired else None
    run.set(start.id, ItemState(Status.SIGNED, (mark,), mark, reason))


def words(event: Event, sequence: StageSequence) -> str:
    title = stage_title(sequence, event.stage)
    match event:
        case PhaseStarted():
            return f"started {title}{past(event.overrides)}{why(event.reason)}"
        case SoakExtended():
            by = format_span(timedelta(seconds=event.seconds))
            return f"extended the soak of {title} by {by}{why(event.reason)}"
        case _ as never:
            assert_never(never)
