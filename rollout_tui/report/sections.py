"""The account as sections of lines and tables, in the order in which a reader wants them: findings first.

The renderers know only these shapes. Every text here may hold what a plan or a person wrote, and each of them makes it
inert in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from ..frozen import dataclass
from ..plan.quantities import format_clock, format_span
from ..run.events import Entry
from ..run.stamp import Mark
from .account import Account
from .outline import outline
from .shapes import Block, Pairs, Row, Section, Table, Words, table
from .summary import summary


@dataclass(frozen=True)
class _Part:
    title: str
    blocks: Callable[[Account], Iterator[Block]]


def sections(account: Account) -> tuple[Section, ...]:
    """Give every section of a report; one that has nothing to tell says so."""
    return tuple(Section(name, part.title, tuple(part.blocks(account))) for name, part in _PARTS.items())


def _summary(account: Account) -> Iterator[Block]:
    yield Pairs(tuple(summary(account)))
    rows = tuple(Row((each.name, each.origins, str(each.events))) for each in account.people)
    yield Table("People", ("name as claimed", "from", "events"), rows)


def _findings(account: Account) -> Iterator[Block]:
    if not account.findings:
        yield Words("Nothing was found.")
        return
    rows = tuple(Row((str(f.severity), f.seq, str(f.kind), f.text), str(f.severity)) for f in account.findings)
    yield Table("", ("severity", "event", "kind", "what"), rows)


def _timeline(account: Account) -> Iterator[Block]:
    for chapter in account.chapters:
        title = f"{chapter.title} · {format_span(chapter.took)}"
        yield Table(title, ("event", "time (UTC)", "who", "what"), tuple(_event(account, e) for e in chapter.entries))


def _event(account: Account, entry: Entry) -> Row:
    tone = next((str(f.severity) for f in account.findings if f.seq == entry.seq), "")
    return Row((*_when(entry), account.words[entry.seq]), tone)


def _decisions(account: Account) -> Iterator[Block]:
    rows = []
    for each in account.decisions:
        entry = each.entry
        approved = tuple(_mark(mark) for mark in each.approved)
        cells = (*_when(entry), account.words[entry.seq], each.audience, approved, each.past)
        rows.append(Row(cells, "serious" if each.past else ""))
    columns = ("event", "time (UTC)", "who", "what", "audience", "also approved by", "went past")
    yield table("", columns, rows)


def _readings(account: Account) -> Iterator[Block]:
    if not account.readings:
        yield Words("No metric was read.")
        return
    rows = tuple(
        Row(
            (*_when(r.entry), r.stage, r.metric, r.shown, r.threshold, r.verdict, r.note),
            "" if r.verdict == "fine" else "warning",
        )
        for r in account.readings
    )
    columns = ("event", "time (UTC)", "who", "stage", "metric", "reading", "alert", "verdict", "note")
    yield table("", columns, rows)


def _rollback(account: Account) -> Iterator[Block]:
    if not account.rollbacks:
        yield Words("Nothing was rolled back.")
    for each in account.rollbacks:
        over = f", {format_span(each.over)} over" if each.over else ", within it"
        yield Pairs(
            (
                ("Outcome", each.outcome or "under way"),
                ("Time", f"{format_clock(each.took)} against a target of {format_clock(each.target)}{over}"),
                ("Began", f"{at(each.started)} UTC"),
                *((("Ended", _who(each.finished)),) if each.finished else ()),
            )
        )
        scenarios = tuple(
            Row((s.mark.seq, at(s.started), s.mark.by, s.title, format_span(s.target), s.reason))
            for s in each.scenarios
        )
        yield Table("Scenarios", ("event", "began (UTC)", "who", "scenario", "target", "why"), scenarios)
        steps = tuple(
            Row((s.signed.seq if s.signed else "", s.title, s.owner, _mark(s.signed) if s.signed else "not signed"))
            for s in each.steps
        )
        yield Table("Steps", ("event", "step", "owner", "signed by"), steps)


def _plan(account: Account) -> Iterator[Block]:
    run = account.run
    since = f"as redlined by {_mark(run.redlined[0])}" if run.redlined else "as it was when the run started"
    yield Words(f"The plan {since}; its file's SHA-256 is {run.follows.plan_sha256}.")
    if run.redlined:
        yield Words(f"The one that the run started with has the SHA-256 {run.started.plan_sha256}; the log holds both.")
    yield from outline(account.run.plan)


def _about(account: Account) -> Iterator[Block]:
    yield Words(account.proof.limits)
    yield Words(
        "Events are ordered by their number. Their times are those of the machines on which people acted: "
        "whether a clock was right from one session to the next can't be known."
    )
    yield Words("Names are as claimed; where they acted from is as the machine knew it.")
    yield Words(f"Written {at(account.made)} UTC.")


_PARTS = {
    "summary": _Part("Summary", _summary),
    "findings": _Part("Findings", _findings),
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
