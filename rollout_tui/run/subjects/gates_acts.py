"""Acts on gates: go, promote, reduce, hold, release."""

from __future__ import annotations

from typing import assert_never

from ...errors import Conflict, Refused
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..approvals import approval
from ..gates import blockers
from ..moment import Moment
from ..reasons import may_follow, need_reasons, why_held
from ..stages import Item, Stage, StageKind
from ..stamp import when_by
from ..state import Run
from ..two_people import approved_by, need_counted
from .gates import Event, GateHeld, GatePromoted, GateReleased, PhaseReduced
from .guards import need_clear_way, need_overridable, need_reason
from .phases_acts import current_phase, phase_of


@dataclass(frozen=True)
class Go:
    """Pass the go gate: deploying begins."""

    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Promote:
    """Pass a phase's gate: its criteria are met and no trigger has fired."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Reduce:
    """Go back to the phase before; the later one opens again."""

    stage: str = ask(FieldKind.STAGE, "the phase that is exposed now")
    reason: str = ask(FieldKind.TEXT, "why exposure is reduced")


@dataclass(frozen=True)
class Hold:
    """Hold the run: no start, promotion or migration step until it is released."""

    reason: str = ask(FieldKind.TEXT, "why the run is held", "")


@dataclass(frozen=True)
class Release:
    """Release the hold."""

    reason: str = ask(FieldKind.TEXT, "why it may go on")


Intent = Go | Promote | Reduce | Hold | Release


def _go_gate(run: Run) -> Stage:
    first = run.sequence.stages[0]
    if first.id in run.gates:
        raise Conflict(f"The go was already given, by {when_by(run.gates[first.id].mark)}.", f"Now: {run.stage.title}.")
    return first


def _promotable(run: Run, name: str, actor: Actor) -> Stage:
    stage = current_phase(run, name, "promoted")
    if approved_by(run, stage.approval_id, actor):
        hint = "Someone else promotes it; to promote it yourself, revoke your approval and let someone else sign it."
        raise Refused(f"You approved the promotion of {stage.title}: it needs two people.", hint)
    is_second = stage.phase is not None and stage.phase.approvals > 1 and not any(approval(run, stage))
    if is_second and not run.emergency:
        need_counted(run, actor, f"Promoting {stage.title}")
    return stage


def _reducible(run: Run, name: str) -> tuple[Stage, Stage]:
    """Give the phase that is exposed, and the one before it."""
    exposed = run.exposed
    if exposed is None:
        raise Refused("No phase is exposed yet: there is nothing to reduce.", "Hold the run, or abort it.")
    stage = phase_of(run, name)
    if exposed.id != stage.id:
        now = f"Exposed now: {exposed.title} ({exposed.id})."
        raise Refused(f"{stage.title} is not the phase that is exposed now.", now)
    before = [each for each in run.sequence.stages[: run.sequence.index[stage.id]] if each.kind is StageKind.PHASE]
    if not before:
        raise Refused(f"{stage.title} is the first phase: there is none to go back to.", "Hold, or roll back.")
    return stage, before[-1]


def _check_go(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    _go_gate(run)
    need_overridable(blockers(run, now), "Go")


def _check_promote(run: Run, name: str, now: Moment, actor: Actor) -> None:
    stage = _promotable(run, name, actor)
    need_overridable(blockers(run, now), f"Promoting {stage.title}")


def _check_hold(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if run.held is not None:
        raise Conflict(f"The run is already held, by {when_by(run.held.mark)}: {why_held(run.held)}.")


def _check_release(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    if run.held is None:
        raise Conflict("The run is not held.", "There is nothing to release.")
    need_reasons(run, "Releasing the hold")


def _exposed(run: Run, _item: Item | None) -> str:
    return (run.exposed or run.stage).id


ACTIONS = (
    Action("go", "Go", Go, _check_go, overridable=blockers),
    Action("promote", "Promote", Promote, _check_promote, FieldKind.STAGE, overridable=blockers),
    Action(
        "reduce",
        "Reduce",
        Reduce,
        lambda run, stage, now, actor: _reducible(run, stage),
        FieldKind.STAGE,
        stage=_exposed,
    ),
    Action("hold", "Hold", Hold, _check_hold),
    Action("release", "Release", Release, _check_release),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor) -> Event:
    match intent:
        case Go():
            return _passed(run, _go_gate(run), intent, now, "Go")
        case Promote():
            stage = _promotable(run, intent.stage, actor)
            return _passed(run, stage, intent, now, f"Promoting {stage.title}")
        case Reduce():
            stage, before = _reducible(run, intent.stage)
            return PhaseReduced(stage.id, before.id, need_reason(intent.reason, "Reducing exposure"))
        case Hold():
            _check_hold(run, "", now, actor)
            return GateHeld(intent.reason.strip() if may_follow(run) else need_reason(intent.reason, "Holding"))
        case Release():
            _check_release(run, "", now, actor)
            return GateReleased(need_reason(intent.reason, "Releasing the hold"))
        case _ as never:
            assert_never(never)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case GatePromoted() if event.stage == run.sequence.stages[0].id:
            return Go(event.overrides, event.reason, event.note)
        case GatePromoted():
            return Promote(event.stage, event.overrides, event.reason, event.note)
        case PhaseReduced():
            return Reduce(event.stage, event.reason)
        case GateHeld():
            return Hold(event.reason)
        case GateReleased():
            return Release(event.reason)
        case _ as never:
            assert_never(never)


def _passed(run: Run, stage: Stage, intent: Go | Promote, now: Moment, what: str) -> Event:
    overrides = need_clear_way(blockers(run, now), intent.override, intent.reason, what)
    return GatePromoted(stage.id, overrides, intent.reason.strip() if overrides else "", intent.note.strip())
