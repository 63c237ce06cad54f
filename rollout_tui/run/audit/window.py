"""Findings on the maintenance window: what was decided or done outside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..point_in_time import PointInTime
from ..state import Run
from ..window import outside_window
from .finding import AuditFinding, Kind, Severity, about, stage_of


def outside(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each gate that was passed, phase that was started and migration step that was signed outside it."""
    if run.started.rehearsal:
        return
    past = PointInTime(entries)
    for entry in entries:
        found = _did(run, entry)
        if found is None:
            continue
        did, severity = found
        plan = past.before(entry.seq).plan
        if words := outside_window(plan, entry.stamp.at):
            yield about(entry, Kind.WINDOW, severity, f"{entry.stamp.by} {did} {words}")


def _did(run: Run, entry: Entry) -> tuple[str, Severity] | None:
    """Say what needs the window open; to expose people is graver than to end what was begun."""
    sequence = run.sequence_at(entry.seq)
    match entry.event:
        case ev.GatePromoted(stage=stage) if stage == sequence.stages[0].id:
            return "gave the go", Severity.SERIOUS
        case ev.GatePromoted(stage=stage):
            return f"promoted {stage_of(sequence, stage)}", Severity.WARNING
        case ev.PhaseStarted(stage=stage):
            return f"started {stage_of(sequence, stage)}", Severity.SERIOUS
        case ev.ItemSigned(item=name) if name in sequence.items and sequence.items[name].step is not None:
            return f"signed the migration step {sequence.items[name].title}", Severity.WARNING
        case _:
            return None


FINDINGS = (outside,)
