"""Findings on rollback triggers: those that fired, and those whose probe nobody let look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..observation import FAIL
from ..point_in_time import PointInTime
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, later, title_of


def triggers(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that a rollback trigger fired, and how it was cleared."""
    fired: dict[str, Entry] = {}
    by_probes = fired_by_probes(run, entries)
    for entry in entries:
        if isinstance(entry.event, ev.TriggerFired):
            fired[entry.event.trigger] = entry
        elif isinstance(entry.event, ev.Observed) and entry.seq in by_probes:
            fired[entry.event.subject] = entry
        elif isinstance(entry.event, ev.TriggerCleared) and entry.event.trigger in fired:
            first = fired.pop(entry.event.trigger)
            cleared = f"; cleared by {entry.stamp.by} {later(first, entry)}{because(entry.event.reason)}"
            yield about(first, Kind.TRIGGER, Severity.WARNING, _fired(run, first) + cleared)
    for first in fired.values():
        yield about(first, Kind.TRIGGER, Severity.SERIOUS, f"{_fired(run, first)}; never cleared")


def _fired(run: Run, entry: Entry) -> str:
    event = entry.event
    assert isinstance(event, ev.TriggerFired | ev.Observed)
    title = title_of(run.sequence_at(entry.seq), ev.subject(event))
    who = entry.stamp.by if isinstance(event, ev.TriggerFired) else f"a probe (with {entry.stamp.by})"
    seen = event.reason or (f"{event.value:g}" if isinstance(event, ev.Observed) and event.value is not None else "")
    return f"{who} saw a rollback trigger fire, {title}{because(seen)}"


def fired_by_probes(run: Run, entries: Sequence[Entry]) -> frozenset[int]:
    """Give the numbers of the looks that fired a trigger."""
    past = PointInTime(entries)
    return frozenset(
        entry.seq
        for entry in entries
        if isinstance(entry.event, ev.Observed)
        and entry.event.outcome == FAIL
        and entry.event.subject not in run.sequence.metrics
        and entry.event.subject in (after := past.before(entry.seq + 1)).fired
        and after.fired[entry.event.subject][0].seq == entry.seq
    )


def never_looked_at(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each phase that was promoted although the probe of a trigger of it had never looked."""
    past = PointInTime(entries)
    for entry in entries:
        event = entry.event
        if run.started.rehearsal or not isinstance(event, ev.GatePromoted):
            continue
        stage = run.sequence_at(entry.seq).stage(event.stage)
        probed = [item for item in stage.items if item.trigger is not None and item.probe is not None]
        seen = past.before(entry.seq).observed if probed else {}
        if unseen := [item.title for item in probed if item.id not in seen]:
            text = f"the gate of {stage.title} was passed, and no probe had looked at its trigger"
            yield about(entry, Kind.NOT_OBSERVED, Severity.WARNING, f"{text}: {'; '.join(unseen)}")


FINDINGS = (triggers, never_looked_at)
