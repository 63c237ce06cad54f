"""What stands at a report's head: what, who, when, how it ended, whether the log verifies, and how much happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..plan.quantities import format_clock, format_span
from ..run.audit import Kind
from ..run.events import HandedOver, RunClosed
from .account import Account
from .shapes import Cell


def header(account: Account) -> Iterator[tuple[str, Cell]]:
    """Give what the report is about, by name."""
    run, plan = account.run, account.run.plan.header
    yield "Run", run.id
    before = f", after {plan.previous_release}" if plan.previous_release else ""
    yield "Plan", f"{plan.name} ({plan.service} {plan.release}{before})"
    if plan.ticket:
        yield "Ticket", plan.ticket
    if plan.owner:
        yield "Owner", plan.owner
    yield "Started", f"{account.began:%Y-%m-%d %H:%M:%S} UTC by {run.stamp.by} ({run.stamp.origin})"
    if run.started.after:
        yield "Attempt", f"second attempt after {run.started.after} (head {run.started.after_head})"
    yield "Outcome", outcome(account)
    overrides = tuple(f"{each.text} (#{each.seq})" for each in account.findings if each.kind is Kind.OVERRIDE)
    if overrides:
        # Whoever reads no further has read these.
        yield "Overrides", overrides
    yield "Log", account.proof.words
    if account.proof.problems:
        yield "Evidence", account.proof.problems
    if account.proof.head:
        number, digest = account.proof.head
        yield "Head", f"{number}:{digest}"


def outcome(account: Account) -> str:
    """Say how the run ended, or where it stands."""
    run = account.run
    if run.closed is None:
        where = "in its rollback" if run.rolling_back else f"at {run.stage.title}"
        return f"not closed: it stands {where}, last written {account.ended:%Y-%m-%d %H:%M:%S} UTC"
    words = run.closed.outcome.replace("-", " ") + (", cleanup outstanding" if run.outstanding else "")
    return f"{words}, {account.ended:%Y-%m-%d %H:%M:%S} UTC by {run.closed.mark.by} (#{run.closed.mark.seq})"


def marks(account: Account) -> tuple[str, ...]:
    """Give what the run is marked as: a rehearsal and an emergency must not be mistaken for an ordinary run."""
    started = account.run.started
    return tuple(name for name, on in (("rehearsal", started.rehearsal), ("emergency", started.emergency)) if on)


def summary(account: Account) -> Iterator[tuple[str, Cell]]:
    """Give how much happened, by name."""
    run = account.run
    last = len(account.entries) - 1
    yield "Lasted", f"{format_span(account.took)}, {last} event{'s' if last != 1 else ''} after the start"
    yield from _leads(account)
    found = Counter(each.kind for each in account.findings)
    told = ", ".join(f"{kind} ({count})" for kind, count in found.items())
    yield "Found", told or "nothing"
    for each in account.rollbacks:
        over = f", {format_span(each.over)} over it" if each.over else ""
        what = f"{each.outcome or 'under way'} after {format_clock(each.took)}, target {format_clock(each.target)}"
        yield "Rollback", what + over
    closing = next((e.event for e in account.entries if isinstance(e.event, RunClosed)), None)
    if closing is not None:
        yield "Closing note", closing.note
        if closing.left:
            yield "Left in place", closing.left
    if run.closed is not None and run.closed.follow_up_owner:
        due = f"{run.closed.follow_up_owner} by {run.closed.follow_up_date} ({run.closed.follow_up_ticket})"
        steps = tuple(item.title for item in run.outstanding)
        yield "Follow-up", (f"{due}: {len(steps)} outstanding", *steps) if steps else f"{due}: done"


def _leads(account: Account) -> Iterator[tuple[str, Cell]]:
    """Give who led, each time the lead changed hands, with what was read back; an offer that nobody took."""
    for entry in account.entries:
        if isinstance(entry.event, HandedOver):
            yield "Handover", (f"{entry.stamp.by} {account.words[entry.seq]} (#{entry.seq})", *entry.event.open)
    offer = account.run.offer
    if offer is not None and account.run.closed is None:
        yield "Offered", f"{offer.mark.by} {account.words[offer.mark.seq]} (#{offer.mark.seq})"
