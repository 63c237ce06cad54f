"""Catch me up: what happened since this operator's last entry, what is open, who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ...run.briefing import News, waiting
from ...run.events import Entry
from ...run.gates import blockers
from ...run.ledger import deferrals
from ...run.moment import Moment
from ...run.next import next_step
from ...run.state import Run
from ...run.wording import describe
from ..keys import key, out_of_footer, press
from ..paint import MUTED, Row, clock_time, paint, section
from ..rows import ago, blocker_rows
from ..widgets.key_line import Keys
from ..widgets.lines import Ends
from ..widgets.row_list import RowList
from ..widgets.status import Receipt, TopLine
from .run_view import RunView

# More than this many entries are read in the log (L), not here.
_MOST = 10


class CatchUpScreen(RunView):
    """Opens by itself where others recorded something since; keys act on the item under the cursor as everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,escape,i", "back", "catch-up.back", "To the run", "To the run"),
        *out_of_footer(RunView.BINDINGS, {"run.sign", "run.fail", "run.waive", "run.defer", "run.measure"}),
    ]

    def __init__(self, news: News) -> None:
        super().__init__()
        # As it was when this was opened: recording something here makes nothing old.
        self._news = news

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield Ends(id="next")
        with Vertical(id="frame"):
            yield Ends(id="stage-title")
            yield RowList(id="items")
        yield Receipt(id="receipt")
        yield Keys()

    def repaint(self) -> None:
        desk, now = self.rollout.desk, self.rollout.desk.moment()
        run = desk.run
        self.query_one(TopLine).repaint(run, now, desk.operator)
        step = next_step(run, now, desk.operator)
        self.query_one("#next", Ends).ends(
            paint((" ▶ ", "$accent bold"), (step.text, "bold")), paint(("enter: to the run ", "$accent bold"))
        )
        since = self._news.since.seq + 1 if self._news.since is not None else 0
        title, when = _since(self._news, now)
        self.query_one("#stage-title", Ends).ends(paint((f" {title}", "bold")), paint((f"{when} ", MUTED)))
        self.query_one("#items", RowList).show(_rows(run, desk.entries[since:], now))
        self.query_one("#frame").set_class(run.started.rehearsal, "-rehearsal")
        self.query_one(Receipt).repaint()
        self.refresh_keys()

    def action_back(self) -> None:
        self.dismiss()


def _since(news: News, now: Moment) -> tuple[str, str]:
    if news.since is None:
        return "You join this run: what happened so far", ""
    words = "Since your last entry"
    return words, f"#{news.since.seq}, {clock_time(news.since.stamp.at, now.at)}, {ago(now.at - news.since.stamp.at)}"


def _rows(run: Run, entries: Sequence[Entry], now: Moment) -> list[Row]:
    shown = [_entry_row(run, each, now) for each in reversed(entries[-_MOST:])]
    if len(entries) > _MOST:
        shown.append(Row("", paint((f" {len(entries) - _MOST} earlier: press {press('run.log', 'L')}", MUTED))))
    rows = section(f"{len(entries)} recorded, the newest first", shown)
    rows += section("Who waits for whom", [Row("", paint(f" {line}")) for line in waiting(run)])
    rows += section("What blocks", blocker_rows(blockers(run, now)))
    put_off = [each for each in deferrals(run) if not each.is_due]
    due = [Row(each.item.id, paint((" ◷ ", "$warning"), each.item.title), paint(each.stage.title)) for each in put_off]
    return rows + section("Deferred", due)


def _entry_row(run: Run, entry: Entry, now: Moment) -> Row:
    left = paint((f" {clock_time(entry.stamp.at, now.at)}  ", MUTED), describe(entry, run.sequence_at(entry.seq)))
    return Row(f"entry {entry.seq}", left, paint(entry.stamp.by, (f"  #{entry.seq}", MUTED)))
