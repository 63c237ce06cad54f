"""Phases: started, and soaking for longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, assert_never

from ...frozen import dataclass
from ...plan.ids import FLAG
from ..builder import Builder
from ..run_rules import BREACH_BLOCKS
from ..stages import ItemKind, Stage, StageKind, StageSequence
from ..stamp import Mark, Stamp
from ..state import DoesNotFit, ItemState, PhaseState, Status
from ..watching import begin
from ..window import WINDOW_ID
from .phrases import LONGEST_SECONDS, past, span, stage_title, why


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


Event = PhaseStarted | SoakExtended


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case PhaseStarted():
            start = run.stage(event.stage).start_id
            if run.state(start).approvals:
                # Somebody approved the start, and so was asked to be another one.
                run.approve(start, mark)
            start_phase(run, event.stage, mark, event.reason)
            follow_window(run, event.overrides, mark)
        case SoakExtended():
            if event.stage not in run.phases:
                raise DoesNotFit(f"there is no {event.stage!r}")
            if abs(event.seconds) > LONGEST_SECONDS:
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
    if not run.goes_by(BREACH_BLOCKS):
        run.breached.clear()
    run.unwell_since = mark.at if run.is_unwell else None
    begin(run, stage, mark)
    run.set(start.id, ItemState(Status.SIGNED, (mark,), mark, reason))


def take_back_stage(run: Builder, stage: Stage) -> None:
    """Open a stage anew: its gate, a phase's start, what was seen in it, and what validated it (R5)."""
    run.gates.pop(stage.id, None)
    if stage.kind is StageKind.PHASE:
        run.phases.pop(stage.id, None)
        for metric in run.sequence.metrics:
            run.readings.pop((stage.id, metric), None)
    if stage.kind in {StageKind.PHASE, StageKind.POST_DEPLOYMENT}:
        run.reopen(item.id for item in stage.items if item.kind is not ItemKind.STEP)


def take_back(run: Builder, undone: Sequence[str]) -> None:
    """What is not there any more is open again, and what people saw while it was says nothing any more.

    Without a migration step nobody is exposed; without a flag the phase has to show anew that it is well.
    """
    exposed = [stage for stage in run.sequence.stages if stage.id in run.phases]
    steps = [part for part in undone if not part.startswith(FLAG)]
    run.reopen(steps)
    if not exposed or not undone:
        return
    place = run.sequence.index[exposed[-1].id]
    if steps:
        for stage in run.sequence.stages[place:]:
            take_back_stage(run, stage)
        run.position = min(run.position, place)
    elif run.position == place:
        run.reopen(item.id for item in exposed[-1].items if item.kind is ItemKind.CRITERION)
        for metric in run.sequence.metrics:
            run.readings.pop((exposed[-1].id, metric), None)


def follow_window(run: Builder, overrides: tuple[str, ...], mark: Mark) -> None:
    """Note the first decision that went past the maintenance window."""
    if WINDOW_ID in overrides and run.past_window is None:
        run.past_window = mark


def words(event: Event, sequence: StageSequence) -> str:
    title = stage_title(sequence, event.stage)
    match event:
        case PhaseStarted():
            return f"started {title}{past(event.overrides)}{why(event.reason)}"
        case SoakExtended():
            by = span(event.seconds)
            return f"extended the soak of {title} by {by}{why(event.reason)}"
        case _ as never:
            assert_never(never)
