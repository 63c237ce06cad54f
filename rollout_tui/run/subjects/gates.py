"""Gates: passed by go or promotion, reduced to the phase before, held and released."""

from __future__ import annotations

from typing import ClassVar, assert_never

from ...frozen import dataclass
from ..align_flags import align_flags
from ..builder import Builder
from ..stages import Stage, StageSequence
from ..stamp import Mark, Stamp
from ..state import Held, Passed
from .phases import follow_window, start_phase, take_back_stage
from .phrases import past, stage_title, why


@dataclass(frozen=True)
class GatePromoted:
    """A stage's gate passed: go, or a phase promoted; `overrides` are the blockers that it went past."""

    kind: ClassVar[str] = "gate_promoted"
    stage: str
    overrides: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class PhaseReduced:
    """Exposure taken back from the phase `stage` to the one before it, `to`."""

    kind: ClassVar[str] = "phase_reduced"
    stage: str
    to: str
    reason: str


@dataclass(frozen=True)
class GateHeld:
    kind: ClassVar[str] = "gate_held"
    reason: str


@dataclass(frozen=True)
class GateReleased:
    kind: ClassVar[str] = "gate_released"
    reason: str


Event = GatePromoted | PhaseReduced | GateHeld | GateReleased


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    match event:
        case GatePromoted():
            stage = run.stage(event.stage)
            run.gates[stage.id] = Passed(mark, event.overrides, event.reason)
            if stage.approval_id in run.sequence.items:
                # The second approval of a promotion is the promotion itself.
                run.approve(stage.approval_id, mark)
            follow_window(run, event.overrides, mark)
        case PhaseReduced():
            _reduce(run, run.stage(event.to), mark, event.reason)
        case GateHeld():
            run.held = Held(mark, event.reason)
        case GateReleased():
            run.held = None
        case _ as never:
            assert_never(never)


def _reduce(run: Builder, to: Stage, mark: Mark, reason: str) -> None:
    run.item(to.start_id)
    first = run.sequence.index[to.id]
    for later in run.sequence.stages[first:]:
        take_back_stage(run, later)
    run.position = first
    start_phase(run, to.id, mark, reason)
    align_flags(run)


def words(event: Event, sequence: StageSequence) -> str:
    match event:
        case GatePromoted():
            is_go = event.stage == sequence.stages[0].id
            what = "go" if is_go else f"promoted {stage_title(sequence, event.stage)}"
            return f"{what}{past(event.overrides)}{why(event.reason)}{why(event.note)}"
        case PhaseReduced():
            later, before = (stage_title(sequence, each) for each in (event.stage, event.to))
            return f"reduced from {later} to {before}{why(event.reason)}"
        case GateHeld():
            return f"held{why(event.reason)}"
        case GateReleased():
            return f"released the hold{why(event.reason)}"
        case _ as never:
            assert_never(never)
