"""Decisions on stages: go, start, extend, promote, reduce, hold, release, and confirming the clock."""

from __future__ import annotations

from ...errors import Conflict, Refused, UsageError
from ...people import Actor, same_person
from ...plan.quantities import Duration
from .. import events as ev
from .. import intents
from ..gates import blockers, start_blockers
from ..moment import Moment
from ..stages import Stage, StageKind
from ..state import Run
from .guards import need_clear_way, need_reason, when


def go(run: Run, intent: intents.Go, now: Moment) -> ev.Event:
    first = run.sequence.stages[0]
    if first.id in run.gates:
        raise Conflict(f"The go was already given, by {when(run.gates[first.id].mark)}.", f"Now: {run.stage.title}.")
    overrides = need_clear_way(blockers(run, now), intent.override, intent.reason, "Go")
    return ev.GatePromoted(first.id, overrides, intent.reason.strip() if overrides else "", intent.note.strip())


def start_phase(run: Run, intent: intents.StartPhase, now: Moment) -> ev.Event:
    stage = _phase(run, intent.stage)
    if run.is_started(stage):
        raise Conflict(f"{stage.title} was already started, by {when(run.phases[stage.id].started)}.")
    _need_turn(run, stage, "started")
    overrides = need_clear_way(start_blockers(run, now), intent.override, intent.reason, f"Starting {stage.title}")
    return ev.PhaseStarted(stage.id, overrides, intent.reason.strip() if overrides else "")


def extend(run: Run, intent: intents.Extend) -> ev.Event:
    stage = _current_phase(run, intent.stage, "extended")
    try:
        by = Duration.parse(intent.by).value
    except ValueError:
        raise UsageError(f"{intent.by!r} is not a duration.", f"Give {Duration.forms}.") from None
    if by.total_seconds() < 1:
        raise Refused("A soak can only be made longer.", "To shorten it, promote with an override and a reason.")
    return ev.SoakExtended(stage.id, int(by.total_seconds()), need_reason(intent.reason, "Extending the soak"))


def promote(run: Run, intent: intents.Promote, now: Moment, actor: Actor) -> ev.Event:
    stage = _current_phase(run, intent.stage, "promoted")
    approvals = run.state(stage.approval_id).approvals
    if any(same_person(mark.by, actor) for mark in approvals):
        hint = "Someone else promotes it; to promote it yourself, revoke your approval and let someone else sign it."
        raise Refused(f"You approved the promotion of {stage.title}: it needs two people.", hint)
    overrides = need_clear_way(blockers(run, now), intent.override, intent.reason, f"Promoting {stage.title}")
    return ev.GatePromoted(stage.id, overrides, intent.reason.strip() if overrides else "", intent.note.strip())


def reduce(run: Run, intent: intents.Reduce) -> ev.Event:
    exposed = run.exposed
    if exposed is None:
        raise Refused("No phase is exposed yet: there is nothing to reduce.", "Hold the run, or abort it.")
    stage = _phase(run, intent.stage)
    if exposed.id != stage.id:
        now = f"Exposed now: {exposed.title} ({exposed.id})."
        raise Refused(f"{stage.title} is not the phase that is exposed now.", now)
    before = [each for each in run.sequence.stages[: run.sequence.index[stage.id]] if each.kind is StageKind.PHASE]
    if not before:
        raise Refused(f"{stage.title} is the first phase: there is none to go back to.", "Hold, or roll back.")
    return ev.PhaseReduced(stage.id, before[-1].id, need_reason(intent.reason, "Reducing exposure"))


def hold(run: Run, intent: intents.Hold) -> ev.Event:
    if run.held is not None:
        raise Conflict(f"The run is already held, by {when(run.held.mark)}: {run.held.reason}.")
    return ev.GateHeld(need_reason(intent.reason, "Holding"))


def release(run: Run, intent: intents.Release) -> ev.Event:
    if run.held is None:
        raise Conflict("The run is not held.", "There is nothing to release.")
    return ev.GateReleased(need_reason(intent.reason, "Releasing the hold"))


def confirm_clock(intent: intents.ConfirmClock, now: Moment) -> ev.Event:
    if not now.jump:
        raise Conflict("The clock did not jump in this session.", "There is nothing to confirm.")
    return ev.ClockConfirmed(round(now.jump.total_seconds(), 3), need_reason(intent.reason, "Confirming the time"))


def _phase(run: Run, name: str) -> Stage:
    stage = run.sequence.find_stage(name)
    if stage.kind is not StageKind.PHASE:
        phases = ", ".join(each.id for each in run.sequence.stages if each.kind is StageKind.PHASE)
        raise UsageError(f"{stage.title} is not a phase.", f"The plan's phases: {phases}.")
    return stage


def _current_phase(run: Run, name: str, done: str) -> Stage:
    stage = _phase(run, name)
    _need_turn(run, stage, done)
    if not run.is_started(stage):
        raise Refused(
            f"{stage.title} is not started, so it can't be {done}.", f"Start it first: start-phase {stage.id}."
        )
    return stage


def _need_turn(run: Run, stage: Stage, done: str) -> None:
    if stage.id in run.gates:
        raise Conflict(f"{stage.title} was already promoted, by {when(run.gates[stage.id].mark)}.")
    if run.stage.id != stage.id:
        before = run.sequence.stages[run.sequence.index[stage.id] - 1]
        hint = f"{stage.title} opens when {before.title} is done. Now: {run.stage.title}."
        raise Refused(f"{stage.title} can't be {done} yet: it is out of turn.", hint)
