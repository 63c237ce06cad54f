"""The report as sections of lines and tables, in the order in which a reader wants them: findings first.

The renderers know only these shapes. Every text here may hold what a plan or a person wrote, and each of them makes it
inert in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ..frozen import dataclass
from ..plan.ids import FLAG
from ..plan.quantities import format_clock, format_span
from ..run.deployed import parts, planned, what
from ..run.events import Entry
from ..run.part import PartState
from ..run.restored import how_shown
from ..run.sparkline import BREACH, GAP, UNKNOWN, sparkline
from ..run.stamp import Mark
from .elements import Courses, Element, Facts, Paragraph, Section, Table, TableRow, table
from .model import Report
from .plan_tables import plan_tables
from .summary import summary

if TYPE_CHECKING:
    from ..signing.signatures import Signed

_CELLS = 40
_LEGEND = (
    "Each bar is the worst value of its time: up to the threshold, or up from one that is a floor. "
    f"{BREACH} in breach, {UNKNOWN} could not be seen, {GAP} not looked at."
)


@dataclass(frozen=True)
class _Part:
    title: str
    elements: Callable[[Report], Iterator[Element]]


def sections(report: Report) -> tuple[Section, ...]:
    """Give every section of a report; one that has nothing to tell says so."""
    return tuple(Section(name, part.title, tuple(part.elements(report))) for name, part in SECTIONS.items())


def _summary(report: Report) -> Iterator[Element]:
    yield Facts(tuple(summary(report)))
    rows = tuple(TableRow((each.name, each.origins, str(each.events))) for each in report.people)
    yield Table("People", ("name as claimed", "from", "events"), rows)


def _findings(report: Report) -> Iterator[Element]:
    if not report.findings:
        yield Paragraph("Nothing was found.")
        return
    rows = tuple(TableRow((str(f.severity), f.seq, str(f.kind), f.text), str(f.severity)) for f in report.findings)
    yield Table("", ("severity", "event", "kind", "what"), rows)


def _deployed(report: Report) -> Iterator[Element]:
    """Each step and flag as it is now; of a flag also what the plan wants it to be in the phase that is exposed."""
    run = report.run
    rows = []
    for part in parts(run):
        mark, stage = part.effect.mark, run.exposed
        flag = part.id.removeprefix(FLAG) if part.kind == "flag" else ""
        wanted = planned(run, stage, flag) if flag and stage is not None else ""
        before = part.effect.before if part.state is not PartState.NOT_YET else 0
        by = _mark(mark) if mark else f"event {before} of {run.started.after}" if before else ""
        tone = "warning" if part.state is PartState.UNKNOWN else ""
        rows.append(TableRow((mark.seq if mark else "", part.title, part.kind, what(part), wanted, by), tone))
    if not rows:
        yield Paragraph("The plan has neither migration steps nor flags.")
        return
    yield table("", ("event", "what", "kind", "state", "planned for the phase", "by"), rows)


def _timeline(report: Report) -> Iterator[Element]:
    signed = report.log_verdict.signed
    columns = ("event", "time (UTC)", "who", "what", *(("signature",) if signed else ()))
    for segment in report.segments:
        title = f"{segment.title} · {segment.span}"
        yield Table(title, columns, tuple(_event(report, entry, signed) for entry in segment.entries))


def _event(report: Report, entry: Entry, signed: Mapping[int, Signed]) -> TableRow:
    tone = next((str(f.severity) for f in report.findings if f.seq == entry.seq), "")
    cells = (*_when(entry), report.words[entry.seq])
    if not signed:
        return TableRow(cells, tone)
    found = signed.get(entry.seq)
    if found and (found.is_altered or found.is_by_another):
        tone = "serious"
    return TableRow((*cells, found.brief if found else ""), tone)


def _decisions(report: Report) -> Iterator[Element]:
    rows = []
    for each in report.decisions:
        entry = each.entry
        approved = tuple(_mark(mark) for mark in each.approved)
        cells = (*_when(entry), report.words[entry.seq], each.audience, approved, each.past)
        rows.append(TableRow(cells, "serious" if each.past else ""))
    columns = ("event", "time (UTC)", "who", "what", "audience", "also approved by", "went past")
    yield table("", columns, rows)


def _readings(report: Report) -> Iterator[Element]:
    if not report.readings:
        yield Paragraph("No metric was read.")
        return
    if report.sights:
        yield _sights(report)
    if report.courses:
        yield Courses(_courses(report), report.courses, _LEGEND)
    rows = tuple(
        TableRow(
            (
                *_when(r.entry),
                r.stage.title,
                r.metric.metric,
                r.shown,
                r.how,
                str(r.metric.threshold),
                r.verdict,
                r.note,
            ),
            "" if r.verdict == "fine" else "warning",
        )
        for r in report.readings
    )
    columns = ("event", "time (UTC)", "who", "stage", "metric", "reading", "how", "alert", "verdict", "note")
    yield table("", columns, rows)


def _sights(report: Report) -> Table:
    """How much of each soak probes saw, and what they could not."""
    rows = tuple(
        TableRow(
            (
                each.seq,
                report.run.sequence_at(each.seq).stage(each.stage).title,
                format_span(each.whole),
                format_span(each.observed),
                format_span(each.blind),
                str(each.looks),
                str(each.unknown),
                str(each.errors),
            ),
            "warning" if each.blind else "",
        )
        for each in report.sights
    )
    columns = ("started by", "phase", "soak", "observed", "blind", "looks", "unknown", "errors")
    return Table("Soaks that probes watched", columns, rows)


def _courses(report: Report) -> Table:
    """The courses in a line each, for a format that draws no charts."""
    rows = tuple(
        TableRow(
            (
                each.stage,
                each.metric,
                sparkline(each.columns(_CELLS), each.limit),
                each.values,
                str(each.limit),
                str(each.looks),
                (f"{at(each.since)} to {at(each.until)}", *each.notes),
            ),
            "warning" if each.is_wrong else "",
        )
        for each in report.courses
    )
    return table("Courses", ("stage", "metric", "course", "seen", "alert", "looks", "from when to when (UTC)"), rows)


def _rollback(report: Report) -> Iterator[Element]:
    if not report.rollbacks:
        yield Paragraph("Nothing was rolled back.")
    for each in report.rollbacks:
        over = f", {format_span(each.over)} over" if each.over else ", within it" if each.within else ""
        yield Facts(
            (
                ("Outcome", ", ".join(filter(None, [each.outcome or "under way", how_shown(each.shown)]))),
                *((("Seen", f"{format_span(each.seen)} before it was decided"),) if each.seen else ()),
                ("Time", f"{format_clock(each.took)} against a target of {format_clock(each.target)}{over}"),
                ("Began", f"{at(each.started)} UTC"),
                *((("Ended", _who(each.finished)),) if each.finished else ()),
            )
        )
        scenarios = tuple(
            TableRow((s.mark.seq, at(s.started), s.mark.by, s.title, format_span(s.target), s.reason))
            for s in each.scenarios
        )
        yield Table("Scenarios", ("event", "began (UTC)", "who", "scenario", "target", "why"), scenarios)
        steps = tuple(
            TableRow(
                (s.signed.seq if s.signed else "", s.title, s.owner, _mark(s.signed) if s.signed else "not signed")
            )
            for s in each.steps
        )
        yield Table("Steps", ("event", "step", "owner", "signed by"), steps)


def _plan(report: Report) -> Iterator[Element]:
    run = report.run
    since = f"as redlined by {_mark(run.redlined[0])}" if run.redlined else "as it was when the run started"
    yield Paragraph(f"The plan {since}; its file's SHA-256 is {run.follows.plan_sha256}.")
    if run.redlined:
        yield Paragraph(
            f"The one that the run started with has the SHA-256 {run.started.plan_sha256}; the log holds both."
        )
    yield from plan_tables(report.run.plan)


def _about(report: Report) -> Iterator[Element]:
    yield Paragraph(report.log_verdict.limits)
    yield Paragraph(
        "Events are ordered by their number. Their times are those of the machines on which people acted: "
        "whether a clock was right from one session to the next can't be known."
    )
    yield Paragraph("Names are as claimed; where they acted from is as the machine knew it.")
    yield Paragraph(f"Written {at(report.made)} UTC.")


SECTIONS = {
    "summary": _Part("Summary", _summary),
    "findings": _Part("Findings", _findings),
    "deployed": _Part("What is deployed", _deployed),
    "timeline": _Part("Timeline", _timeline),
    "decisions": _Part("Decisions", _decisions),
    "readings": _Part("Readings", _readings),
    "rollback": _Part("Rollback", _rollback),
    "plan": _Part("The plan it followed", _plan),
    "about": _Part("What this report can't show", _about),
}


def _when(entry: Entry) -> tuple[int, str, str]:
    return entry.seq, at(entry.stamp.at), entry.stamp.by


def at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _mark(mark: Mark) -> str:
    return f"{mark.by} (#{mark.seq}, {at(mark.at)})"


def _who(entry: Entry) -> str:
    return f"{at(entry.stamp.when)} UTC by {entry.stamp.by} (#{entry.seq})"
