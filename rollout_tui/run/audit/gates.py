"""Findings on decisions: what an override went past, soaks cut short, gates passed faster than anyone can look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ...plan.quantities import format_span
from ...plan.rules import RULES
from .. import events as ev
from ..events import Entry
from ..gates import blockers, start_blockers
from ..moment import Moment
from ..point_in_time import PointInTime
from ..soak import soak_left
from ..stages import Item
from ..state import Run, Status
from .finding import AuditFinding, Kind, Severity, about, because, stage_of

# Nobody reads a line, looks at what it asks for and signs it in less; three in a row are no slip of the finger.
_LOOKING = timedelta(seconds=5)
_BURST = 3


def overrides(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each decision that went past blockers."""
    past = PointInTime(entries)
    for entry in entries:
        match entry.event:
            case ev.RunStarted(overrides=ids, reason=reason) if ids:
                did = "started the run"
            case ev.PhaseStarted(stage=stage, overrides=ids, reason=reason) if ids:
                did = f"started {stage_of(run.sequence_at(entry.seq), stage)}"
            case ev.GatePromoted(stage=stage, overrides=ids, reason=reason) if ids:
                did = f"{'gave the go of' if stage == run.sequence.stages[0].id else 'promoted'} "
                did += stage_of(run.sequence_at(entry.seq), stage)
            case _:
                continue
        count = f"{len(ids)} blocker{'s' if len(ids) > 1 else ''}"
        passed = "; ".join(went_past(past, entry))
        text = f"{entry.stamp.by} {did} past {count} [{passed}]{because(reason)}"
        yield about(entry, Kind.OVERRIDE, Severity.SERIOUS, text)


def went_past(past: PointInTime, entry: Entry) -> tuple[str, ...]:
    """Give the blockers that a decision's override named, in the words in which they blocked."""
    match entry.event:
        case ev.RunStarted(overrides=ids):
            known = {rule.id: f"{rule.id}: {rule.name}" for rule in RULES}
        case ev.PhaseStarted(overrides=ids) if ids:
            found = start_blockers(past.before(entry.seq), Moment(entry.stamp.at))
            known = {each.id: each.text for each in found}
        case ev.GatePromoted(overrides=ids) if ids:
            found = blockers(past.before(entry.seq), Moment(entry.stamp.at))
            known = {each.id: each.text for each in found}
        case _:
            return ()
    return tuple(known.get(each, each) for each in ids)


def sensed_only(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each gate and each close that rested on ticks that nobody signed."""
    past = PointInTime(entries)
    seen: set[str] = set()
    for entry in entries:
        event = entry.event
        if isinstance(event, ev.Observed):
            seen.add(event.subject)
        if not seen or not isinstance(event, ev.GatePromoted | ev.RunClosed):
            continue
        then = past.before(entry.seq)
        ticked = [name for name in then.items if name in seen and then.state(name).status is Status.SENSED]
        found = [
            item.title
            for item in map(run.sequence_at(entry.seq).items.__getitem__, ticked)
            if _ends_with(then, item, event)
        ]
        if found:
            what = "the close" if isinstance(event, ev.RunClosed) else f"the gate of {then.stage.title}"
            text = f"{what} rested on a probe alone, which nobody signed, for: {'; '.join(found)}"
            yield about(entry, Kind.SENSED, Severity.NOTE, text)


def _ends_with(then: Run, item: Item, event: ev.GatePromoted | ev.RunClosed) -> bool:
    """Whether it is the item's own end: its stage's gate, or for one of a stage without a gate the close."""
    stage = then.sequence.stage(item.stage)
    return stage.id == event.stage if isinstance(event, ev.GatePromoted) else not stage.has_gate


def soaks(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each phase that was promoted before its soak was over."""
    past = PointInTime(entries)
    for entry in entries:
        stage = _promoted_phase(run, entry)
        if stage is None:
            continue
        before = past.before(entry.seq)
        found = before.sequence.stage(stage)
        phase = found.phase
        left = soak_left(before, found, Moment(entry.stamp.at))
        # A phase that was never started has no soak to cut short: that its gate passed does not follow.
        if left and phase is not None and stage in before.phases:
            severity = Severity.NOTE if run.started.rehearsal else Severity.SERIOUS
            whole = format_span(phase.duration.value + before.phases[stage].extended)
            what = f"{found.title} with {format_span(left)} of its {whole} soak left"
            yield about(entry, Kind.SOAK_CUT, severity, f"{entry.stamp.by} promoted {what}")


def fast_gates(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each gate whose items were signed faster than anyone can look."""
    signed: dict[str, list[Entry]] = {}
    for entry in entries:
        if isinstance(entry.event, ev.ItemSigned):
            item = run.sequence_at(entry.seq).items.get(entry.event.item)
            if item is not None:
                signed.setdefault(item.stage, []).append(entry)
        elif isinstance(entry.event, ev.GatePromoted):
            burst = _burst(signed.pop(entry.event.stage, []))
            if len(burst) >= _BURST:
                took = format_span(burst[-1].stamp.when - burst[0].stamp.when)
                who = " and ".join(dict.fromkeys(each.stamp.by for each in burst))
                gate = f"{entry.stamp.by} passed the gate of {stage_of(run.sequence_at(entry.seq), entry.event.stage)}"
                which = f"#{burst[0].seq} to #{burst[-1].seq}"
                text = f"{gate}, of which {len(burst)} items were signed within {took} by {who} ({which})"
                yield about(entry, Kind.FAST_GATE, Severity.WARNING, text)


def _burst(signed: list[Entry]) -> list[Entry]:
    """The longest row of sign-offs of which each follows the one before faster than anyone looks."""
    longest: list[Entry] = []
    row: list[Entry] = []
    for entry in signed:
        quick = bool(row) and timedelta(0) <= entry.stamp.when - row[-1].stamp.when < _LOOKING
        row = [*row, entry] if quick else [entry]
        longest = max(longest, row, key=len)
    return longest


def _promoted_phase(run: Run, entry: Entry) -> str | None:
    event = entry.event
    is_phase = isinstance(event, ev.GatePromoted) and run.sequence_at(entry.seq).stage(event.stage).phase is not None
    return event.stage if isinstance(event, ev.GatePromoted) and is_phase else None


FINDINGS = (
    overrides,
    sensed_only,
    soaks,
    fast_gates,
)
