"""The rows of home: runs to resume first, then plans to start, then finished runs to read; what is broken last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ... import runs
from ...errors import RolloutError
from ...plan.rules import check, placeholders
from ...run.moment import Moment
from ...run.next import next_step
from ..styled import MUTED, styled
from ..times import ago, clock_time
from .row import ListRow, section

if TYPE_CHECKING:
    from ...plan.toml import LoadedPlan


def home_rows(
    logs: Sequence[runs.Summary], plans: Mapping[str, LoadedPlan | RolloutError], now: datetime
) -> list[ListRow]:
    """Give a row for each log, by its path, and for each plan, by its key."""
    unfinished = [each for each in logs if each.unfinished]
    follow_ups = [each for each in logs if each.run is not None and each.run.outstanding]
    broken = [each for each in logs if each.problem]
    finished = [each for each in logs if each not in unfinished + follow_ups + broken]
    rows = section("Unfinished runs", [_unfinished_row(each, now) for each in unfinished])
    rows += section("Follow-ups", [_follow_up_row(each) for each in follow_ups])
    rows += section("Plans to start", [_plan_row(key, plan) for key, plan in plans.items()])
    rows += section("Finished runs", [_finished_row(each, now) for each in finished])
    damaged = [each for each in broken if each.damage is not None]
    rows += section("Damaged logs: enter reads what is before the damage", [_broken_row(each) for each in damaged])
    return rows + section("Logs that can't be opened", [_broken_row(each) for each in broken if each not in damaged])


def _unfinished_row(each: runs.Summary, now: datetime) -> ListRow:
    run = each.run
    last = each.last
    assert run is not None
    assert last is not None
    step = next_step(run, Moment(now))
    mark = "rehearsal · " if run.started.rehearsal else ""
    left = styled((" ▶ ", "$accent bold"), (run.name, "bold"), (f"  {mark}{run.stage.title} · {step.text}", ""))
    return ListRow(str(each.path), left, styled((f"{ago(now - last.at)} by {last.by}", MUTED)))


def _follow_up_row(each: runs.Summary) -> ListRow:
    assert each.run is not None
    assert each.run.closed is not None
    closed = each.run.closed
    what = ", ".join(item.title for item in each.run.outstanding)
    left = styled((" ◷ ", "$warning"), (each.run.name, "bold"), f"  {what}")
    return ListRow(str(each.path), left, styled((f"{closed.follow_up_owner}, by {closed.follow_up_date}", MUTED)))


def _finished_row(each: runs.Summary, now: datetime) -> ListRow:
    started, closed = each.started, each.closed
    assert started is not None
    assert closed is not None
    glyph = ("✔", "$success") if closed.outcome == "completed" else ("↩", "$error")
    mark = "rehearsal · " if started.rehearsal else ""
    left = styled((f" {glyph[0]} ", glyph[1]), started.name, (f"  {mark}{closed.outcome}", MUTED))
    when = clock_time(closed.mark.at, now)
    return ListRow(str(each.path), left, styled((f"{closed.mark.by}  {when}", MUTED)))


def _plan_row(key: str, plan: LoadedPlan | RolloutError) -> ListRow:
    if isinstance(plan, RolloutError):
        return ListRow(key, styled((" ✘ ", "$error"), Path(key).name), styled((plan.message.split("\n")[0], "$error")))
    header = plan.plan.header
    left = styled(" ○ ", (header.name, "bold"), (f"  {header.service} {header.release}", MUTED))
    left_open, findings = placeholders(plan.plan), check(plan.plan)
    if left_open:
        return ListRow(key, left, styled((f"{_count(left_open, 'placeholder')} to fill in", "$warning")))
    if findings:
        return ListRow(
            key, left, styled((f"breaks {', '.join(dict.fromkeys(each.rule for each in findings))}", "$warning"))
        )
    return ListRow(key, left, styled((f"{plan.plan.strategy.kind} · {_count(plan.plan.phases, 'phase')}", MUTED)))


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _broken_row(each: runs.Summary) -> ListRow:
    return ListRow(str(each.path), styled((" ✘ ", "$error"), each.path.name), styled((each.problem, "$error")))
