"""Findings on rollback triggers: those that fired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, later, title_of


def triggers(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each time that a rollback trigger fired, and how it was cleared."""
    fired: dict[str, Entry] = {}
    for entry in entries:
        if isinstance(entry.event, ev.TriggerFired):
            fired[entry.event.trigger] = entry
        elif isinstance(entry.event, ev.TriggerCleared) and entry.event.trigger in fired:
            first = fired.pop(entry.event.trigger)
            cleared = f"; cleared by {entry.stamp.by} {later(first, entry)}{because(entry.event.reason)}"
            yield about(first, Kind.TRIGGER, Severity.WARNING, _fired(run, first) + cleared)
    for first in fired.values():
        yield about(first, Kind.TRIGGER, Severity.SERIOUS, f"{_fired(run, first)}; never cleared")


def _fired(run: Run, entry: Entry) -> str:
    assert isinstance(entry.event, ev.TriggerFired)
    title = title_of(run.sequence_at(entry.seq), entry.event.trigger)
    return f"{entry.stamp.by} saw a rollback trigger fire, {title}{because(entry.event.reason)}"


FINDINGS = (triggers,)
