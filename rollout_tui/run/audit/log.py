"""Findings on the log itself: interruptions, clocks that jumped, and times without a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from ...plan.quantities import format_span
from .. import events as ev
from ..clock_steps import step_between
from ..events import Entry
from ..moment import Moment
from ..point_in_time import PointInTime
from ..run_rules import BOOT_TIME
from ..soak import soak_left
from ..state import Run
from .finding import AuditFinding, Kind, Severity, about, because, stage_of

# A night between two days of work is none; on deploy day a rollback without a word is.
_SILENCE = timedelta(hours=12)
_SILENCE_IN_ROLLBACK = timedelta(minutes=15)

# What two machines' clocks may differ by.
_CLOCKS_DIFFER = timedelta(seconds=5)


def interruptions(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each incomplete entry that a crash left, and each entry of a later version."""
    for entry in entries:
        if isinstance(entry.event, ev.Recovered):
            what = f"an incomplete entry of {entry.event.bytes} bytes was cut off and kept in {entry.event.file}"
            text = f"{entry.stamp.by} recovered the log after an interruption: {what}"
            yield about(entry, Kind.RECOVERED, Severity.WARNING, text)
        elif isinstance(entry.event, ev.Unknown):
            text = f"{entry.stamp.by} recorded an entry of a later version, which this one can't judge: "
            yield about(entry, Kind.LATER_VERSION, Severity.SERIOUS, text + entry.event.kind)


def clock_steps(run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Each jump of a clock that somebody confirmed, and each entry whose time lies before that of the one before it.

    Also each step against the machine's own count of time, and gates of which nobody can know whether there was one.
    """
    past = PointInTime(entries)
    newest: dict[str, Entry] = {}
    for entry in entries:
        last = newest.get(entry.stamp.boot)
        if isinstance(entry.event, ev.ClockConfirmed):
            jump, since = timedelta(seconds=entry.event.seconds), ""
            told = f"; {entry.stamp.by} confirmed the time{because(entry.event.reason)}"
        else:
            jump = step_between(last.stamp, entry.stamp.at, entry.stamp.up_ms) if last is not None else timedelta(0)
            since = f" between #{last.seq} and {entry.stamp.by}'s #{entry.seq}, of one boot" if last is not None else ""
            told = ""
        if jump:
            way = "ahead" if jump > timedelta(0) else "back"
            passed = _passed_on(run, entries, past, entry)
            text = f"The clock jumped {format_span(abs(jump))} {way}{since}{told}{passed}"
            yield about(entry, Kind.CLOCK, Severity.SERIOUS if passed else Severity.WARNING, text)
        if last is None and isinstance(entry.event, ev.GatePromoted) and run.started.rules >= BOOT_TIME:
            gate = stage_of(run.sequence_at(entry.seq), entry.event.stage)
            what = "on a machine of which the log has no earlier entry since its boot: whether its clock was right"
            yield about(entry, Kind.CLOCK, Severity.NOTE, f"{entry.stamp.by} passed {gate} {what} can't be known")
        if entry.stamp.boot:
            newest[entry.stamp.boot] = entry
    heads = {entry.hash: entry for entry in entries}
    for last, entry in pairwise(entries):
        # Others may have recorded while a key was waited for: who signs decides before that, on the head that they saw.
        before = heads.get(entry.sees, last) if entry.signature else last
        back = before.stamp.at - entry.stamp.at
        if back > _CLOCKS_DIFFER:
            which = f"{entry.stamp.by}'s #{entry.seq} says {format_span(back)} earlier than {before.stamp.by}'s"
            yield about(entry, Kind.CLOCK, Severity.WARNING, f"The times go back: {which} #{before.seq} before it")


def _passed_on(run: Run, entries: Sequence[Entry], past: PointInTime, step: Entry) -> str:
    """Name the gate of the stage that was open when the clock jumped, where it was passed later."""
    if step.seq == 0:
        return ""
    stage = past.before(step.seq).stage.id
    for entry in entries[step.seq :]:
        if isinstance(entry.event, ev.GatePromoted) and entry.event.stage == stage:
            return f"; passed on it: {stage_of(run.sequence_at(entry.seq), stage)} (#{entry.seq}, {entry.stamp.by})"
    return ""


def silences(_run: Run, entries: Sequence[Entry]) -> Iterator[AuditFinding]:
    """Times without a record: 12 h beyond what is left of a soak, or 15 min in a rollback."""
    past = PointInTime(entries)
    for before, entry in pairwise(entries):
        gap = entry.stamp.at - before.stamp.at
        if gap <= _SILENCE_IN_ROLLBACK:
            continue
        then = past.before(entry.seq)
        if then.closed is not None:
            return
        soak = _soak_ahead(then, before)
        if gap > (_SILENCE_IN_ROLLBACK if then.rolling_back else _SILENCE + soak):
            where = "in the rollback" if then.rolling_back else f"in {then.stage.title}"
            beyond = f", {format_span(gap - soak)} of it beyond the soak" if soak else ""
            ended = f"{before.stamp.by} was the last (#{before.seq}), {entry.stamp.by} went on (#{entry.seq})"
            text = f"Nothing was recorded for {format_span(gap)} {where}{beyond}: {ended}"
            severity = Severity.WARNING if then.rolling_back else Severity.NOTE
            yield about(entry, Kind.SILENCE, severity, text)


def _soak_ahead(run: Run, since: Entry) -> timedelta:
    if run.rolling_back or run.stage.id not in run.phases:
        return timedelta(0)
    return soak_left(run, run.stage, Moment(since.stamp.at))


FINDINGS = (
    interruptions,
    clock_steps,
    silences,
)
