"""Findings on rollbacks: those that took longer than their target, and what speaks against them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...plan.quantities import format_span
from .. import events as ev
from ..deployed import name_of, parts
from ..events import Entry
from ..restored import NOT_SHOWN, WORD
from ..stages import RollbackPath
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, title_of


def rollbacks(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each rollback that took longer than its target."""
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.RollbackFinished) and event.took_seconds > event.target_seconds:
            took, target = timedelta(seconds=event.took_seconds), timedelta(seconds=event.target_seconds)
            over = f"{format_span(took)}, {format_span(took - target)} over its target of {format_span(target)}"
            how = f"{event.outcome.replace('-', ' ')}, finished by {entry.stamp.by}"
            text = f"The rollback took {over} ({how}){because(event.reason)}"
            yield about(entry, Kind.ROLLBACK_OVER_TARGET, Severity.SERIOUS, text)


def how_it_went(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What speaks against a rollback: called off, not shown to have restored, steps left or out of order, code left."""
    signed: list[str] = []
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.RollbackStepSigned):
            signed.append(event.item)
        if not isinstance(event, ev.RollbackFinished):
            continue
        for severity, text in _against(event, signed, run):
            yield about(entry, Kind.ROLLBACK, severity, f"{entry.stamp.by} {text}")
        signed = []


def _against(event: ev.RollbackFinished, signed: list[str], run: Run) -> Iterator[tuple[Severity, str]]:
    if event.outcome == "called-off":
        yield Severity.WARNING, f"called the rollback off{because(event.reason)}"
    if event.outcome != "restored":
        return
    if event.shown == NOT_SHOWN:
        yield Severity.SERIOUS, "finished the rollback as restored, and no reading shows it"
    elif event.shown == WORD:
        yield Severity.WARNING, f"said that the rollback restored, and no reading shows it{because(event.reason)}"
    if event.unsigned:
        titles = ", ".join(title_of(run.sequence, item) for item in event.unsigned)
        yield Severity.WARNING, f"finished the rollback with steps unsigned: {titles}"
    order = [signed.index(item) for path in run.sequence.rollback_paths for item in _ids(path) if item in signed]
    if order != sorted(order):
        yield Severity.WARNING, "finished a rollback whose steps were signed out of order"
    kinds = {part.id: part.kind for part in parts(run)}
    left = [name_of(part, run.sequence) for part in event.there if kinds.get(part) in {"code", "flag"}]
    if left:
        yield Severity.SERIOUS, f"finished the rollback as restored, and still there was: {', '.join(left)}"


def _ids(path: RollbackPath) -> list[str]:
    return [item.id for item in path.items]


FINDINGS = (rollbacks, how_it_went)
