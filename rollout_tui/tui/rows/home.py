"""Home's rows: a log, or a plan's file, each in the section that says what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RolloutError
from ...frozen import dataclass
from ...plan.placeholders import placeholders
from ...plan.rules import check
from ...run.condition import Condition, Rank
from ...run.moment import Moment
from ...run.next import next_step
from ...run.state import Run
from ...runs.listing import Summary, summary
from ...runs.protocols import RunLog
from ...runs.ranked import ranked
from ..alarm import GLYPHS
from ..styled import MUTED, styled
from ..times import ago, clock_time
from .row import ListRow, section

if TYPE_CHECKING:
    from ...plan.toml import LoadedPlan


class Section(StrEnum):
    """What stands under one heading, named by it."""

    UNFINISHED = "Unfinished runs"
    FOLLOW_UPS = "Follow-ups"
    PLANS = "Plans to start"
    FINISHED = "Finished runs"
    DAMAGED = "Damaged logs: enter reads what is before the damage"
    BROKEN = "Logs that can't be opened"


# The worst first.
_RANKS = tuple(reversed(Rank))


@dataclass(frozen=True)
class HomeLog:
    """A log as home lists it. Its run is not kept: thousands of them would be all that the program keeps in memory."""

    section: Section
    log: Summary
    row: ListRow
    about: str
    rank: Rank = Rank.CALM


def home_log(log: RunLog, now: datetime) -> HomeLog:
    """Read how a log stands, and make its row."""
    found = summary(log)
    where, row, rank = _placed(found, now)
    name = f"{found.run.plan.header.name} · " if found.run is not None else ""
    return HomeLog(where, replace(found, run=None), row, found.problem or f"{name}{found.ref.label}", rank)


def home_rows(logs: Iterable[HomeLog], plans: Sequence[ListRow]) -> list[ListRow]:
    """Give the rows of all sections that have any; in each the runs in danger first, then the newest."""
    rows: dict[Section, list[ListRow]] = {each: [] for each in Section}
    for log in sorted(logs, key=lambda each: _RANKS.index(each.rank)):
        rows[log.section].append(log.row)
    rows[Section.PLANS].extend(plans)
    return [row for title, found in rows.items() for row in section(title, found)]


def plan_row(key: str, plan: LoadedPlan | RolloutError) -> ListRow:
    """Make the row of a plan's file: what it is, or what is wrong with it."""
    if isinstance(plan, RolloutError):
        return ListRow(key, styled((" ✘ ", "$error"), Path(key).name), styled((plan.message.split("\n")[0], "$error")))
    header = plan.plan.header
    left = styled(" ○ ", (header.name, "bold"), (f"  {header.service} {header.release}", MUTED))
    left_open, findings = placeholders(plan.plan), check(plan.plan)
    if left_open:
        return ListRow(key, left, styled((f"{_count(left_open, 'placeholder')} to fill in", "$warning")))
    if findings:
        rules = ", ".join(dict.fromkeys(each.rule for each in findings))
        return ListRow(key, left, styled((f"breaks {rules}", "$warning")))
    return ListRow(key, left, styled((f"{plan.plan.strategy.kind} · {_count(plan.plan.phases, 'phase')}", MUTED)))


def _placed(log: Summary, now: datetime) -> tuple[Section, ListRow, Rank]:
    if log.problem:
        row = ListRow(log.ref.place, styled((" ✘ ", "$error"), log.ref.label), styled((log.problem, "$error")))
        return (Section.DAMAGED if log.damage is not None else Section.BROKEN), row, Rank.CALM
    if log.run is not None and log.closed is None:
        condition = ranked(log.run, Moment(now))
        return Section.UNFINISHED, _unfinished_row(log, log.run, condition, now), condition.rank
    if log.run is not None and log.run.outstanding:
        return Section.FOLLOW_UPS, _follow_up_row(log, log.run), Rank.CALM
    return Section.FINISHED, _finished_row(log, now), Rank.CALM


def _unfinished_row(log: Summary, run: Run, found: Condition, now: datetime) -> ListRow:
    assert log.last is not None
    glyph, style = GLYPHS[found.rank]
    mark = "rehearsal · " if run.started.rehearsal else ""
    says = found.text or next_step(run, Moment(now)).text
    left = styled(
        (f" {glyph} {found.word}{' ' if found.word else ''}", f"{style} bold"),
        (run.name, "bold"),
        (f"  {mark}{run.stage.title} · {says}", ""),
    )
    return ListRow(log.ref.place, left, styled((f"{ago(now - log.last.at)} by {log.last.by}", MUTED)))


def _follow_up_row(log: Summary, run: Run) -> ListRow:
    assert log.closed is not None
    what = ", ".join(item.title for item in run.outstanding)
    left = styled((" ◷ ", "$warning"), (run.name, "bold"), f"  {what}")
    return ListRow(
        log.ref.place, left, styled((f"{log.closed.follow_up_owner}, by {log.closed.follow_up_date}", MUTED))
    )


def _finished_row(log: Summary, now: datetime) -> ListRow:
    started, closed = log.started, log.closed
    assert started is not None
    assert closed is not None
    glyph = ("✔", "$success") if closed.outcome == "completed" else ("↩", "$error")
    mark = "rehearsal · " if started.rehearsal else ""
    left = styled((f" {glyph[0]} ", glyph[1]), started.name, (f"  {mark}{closed.outcome}", MUTED))
    return ListRow(log.ref.place, left, styled((f"{closed.mark.by}  {clock_time(closed.mark.at, now)}", MUTED)))


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"
