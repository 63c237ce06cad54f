"""Acts on a rollback: begin, finish."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never, get_args

from ...errors import Conflict, Refused, UsageError
from ...frozen import dataclass
from ...people import Actor
from ..action import Action, FieldKind, ask
from ..deployed import asked
from ..moment import Moment
from ..part import Found, Part
from ..reasons import may_follow, need_reasons, reason_at_hand
from ..restored import seen_before, shown
from ..rollback_clock import elapsed, newest_target, struck_out, unsigned_steps
from ..run_rules import DEPLOYED
from ..stages import RollbackPath, find
from ..state import Rollback, RollbackOutcome, Run, Status
from .guards import need_reason
from .parts_acts import FOUND, find_part, read_state
from .phrases import counted
from .rollback import Event, RollbackFinished, RollbackStarted

_FINISHING = "Finishing the rollback"
OUTCOMES: tuple[RollbackOutcome, ...] = get_args(RollbackOutcome)


def _asks(run: Run) -> bool:
    """Whether a rollback that ends has to say what is there: anything is that none of its steps took back."""
    return bool(_to_tell(run, "failed"))


def _to_tell(run: Run, outcome: RollbackOutcome) -> tuple[Part, ...]:
    """What is called off before a step was signed left everything as it was."""
    signed = run.rollback is not None and any(run.state(i).status is Status.SIGNED for i in run.rollback.items)
    if run.started.rules < DEPLOYED or (outcome == "called-off" and not signed):
        return ()
    return asked(run)


@dataclass(frozen=True)
class RollBack:
    """Begin a rollback by one of the plan's scenarios; it wins over everything else."""

    scenario: str = ask(FieldKind.SCENARIO, "the scenario")
    reason: str = ask(FieldKind.TEXT, "what happened", "")


@dataclass(frozen=True)
class FinishRollback:
    """Finish the rollback: restored, failed, or called off (back to the phase, held)."""

    outcome: RollbackOutcome = ask(FieldKind.OUTCOME, "how it ended")
    reason: str = ask(FieldKind.TEXT, "why: where no reading shows it, steps stay unsigned, or it failed", "")
    found: tuple[str, ...] = ask(
        FieldKind.PARTS, "what is there now, as ITEM=undone, ITEM=there or ITEM=unknown", (), when=_asks
    )


Intent = RollBack | FinishRollback


def _path(run: Run, name: str) -> RollbackPath:
    """Give the scenario that may begin now."""
    if not run.deployed:
        raise Refused("Nothing is deployed yet: the go was not given.", "Before the go a run is aborted: abort.")
    if run.rollback is not None and run.rollback.outcome == "restored":
        raise Refused("The rollback is finished: what ran before is restored.", "Close the run: close.")
    known = [path.id for path in run.sequence.rollback_paths]
    path = run.sequence.rollback_path(find(name, known, "rollback scenario"))
    if run.rolling_back and run.rollback and any(each.scenario == path.id for each in run.rollback.chosen):
        raise Conflict(
            f"{path.scenario.scenario!r} is already under way.", "Sign its steps, or choose another scenario."
        )
    return path


def _under_way(run: Run) -> Rollback:
    if run.rollback is None or not run.rolling_back:
        raise Refused("No rollback is under way.", "Begin one by a scenario: roll-back.")
    return run.rollback


def _check_finish(run: Run, subject: str, now: Moment, actor: Actor) -> None:
    _under_way(run)
    need_reasons(run, _FINISHING)


ACTIONS = (
    Action(
        "roll-back",
        "Roll back",
        RollBack,
        lambda run, scenario, now, actor: _path(run, scenario),
        FieldKind.SCENARIO,
        happened="began at, HH:MM UTC, if earlier than now",
        in_rollback=True,
        after_rollback=True,
    ),
    Action(
        "finish-rollback",
        "Finish the rollback",
        FinishRollback,
        _check_finish,
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor, happened: datetime | None = None) -> Event:
    match intent:
        case RollBack():
            path = _path(run, intent.scenario)
            return RollbackStarted(path.id, _reason(run, path, intent.reason))
        case FinishRollback():
            return _finish(run, intent, happened or now.at)
        case _ as never:
            assert_never(never)


def _reason(run: Run, path: RollbackPath, given: str) -> str:
    """Give why it begins: what is wrong where nothing was typed, if anything is; one past its use needs words."""
    if passed := struck_out(run, path):
        return need_reason(given, f"{path.scenario.scenario!r} no longer helps past {passed!r}; choosing it")
    if not may_follow(run):
        return need_reason(given, "A rollback")
    return given.strip() or reason_at_hand(run, path.id)


def stands_for(event: Event, run: Run) -> Intent:
    """Give the intent that an event is the record of."""
    match event:
        case RollbackStarted():
            return RollBack(event.scenario, event.reason)
        case RollbackFinished():
            return FinishRollback(event.outcome, event.reason, tuple(f"{part}={state}" for part, state in event.found))
        case _ as never:
            assert_never(never)


def _finish(run: Run, intent: FinishRollback, happened: datetime) -> Event:
    rollback = _under_way(run)
    need_reasons(run, _FINISHING)
    unsigned = unsigned_steps(run)
    reason = intent.reason.strip()
    if intent.outcome != "restored":
        ended = "was called off" if intent.outcome == "called-off" else "failed"
        reason = need_reason(reason, f"A rollback that {ended}")
    elif unsigned:
        reason = need_reason(reason, f"Finishing with {counted(len(unsigned), 'step')} unsigned")
    took = int(elapsed(rollback, happened).total_seconds())
    target = int(newest_target(run).total_seconds())
    found = _found(run, intent)
    told = (found.get("undone", ()), found.get("there", ()), found.get("unknown", ()))
    finished = RollbackFinished(intent.outcome, took, target, unsigned, reason, *told)
    if run.started.rules < DEPLOYED:
        return finished
    proof = shown(run, rollback, reason) if intent.outcome == "restored" else ""
    return replace(finished, shown=proof, seen_seconds=int(seen_before(rollback).total_seconds()))


def _found(run: Run, intent: FinishRollback) -> dict[Found, tuple[str, ...]]:
    """Give what people found of each part that is asked for, by what that is; what nobody tells of is unknown."""
    among = _to_tell(run, intent.outcome)
    if not among:
        return {}
    found: dict[str, Found] = {part.id: "unknown" for part in among}
    for text in intent.found:
        name, given, state = text.rpartition("=")
        if not given:
            raise UsageError(f"{text!r} does not say what is there.", "Write ITEM=undone, ITEM=there or ITEM=unknown.")
        found[find_part(name, among).id] = read_state(state)
    return {state: tuple(part for part, each in found.items() if each == state) for state in FOUND}
