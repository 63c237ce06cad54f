"""Findings on items: what was skipped, put off or taken back, done by others, out of its time or while held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...people import is_owner
from ...plan.quantities import format_span
from .. import events as ev
from ..approval import is_note
from ..events import Entry
from ..previous_attempt import in_place
from ..run_rules import DEPLOYED
from ..running import SHORT, planned
from ..stages import Item
from ..state import Run, Status
from .finding import AuditFinding, Kind, Severity, about, because, stage_of, title_of
from .triggers import fired_by_probes

_ItemEvent = ev.ItemSigned | ev.ItemFailed | ev.ItemRevoked | ev.ItemWaived | ev.ItemDeferred
_WAS = {"signed": "sign-off", "waived": "waiver", "deferred": "deferral", "in-place": "earlier sign-off"}


def waivers(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each waiver, and how its item ended."""
    for entry, event, ending in _with_endings(entries):
        if isinstance(event, ev.ItemWaived):
            text = f"{entry.stamp.by} waived {title_of(run.sequence_at(entry.seq), event.item)}{because(event.reason)}"
            severity = Severity.NOTE if ending else Severity.WARNING
            yield about(entry, Kind.WAIVER, severity, text + _in_words(ending))


def deferrals(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each deferral, and whether it is still due."""
    for entry, event, ending in _with_endings(entries):
        if not isinstance(event, ev.ItemDeferred):
            continue
        to = stage_of(run.sequence_at(entry.seq), event.to)
        what = title_of(run.sequence_at(entry.seq), event.item)
        text = f"{entry.stamp.by} deferred {what} to {to}{because(event.reason)}"
        signed = ending is not None and isinstance(ending.event, ev.ItemSigned)
        if run.state(event.item).status is Status.DEFERRED and (ending is None or signed):
            # A first approval of two leaves it deferred.
            yield about(entry, Kind.DEFERRAL, Severity.WARNING, f"{text}; still due")
        else:
            severity = Severity.NOTE if signed else Severity.WARNING
            yield about(entry, Kind.DEFERRAL, severity, text + (_in_words(ending) or "; open again"))


def revocations(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each sign-off, waiver, deferral or start that was taken back."""
    given: dict[str, Entry] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.PhaseStarted):
            given[f"{event.stage}/start"] = entry
        elif isinstance(event, ev.ItemRevoked):
            before = given.pop(event.item, None)
            whose = f", given by {before.stamp.by} (#{before.seq})" if before else ""
            what = f"{_WAS.get(event.was, event.was)} of {title_of(run.sequence_at(entry.seq), event.item)}"
            text = f"{entry.stamp.by} took back the {what}{whose}{because(event.reason)}"
            yield about(entry, Kind.REVOCATION, Severity.WARNING, text)
        elif isinstance(event, _ItemEvent):
            given[event.item] = entry


def others_items(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """What was signed off by none of those who are its owners: one finding for each who did, however much it was."""
    given: dict[str, list[Entry]] = {}
    found: dict[str, list[tuple[Entry, str, str]]] = {}
    for entry in entries:
        match entry.event:
            case ev.ItemSigned(item=name) if is_note(run.approvals, entry.mark):
                continue
            case ev.ItemSigned(item=name):
                given.setdefault(name, []).append(entry)
            case ev.ItemRevoked(item=name) | ev.ItemFailed(item=name) | ev.ItemWaived(item=name):
                given.pop(name, None)
                continue
            case _:
                continue
        item = run.sequence_at(entry.seq).items.get(name)
        # A step that names no owner has the plan's: that says nothing of who should do it.
        owner = "" if item is None else item.step.owner if item.step else item.owner
        signed = given[name]
        if item is None or not owner or len(signed) < item.approvals:
            continue
        if not any(is_owner(each.actor, owner) for each in signed):
            who = " and ".join(dict.fromkeys(each.stamp.by for each in signed))
            found.setdefault(who, []).append((entry, item.title, owner))
    for who, [(entry, title, owner), *more] in found.items():
        text = f"{who} signed an item of {owner}: {title}"
        if more:
            listed = "; ".join(f"{title} ({owner}, #{entry.seq})" for entry, title, owner in found[who])
            text = f"{who} signed {len(more) + 1} items of others: {listed}"
        yield about(entry, Kind.OTHERS_ITEM, Severity.NOTE, text)


def done_while_held(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each migration step that was done although the run was held, which keeps people from beginning one."""
    held: Entry | None = None
    by_probes = fired_by_probes(run, entries)
    for entry in entries:
        match entry.event:
            case ev.GateHeld() | ev.RollbackFinished(outcome="called-off"):
                held = entry
            case ev.Observed(subject=name) if entry.seq in by_probes and held is None:
                trigger = run.sequence_at(entry.seq).items[name].trigger
                held = entry if trigger is not None and trigger.on_fire == "hold" else None
            case ev.GateReleased():
                held = None
            case ev.ItemSigned(item=name) if held is not None:
                item = run.sequence_at(entry.seq).items.get(name)
                if item is not None and item.step is not None:
                    who = "a trigger's probe" if isinstance(held.event, ev.Observed) else held.stamp.by
                    since = f"{who} held the run (#{held.seq})"
                    text = f"{entry.stamp.by} signed the migration step {item.title} while {since}"
                    yield about(entry, Kind.HELD, Severity.WARNING, text)


def not_begun(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each migration step of more than 5 min that was signed without being begun, or far sooner than it takes."""
    if run.started.rules < DEPLOYED:
        return
    begun: dict[str, Entry] = {}
    told = set(in_place(run.started))
    before = entries[0]
    for entry in entries:
        match entry.event:
            case ev.ItemBegun(item=name):
                begun[name] = entry
            case ev.ItemRevoked(item=name) | ev.ItemFailed(item=name):
                begun.pop(name, None)
                told.discard(name)
            case ev.GatePromoted():
                before = entry
            case ev.ItemSigned(item=name):
                item = run.sequence_at(entry.seq).items.get(name)
                if item is None or item.step is None:
                    continue
                if name not in told and planned(run, item) > SHORT:
                    yield from _in_its_time(run, item, entry, begun.get(name), before)
                told.add(name)
                before = entry
            case _:
                pass


def _in_its_time(run: Run, item: Item, signed: Entry, begun: Entry | None, before: Entry) -> Iterator[AuditFinding]:
    """A step that nobody began can't have been begun before the one before it was signed."""
    took = max(timedelta(0), signed.stamp.when - (begun or before).stamp.when)
    too_soon = took < planned(run, item) / 4
    text = f"{signed.stamp.by} signed {item.title}, which takes {format_span(planned(run, item))}"
    if begun is None:
        what = "the step before" if isinstance(before.event, ev.ItemSigned) else "the gate before"
        text += f", {format_span(took)} after {what} (#{before.seq})" if too_soon else ""
        text += ", and nobody had begun it"
    else:
        text += f", {format_span(took)} after {begun.stamp.by} began it (#{begun.seq})"
    if begun is None or too_soon:
        yield about(signed, Kind.DURATION, Severity.WARNING if too_soon else Severity.NOTE, text)


def _with_endings(entries: Sequence[Entry]) -> list[tuple[Entry, _ItemEvent, Entry | None]]:
    """Every entry on an item with the last one on the same item after it, which says how it ended."""
    last: dict[str, Entry] = {}
    found: list[tuple[Entry, _ItemEvent, Entry | None]] = []
    for entry in reversed(entries):
        if isinstance(entry.event, _ItemEvent):
            found.append((entry, entry.event, last.get(entry.event.item)))
            last.setdefault(entry.event.item, entry)
        elif isinstance(entry.event, ev.PlanRedlined):
            for item in entry.event.voided:
                last.setdefault(item, entry)
    return found[::-1]


def _in_words(ending: Entry | None) -> str:
    if ending is None:
        return ""
    words = {
        ev.ItemSigned: "signed",
        ev.ItemFailed: "failed",
        ev.ItemRevoked: "taken back",
        ev.ItemWaived: "waived",
        ev.ItemDeferred: "deferred again",
        ev.PlanRedlined: "voided by a redline",
    }
    return f"; in the end {words[type(ending.event)]} by {ending.stamp.by} (#{ending.seq})"


FINDINGS = (
    waivers,
    deferrals,
    revocations,
    others_items,
    done_while_held,
    not_begun,
)
