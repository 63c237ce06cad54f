"""Rollback: begun by a scenario, and finished; its steps are signed as items are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, assert_never

from ...frozen import dataclass
from ...plan.ids import FLAG
from ..align_flags import align_flags
from ..builder import Builder
from ..deployed import name_of
from ..deploying import doubt_the_unasked, settle, undone_since
from ..part import SAID, Found
from ..restored import how_shown
from ..run_rules import DEPLOYED, HEALTH
from ..stages import StageSequence
from ..stamp import Mark, Stamp
from ..state import Chosen, DoesNotFit, Held, Rollback, RollbackOutcome, Status
from .observations import take_off_what_failed
from .phases import take_back
from .phrases import LONGEST_SECONDS, counted, span, why


@dataclass(frozen=True)
class RollbackStarted:
    """A scenario chosen; `reason` is why, and why in spite of a passed point of no return; empty if given later."""

    kind: ClassVar[str] = "rollback_started"
    scenario: str
    reason: str


@dataclass(frozen=True)
class RollbackFinished:
    """The rollback's end: the whole time it took and the newest scenario's target, in seconds.

    `undone`, `there` and `unknown` are the steps and flags that none of its steps took back, by what people found.
    `shown` says by what it is known to have restored, `seen_seconds` how long something was wrong before it began.
    """

    kind: ClassVar[str] = "rollback_finished"
    outcome: RollbackOutcome
    took_seconds: int
    target_seconds: int
    unsigned: tuple[str, ...] = ()
    reason: str = ""
    undone: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    shown: str = ""
    seen_seconds: int = 0

    @property
    def found(self) -> tuple[tuple[str, Found], ...]:
        """Each step and flag that was asked for, with what it is."""
        said: tuple[tuple[Found, tuple[str, ...]], ...] = (
            ("undone", self.undone),
            ("there", self.there),
            ("unknown", self.unknown),
        )
        return tuple((part, state) for state, named in said for part in named)


Event = RollbackStarted | RollbackFinished


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case RollbackStarted():
            _begin(run, Chosen(event.scenario, stamp.when, mark, event.reason))
            run.follow_health(mark)
        case RollbackFinished():
            if run.rollback is None:
                raise DoesNotFit("no rollback is under way")
            if max(abs(event.took_seconds), abs(event.target_seconds)) > LONGEST_SECONDS:
                raise DoesNotFit("it took longer than anything can")
            took = timedelta(seconds=event.took_seconds)
            run.rollback = replace(run.rollback, outcome=event.outcome, took=took, shown=event.shown)
            _settle(run, event, mark)
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
        wrong = (*run.breached, *run.fired)
        before = Rollback(chosen.started, (), tuple(resets), wrong=wrong, seen=run.wrong_since)
    # A flag that a step sets back is asked for once.
    taken = {FLAG + r.flag: r.id for r in run.sequence.resets if run.state(r.id).status is not Status.SIGNED}
    named = {taken.get(part) for part, _ in path.reverses}
    items = (*(item.id for item in path.items), *(item for item in before.items if item not in named))
    run.rollback = replace(
        before,
        started=min(before.started, chosen.started),
        chosen=(*before.chosen, chosen),
        items=tuple(dict.fromkeys(items)),
        outcome=None,
    )


def _settle(run: Builder, event: RollbackFinished, mark: Mark) -> None:
    """What people found stands; where nobody was asked, what its scenarios were to take back is not known."""
    assert run.rollback is not None
    if not run.goes_by(DEPLOYED):
        doubt_the_unasked(run, [each.scenario for each in run.rollback.chosen], event.outcome == "restored", mark)
    for part, state in event.found:
        if part not in run.effects:
            raise DoesNotFit(f"there is no {part!r}")
        settle(run, part, state, mark)


def _call_off(run: Builder, mark: Mark) -> None:
    assert run.rollback is not None
    began = run.rollback.chosen[0].mark.seq
    undone = any(run.state(item).status is Status.SIGNED for item in run.rollback.items)
    run.rollback = None
    run.held = Held(mark, "rollback called off")
    if run.goes_by(DEPLOYED):
        take_back(run, undone_since(run, began))
    align_flags(run)
    # Its steps say nothing of a later rollback; a reset stands for itself only where a reduction asked for it.
    run.reopen(item.id for path in run.sequence.rollback_paths for item in path.items)
    run.reopen(reset.id for reset in run.sequence.resets)
    take_off_what_failed(run)
    run.follow_health(mark)
    if undone and run.goes_by(HEALTH):
        # What its steps took back has to prove itself from the start.
        run.soak_anew(mark)


def words(event: Event, sequence: StageSequence) -> str:
    match event:
        case RollbackStarted(scenario=name):
            paths = sequence.rollback_paths
            title = next((path.scenario.scenario for path in paths if path.id == name), name)
            return f"began rolling back: {title}{why(event.reason)}"
        case RollbackFinished():
            took, target = map(span, (event.took_seconds, event.target_seconds))
            over = "over its target" if event.took_seconds > event.target_seconds else "target"
            unsigned = f", {counted(len(event.unsigned), 'step')} unsigned" if event.unsigned else ""
            outcome = event.outcome.replace("-", " ")
            found = "".join(
                f"; {said}: {', '.join(named)}"
                for state, said in SAID.items()
                if (named := [name_of(part, sequence) for part, each in event.found if each == state])
            )
            shown = f", {words}" if (words := how_shown(event.shown)) else ""
            return f"rollback {outcome} after {took} ({over} {target}){shown}{unsigned}{why(event.reason)}{found}"
        case _ as never:
            assert_never(never)
