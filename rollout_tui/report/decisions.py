"""The decisions of a run: who took it on, with what approvals, past what blockers."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import dataclass
from ..run import events as ev
from ..run.audit.gates import went_past
from ..run.events import Entry
from ..run.point_in_time import PointInTime
from ..run.stamp import Mark
from ..run.state import Run

_DECISIONS = (
    ev.RunStarted
    | ev.PhaseStarted
    | ev.GatePromoted
    | ev.SoakExtended
    | ev.PhaseReduced
    | ev.GateHeld
    | ev.GateReleased
    | ev.PlanRedlined
    | ev.HandedOver
    | ev.RollbackStarted
    | ev.ReasonGiven
    | ev.RollbackFinished
    | ev.RunClosed
)


@dataclass(frozen=True)
class Decision:
    """A decision and the blockers that it went past; `approved` holds who approved a promotion beside its author.

    `audience` is whom a start or a promotion of a phase is about.
    """

    entry: Entry
    past: tuple[str, ...] = ()
    approved: tuple[Mark, ...] = ()
    audience: str = ""


def decisions(run: Run, entries: Sequence[Entry]) -> tuple[Decision, ...]:
    """Give the decisions in their order."""
    past = PointInTime(entries)
    return tuple(_decision(run, past, entry) for entry in entries if isinstance(entry.event, _DECISIONS))


def _decision(run: Run, past: PointInTime, entry: Entry) -> Decision:
    event = entry.event
    if not isinstance(event, ev.PhaseStarted | ev.GatePromoted):
        return Decision(entry, went_past(past, entry))
    then = run.sequence_at(entry.seq)
    stage = then.stage(event.stage)
    audience = str(stage.phase.audience) if stage.phase else ""
    approved: tuple[Mark, ...] = ()
    if isinstance(event, ev.GatePromoted) and stage.approval_id in then.items:
        approved = past.before(entry.seq).state(stage.approval_id).approvals
    return Decision(entry, went_past(past, entry), approved, audience)
