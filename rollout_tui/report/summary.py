"""What stands at a report's head: what, who, when, how it ended, whether the log verifies, and how much happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..plan.quantities import format_clock, format_span
from ..run.audit import Kind
from ..run.blocker_groups import grouped
from ..run.events import HandedOver, RunClosed
from ..run.restored import how_shown
from ..run.two_people import told_apart
from .anchored import anchor_lines
from .elements import Cell
from .model import Report
from .signed import signature_lines


def header(report: Report) -> Iterator[tuple[str, Cell]]:
    """Give what the report is about, by name."""
    run, plan = report.run, report.run.plan.header
    yield "Run", run.id
    before = f", after {plan.previous_release}" if plan.previous_release else ""
    yield "Plan", f"{plan.name} ({plan.service} {plan.release}{before})"
    if plan.artifacts:
        yield "Installs", plan.artifacts
    if plan.previous_artifacts:
        yield "A rollback installs", plan.previous_artifacts
    if plan.ticket:
        yield "Ticket", plan.ticket
    if plan.owner:
        yield "Owner", plan.owner
    yield "Started", f"{report.began:%Y-%m-%d %H:%M:%S} UTC by {run.stamp.by} ({run.stamp.origin})"
    if run.started.after:
        yield "Attempt", f"second attempt after {run.started.after} (head {run.started.after_head})"
    yield "Outcome", outcome(report)
    if report.blockers:
        count = f"{len(report.blockers)} before {run.stage.title} can end"
        yield "Blocks", (count, *(each.text for each in grouped(report.blockers)))
    if two := told_apart(run):
        yield "Identity", f"two people were {two}"
    # Whoever reads no further has read these.
    for name, kind in (("Does not follow", Kind.DOES_NOT_FOLLOW), ("Overrides", Kind.OVERRIDE)):
        found = tuple(f"{each.text} (#{each.seq})" for each in report.findings if each.kind is kind)
        if found:
            yield name, found
    yield "Log", report.log_verdict.words
    if report.log_verdict.problems:
        yield "Evidence", report.log_verdict.problems
    if report.log_verdict.signatures:
        yield "Signatures", tuple(signature_lines(report.log_verdict.signatures))
    if report.log_verdict.anchors:
        yield "Anchors", tuple(anchor_lines(report.log_verdict.anchors))
    if report.log_verdict.head:
        number, digest = report.log_verdict.head
        yield "Head", f"{number}:{digest}"


def outcome(report: Report) -> str:
    """Say how the run ended, or where it stands."""
    run = report.run
    if run.closed is None:
        where = "in its rollback" if run.rolling_back else f"at {run.stage.title}"
        return f"not closed: it stands {where}, last written {report.ended:%Y-%m-%d %H:%M:%S} UTC"
    words = run.closed.outcome.replace("-", " ") + (", cleanup outstanding" if run.outstanding else "")
    return f"{words}, {report.ended:%Y-%m-%d %H:%M:%S} UTC by {run.closed.mark.by} (#{run.closed.mark.seq})"


def summary(report: Report) -> Iterator[tuple[str, Cell]]:
    """Give how much happened, by name."""
    run = report.run
    last = len(report.entries) - 1
    yield "Lasted", f"{format_span(report.took)}, {last} event{'s' if last != 1 else ''} after the start"
    yield from _leads(report)
    found = Counter(each.kind for each in report.findings)
    told = ", ".join(f"{kind} ({count})" for kind, count in found.items())
    yield "Found", told or "nothing"
    for each in report.rollbacks:
        seen = f"seen {format_span(each.seen)} before, " if each.seen else ""
        over = f", {format_span(each.over)} over it" if each.over else ", within it" if each.within else ""
        shown = f", {words}" if (words := how_shown(each.shown)) else ""
        took = f"{each.outcome or 'under way'} after {format_clock(each.took)}, target {format_clock(each.target)}"
        yield "Rollback", f"{seen}{took}{over}{shown}"
    closing = next((e.event for e in report.entries if isinstance(e.event, RunClosed)), None)
    if closing is not None:
        yield "Closing note", closing.note
        if closing.left:
            yield "Left in place", closing.left
    if run.closed is not None and run.closed.follow_up_owner:
        due = f"{run.closed.follow_up_owner} by {run.closed.follow_up_date} ({run.closed.follow_up_ticket})"
        steps = tuple(item.title for item in run.outstanding)
        yield "Follow-up", (f"{due}: {len(steps)} outstanding", *steps) if steps else f"{due}: done"


def _leads(report: Report) -> Iterator[tuple[str, Cell]]:
    """Give who led, each time the lead changed hands, with what was read back; an offer that nobody took."""
    for entry in report.entries:
        if isinstance(entry.event, HandedOver):
            yield "Handover", (f"{entry.stamp.by} {report.words[entry.seq]} (#{entry.seq})", *entry.event.open)
    offer = report.run.offer
    if offer is not None and report.run.closed is None:
        yield "Offered", f"{offer.mark.by} {report.words[offer.mark.seq]} (#{offer.mark.seq})"
