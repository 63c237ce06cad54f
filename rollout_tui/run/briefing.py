"""Briefing for somebody who was not there: where the run stands, and who waits for whom."""

from __future__ import annotations

from collections import Counter

from ..people import is_owner
from ..plan.quantities import format_span
from .condition import Rank, condition
from .gates import BlockerKind, blockers
from .ledger import but_for
from .moment import Moment
from .next import next_step
from .reasons import why_held
from .soak import soak_left
from .stages import ItemKind
from .state import Run, Status


def waiting(run: Run) -> tuple[str, ...]:
    """Say who waits for whom: second approvals, and whose the open items of the stage are."""
    if run.closed is not None:
        return ()
    lines = [
        f"{mark.by} waits for someone else to approve: {item.title}"
        for item in run.sequence.items.values()
        for mark in run.state(item.id).approvals[:1]
        if item.approvals > 1 and run.state(item.id).status is Status.OPEN
    ]
    approval = run.state(run.stage.approval_id)
    if approval.status is Status.SIGNED and approval.mark is not None and run.stage.id not in run.gates:
        lines.append(f"{approval.mark.by} approved promoting {run.stage.title}: someone else promotes")
    owners = Counter(
        item.owner
        for item in run.stage.items
        if item.owner and item.kind not in {ItemKind.METRIC, ItemKind.TRIGGER} and not run.is_resolved(item)
    )
    if owners:
        lines.append(f"open for: {', '.join(f'{owner} {count}' for owner, count in owners.items())}")
    return tuple(lines)


def waits_for(run: Run, name: str) -> bool:
    """Whether the run waits for this person: the lead is offered to them, or what is open in its stage is theirs."""
    if run.closed is not None:
        return False
    if run.offer is not None and run.offer.to and run.is_offered_to(name):
        return True
    return any(
        item.owner
        and is_owner(name, item.owner)
        and item.kind not in {ItemKind.METRIC, ItemKind.TRIGGER}
        and not run.is_resolved(item)
        for item in run.stage.items
    )


def receipt(run: Run) -> str:
    """Give the run with its newest event's number and hash: `verify --expect-head` checks them."""
    return f"{run.id} {run.seq}:{run.head[:8]}"


def status_paragraph(run: Run, now: Moment) -> str:
    """Say where the run stands in one paragraph for a chat, with the head that proves it."""
    header = run.plan.header
    mark = "REHEARSAL " if run.started.rehearsal else ""
    found = condition(run, now)
    wrong = [f"{found.text}."] if found.rank in {Rank.ALARM, Rank.ROLLBACK} or run.rollback is not None else []
    parts = [f"{mark}{header.name} ({run.name}): {_where(run)}.", *wrong, *_what(run, now)]
    if run.closed is None:
        parts.append(f"Next: {next_step(run, now).text.rstrip('.')}.")
    if without := but_for(run):
        parts.append(f"So far {without}.")
    parts.append(f"[{now.at:%Y-%m-%d %H:%M} UTC, {receipt(run)}]")
    return " ".join(parts)


def _where(run: Run) -> str:
    if run.closed is not None:
        return f"closed, {run.closed.outcome}"
    if run.rolling_back:
        return "ROLLING BACK"
    if run.rollback is not None:
        return "rolled back"
    phase = run.stage.phase
    exposed = f", {phase.audience}" if phase is not None and run.is_started(run.stage) else ""
    held = f", HELD by {run.held.by} ({why_held(run.held)})" if run.held is not None else ""
    return f"{run.stage.title}{exposed} ({run.position + 1} of {len(run.sequence.stages)}){held}"


def _what(run: Run, now: Moment) -> list[str]:
    """The soak, and what blocks: the first few in full."""
    if run.closed is not None or run.rollback is not None:
        return []
    said = []
    if run.stage.phase is not None and run.is_started(run.stage) and (left := soak_left(run, run.stage, now)):
        said.append(f"Soak: {format_span(left)} left.")
    found = [each for each in blockers(run, now) if each.kind is not BlockerKind.SOAK]
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        said.append(f"Blocked by {len(found)}: {'; '.join(each.text for each in found[:3])}{more}.")
    return said
