"""Rollback: begun by a scenario, and finished; its steps are signed as items are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, assert_never, get_args

from ...errors import Conflict, Refused
from ...frozen import dataclass
from ...people import Actor
from ...plan.quantities import format_span
from ..action import Action, FieldKind, ask
from ..align_flags import align_flags
from ..builder import Builder
from ..moment import Moment
from ..rollback_clock import elapsed, newest_target, struck_out
from ..stages import RollbackPath, StageSequence, find
from ..stamp import Mark, Stamp
from ..state import Chosen, DoesNotFit, Held, Rollback, RollbackOutcome, Run, Status
from .guards import need_reason
from .phrases import counted, why

OUTCOMES: tuple[RollbackOutcome, ...] = get_args(RollbackOutcome)

# A rollback that took longer was none of ours, and a longer time can't be reckoned with.
_LONGEST_SECONDS = 100 * 366 * 24 * 3600


@dataclass(frozen=True)
class RollbackStarted:
    """A scenario chosen; `reason` is why, and why in spite of a passed point of no return."""

    kind: ClassVar[str] = "rollback_started"
    scenario: str
    reason: str


@dataclass(frozen=True)
class RollbackFinished:
    """The rollback's end: the whole time it took and the newest scenario's target, in seconds."""

    kind: ClassVar[str] = "rollback_finished"
    outcome: RollbackOutcome
    took_seconds: int
    target_seconds: int
    unsigned: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class RollBack:
    """Begin a rollback by one of the plan's scenarios; it wins over everything else."""

    scenario: str = ask(FieldKind.SCENARIO, "the scenario")
    reason: str = ask(FieldKind.TEXT, "what happened")


@dataclass(frozen=True)
class FinishRollback:
    """Finish the rollback: restored, failed, or called off (back to the phase, held)."""

    outcome: RollbackOutcome = ask(FieldKind.OUTCOME, "how it ended")
    reason: str = ask(FieldKind.TEXT, "why steps stay unsigned, or why it failed or was called off", "")


Event = RollbackStarted | RollbackFinished
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


ACTIONS = (
    Action(
        "roll-back",
        "Roll back",
        RollBack,
        lambda run, scenario, now, actor: _path(run, scenario),
        FieldKind.SCENARIO,
        may_have_happened=True,
        in_rollback=True,
        after_rollback=True,
    ),
    Action(
        "finish-rollback",
        "Finish the rollback",
        FinishRollback,
        lambda run, subject, now, actor: _under_way(run),
        in_rollback=True,
        after_rollback=True,
    ),
)


def decide(run: Run, intent: Intent, now: Moment, actor: Actor, happened: datetime | None = None) -> Event:
    match intent:
        case RollBack():
            path = _path(run, intent.scenario)
            passed = struck_out(run, path)
            what = f"{path.scenario.scenario!r} no longer helps past {passed!r}; choosing it"
            return RollbackStarted(path.id, need_reason(intent.reason, what if passed else "A rollback"))
        case FinishRollback():
            return _finish(run, intent, happened or now.at)
        case _ as never:
            assert_never(never)


def _finish(run: Run, intent: FinishRollback, happened: datetime) -> Event:
    rollback = _under_way(run)
    unsigned = tuple(item for item in rollback.items if run.state(item).status is not Status.SIGNED)
    reason = intent.reason.strip()
    if intent.outcome != "restored":
        ended = "was called off" if intent.outcome == "called-off" else "failed"
        reason = need_reason(reason, f"A rollback that {ended}")
    elif unsigned:
        reason = need_reason(reason, f"Finishing with {counted(len(unsigned), 'step')} unsigned")
    took = int(elapsed(rollback, happened).total_seconds())
    target = int(newest_target(run).total_seconds())
    return RollbackFinished(intent.outcome, took, target, unsigned, reason)


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case RollbackStarted():
            _begin(run, Chosen(event.scenario, stamp.when, mark, event.reason))
        case RollbackFinished():
            if run.rollback is None:
                raise DoesNotFit("no rollback is under way")
            if max(abs(event.took_seconds), abs(event.target_seconds)) > _LONGEST_SECONDS:
                raise DoesNotFit("it took longer than anything can")
            took = timedelta(seconds=event.took_seconds)
            run.rollback = replace(run.rollback, outcome=event.outcome, took=took)
            if event.outcome == "called-off":
                _call_off(run, mark)
        case _ as never:
            assert_never(never)


def _begin(run: Builder, chosen: Chosen) -> None:
    path = next((each for each in run.sequence.rollback_paths if each.id == chosen.scenario), None)
    if path is None:
        raise DoesNotFit(f"there is no {chosen.scenario!r}")
    before = run.rollback
    run.reopen(item.id for item in path.items)
    if before is None:
        run.reopen(reset.id for reset in run.sequence.resets)
        resets = [r.id for r in run.sequence.resets if run.flags.get(r.flag, r.value) != r.value]
        before = Rollback(chosen.started, (), tuple(resets))
    items = (*(item.id for item in path.items), *before.items)
    run.rollback = replace(
        before,
        started=min(before.started, chosen.started),
        chosen=(*before.chosen, chosen),
        items=tuple(dict.fromkeys(items)),
        outcome=None,
    )


def _call_off(run: Builder, mark: Mark) -> None:
    run.rollback = None
    run.held = Held(mark, "rollback called off")
    align_flags(run)
    # Its steps say nothing of a later rollback; a reset stands for itself only where a reduction asked for it.
    run.reopen(item.id for path in run.sequence.rollback_paths for item in path.items)
    run.reopen(reset.id for reset in run.sequence.resets)


def words(event: Event, sequence: StageSequence) -> str:
    match event:
        case RollbackStarted(scenario=name):
            paths = sequence.rollback_paths
            title = next((path.scenario.scenario for path in paths if path.id == name), name)
            return f"began rolling back: {title}{why(event.reason)}"
        case RollbackFinished():
            took, target = (format_span(timedelta(seconds=s)) for s in (event.took_seconds, event.target_seconds))
            over = "over its target" if event.took_seconds > event.target_seconds else "target"
            unsigned = f", {counted(len(event.unsigned), 'step')} unsigned" if event.unsigned else ""
            outcome = event.outcome.replace("-", " ")
            return f"rollback {outcome} after {took} ({over} {target}){unsigned}{why(event.reason)}"
        case _ as never:
            assert_never(never)
