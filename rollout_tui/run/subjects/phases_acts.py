"""Acts on phases: start, extend the soak."""

from __future__ import annotations

from typing import assert_never

from ...errors import Conflict, Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ...plan.quantities import Duration
from ..action import Action, FieldKind, ask
from ..exposure import approver_of_start
from ..gates import start_blockers
from ..moment import Moment
from ..stages import Item, ItemKind, Stage, StageKind
from ..stamp import when_by
from ..state import Run
from ..two_people import approved_by, need_counted
from ..watching import watched
from .guards import need_clear_way, need_overridable, need_reason
from .phases import Event, PhaseStarted, SoakExtended


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


def _startable(run: Run, name: str, now: Moment, actor: Actor) -> Stage:
    stage = phase_of(run, name)
    if run.is_started(stage):
        raise Conflict(f"{stage.title} was already started, by {when_by(run.phases[stage.id].started)}.")
    _need_turn(run, stage, "started")
    approved = approver_of_start(run, stage, now.at)
    if approved is not None and approved_by(run, stage.start_id, actor):
        hint = "Someone else starts it; to start it yourself, revoke your approval and let someone else sign it."
        raise Refused(f"You approved the start of {stage.title}: it needs two people.", hint)
    if approved is not None:
        need_counted(run, actor, f"Starting {stage.title}")
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
    stage = _startable(run, name, now, actor)
    need_overridable(start_blockers(run, now), f"Starting {stage.title}")


def _phase_here(run: Run, item: Item | None) -> str:
    return item.stage if item is not None and item.kind is ItemKind.START else run.stage.id


def _exposes(run: Run, name: str) -> str:
    stage = phase_of(run, name)
    assert stage.phase is not None
    needs = " Its soak counts only while this screen or rollout probe --loop goes on looking." if watched(run) else ""
    return f"Start {stage.title}: it exposes {stage.phase.audience}.{needs if stage.phase.duration.value else ''}"


ACTIONS = (
    Action(
        "start-phase",
        "Start the phase",
        StartPhase,
        _check_start,
        FieldKind.STAGE,
        stage=_phase_here,
        overridable=start_blockers,
        confirms=_exposes,
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
            stage, found = _startable(run, intent.stage, now, actor), start_blockers(run, now)
            overrides = need_clear_way(found, intent.override, intent.reason, f"Starting {stage.title}")
            return PhaseStarted(stage.id, overrides, intent.reason.strip() if overrides else "")
        case Extend():
            return _extend(run, intent)
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case PhaseStarted():
            return StartPhase(event.stage, event.overrides, event.reason)
        case SoakExtended():
            return Extend(event.stage, f"{event.seconds} s", event.reason)
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
