"""Findings on the plan itself: what a redline changed under way, and what it voided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import events as ev
from ..events import Entry
from ..state import Run
from ..two_people import difference
from .finding import AuditFinding, Kind, Severity, about, because, title_of


def redlines(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each change of the plan under way, and what it voided."""
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PlanRedlined):
            titles = [title_of(run.sequence_at(entry.seq), item) for item in event.voided]
            text = f"{entry.stamp.by} redlined the plan: {_count(event.changes, 'change')}"
            text += f", which voided {_count(titles, 'item')}" if titles else ", which voided nothing"
            yield about(entry, Kind.REDLINE, Severity.WARNING, text + because(event.reason))


def identities(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each change of what told people apart by more than names: it decides whose word counts from there on."""
    for entry in entries:
        was, now = run.identity_at(entry.seq), run.identity_at(entry.seq + 1)
        if not isinstance(entry.event, ev.PlanRedlined) or was == now or not (was.proves or was.principals):
            continue
        rules = () if was.words == now.words else (f"up to here {was.words}; from here on {now.words}",)
        changes = "; ".join((*rules, *difference(was, now)))
        text = f"{entry.stamp.by} changed by what two people are two: {changes}{because(entry.event.reason)}"
        yield about(entry, Kind.IDENTITY, Severity.SERIOUS, text)


def _count(found: Sequence[str], what: str) -> str:
    return f"{len(found)} {what}{'s' if len(found) != 1 else ''} [{'; '.join(found)}]"


FINDINGS = (
    identities,
    redlines,
)
