"""Catch me up: what happened since this operator's last entry, what is open, who waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ...run.briefing import waiting
from ...run.condition import Rank
from ...run.events import Entry
from ...run.gates import blockers
from ...run.ledger import deferrals
from ...run.moment import Moment
from ...run.news import News, telling
from ...run.next import next_step
from ...run.state import Run
from ...run.wording import describe
from ..alarm import mark_frame
from ..keys.binding import key, out_of_footer, press
from ..rows.gate import blocker_rows
from ..rows.row import ListRow, section
from ..signature import signature_mark
from ..styled import MUTED, styled
from ..times import ago, clock_time
from ..widgets.condition_line import ConditionLine
from ..widgets.edges import ReceiptLine, TopLine
from ..widgets.key_line import KeyLine
from ..widgets.lines import SplitLine
from ..widgets.notice_line import NoticeLine
from ..widgets.row_list import RowList
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
        yield ConditionLine(id="next")
        with Vertical(id="frame"):
            yield SplitLine(id="stage-title")
            yield RowList(id="items")
        yield NoticeLine()
        yield ReceiptLine(id="receipt")
        yield KeyLine()

    def repaint(self) -> None:
        worker, now = self.worker, self.worker.moment()
        run = worker.run
        self.query_one(TopLine).repaint(run, now, worker.operator)
        found, line = worker.condition(), self.query_one("#next", ConditionLine)
        if found.rank is Rank.CALM:
            step = next_step(run, now, worker.operator)
            line.calm(
                styled((" ▶ ", "$accent bold"), (step.text, "bold")), styled(("enter: to the run ", "$accent bold"))
            )
        else:
            line.warn(found)
        since = self._news.since.seq + 1 if self._news.since is not None else 0
        title, when = _since(self._news, now)
        self.query_one("#stage-title", SplitLine).show(styled((f" {title}", "bold")), styled((f"{when} ", MUTED)))
        self.query_one("#items", RowList).show(_rows(run, telling(worker.entries, since), now))
        self.query_one("#frame").set_class(run.started.rehearsal, "-rehearsal")
        mark_frame(self.query_one("#frame"), found)
        self.refresh_keys()

    def action_back(self) -> None:
        self.host.notices.take_news_back()
        self.dismiss()


def _since(news: News, now: Moment) -> tuple[str, str]:
    if news.since is None:
        return "You join this run: what happened so far", ""
    words = "Since your last entry"
    return words, f"#{news.since.seq}, {clock_time(news.since.stamp.at, now.at)}, {ago(now.at - news.since.stamp.at)}"


def _rows(run: Run, entries: Sequence[Entry], now: Moment) -> list[ListRow]:
    shown = [_entry_row(run, each, now) for each in reversed(entries[-_MOST:])]
    if len(entries) > _MOST:
        shown.append(ListRow("", styled((f" {len(entries) - _MOST} earlier: press {press('run.log', 'L')}", MUTED))))
    rows = section(f"{len(entries)} recorded, the newest first", shown)
    rows += section("Who waits for whom", [ListRow("", styled(f" {line}")) for line in waiting(run)])
    rows += section("What blocks", blocker_rows(blockers(run, now)))
    put_off = [each for each in deferrals(run) if not each.is_due]
    due = [
        ListRow(each.item.id, styled((" ◷ ", "$warning"), each.item.title), styled(each.stage.title))
        for each in put_off
    ]
    return rows + section("Deferred", due)


def _entry_row(run: Run, entry: Entry, now: Moment) -> ListRow:
    left = styled((f" {clock_time(entry.stamp.at, now.at)}  ", MUTED), describe(entry, run.sequence_at(entry.seq)))
    mark = signature_mark(bool(entry.signature))
    return ListRow(f"entry {entry.seq}", left, styled(entry.stamp.by, (f"  #{entry.seq}", MUTED), *mark))
