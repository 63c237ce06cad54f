"""What there is to know about the item under the cursor: description, link, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from ...run.events import Entry
from ...run.moment import Moment
from ...run.stages import Item
from ...run.state import Run
from ...run.wording import describe
from ..paint import MUTED, clock_time, paint
from .lines import Lines


class Detail(Lines):
    """Three lines on a small terminal, more where there is room."""

    DEFAULT_CSS = "Detail { height: 4; }"

    def repaint(self, run: Run, entries: Sequence[Entry], item: Item | None, now: Moment) -> None:
        if item is None:
            self.show()
            return
        self.show(*list(_lines(run, entries, item, now))[: max(1, self.size.height)])


def _lines(run: Run, entries: Sequence[Entry], item: Item, now: Moment) -> Iterator[Content]:
    if item.description:
        yield paint((item.description, MUTED))
    if item.owner or item.link:
        yield paint((f"{item.owner}  ", ""), (item.link, MUTED))
    history = [entry for entry in entries if _is_about(entry, item)]
    for entry in reversed(history):
        stamp = entry.stamp
        when = f"#{entry.seq} {clock_time(stamp.at, now.at)} {stamp.by}: "
        yield paint((when, MUTED), describe(entry, run.sequence))


def _is_about(entry: Entry, item: Item) -> bool:
    event = entry.event
    if item.metric is not None:
        name = item.id.rpartition("/")[2]
        return getattr(event, "metric", "") == name and getattr(event, "stage", "") == item.stage
    return item.id in (getattr(event, "item", ""), getattr(event, "trigger", ""))
