"""What happened last, the newest first: for terminals that are wide enough to show it beside the items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from ...run.events import Entry
from ...run.moment import Moment
from ...run.state import Run
from ...run.wording import describe
from ..styled import MUTED, styled
from ..times import clock_time
from .lines import Lines


class Latest(Lines):
    """As many of the newest entries as fit, two lines each."""

    DEFAULT_CSS = "Latest { height: 1fr; }"

    _shown: tuple[Run, Sequence[Entry], Moment] | None = None

    def repaint(self, run: Run, entries: Sequence[Entry], now: Moment) -> None:
        self._shown = run, entries, now
        if self.display:
            self.show(*self._newest(run, entries, now))

    def on_resize(self) -> None:
        """Fill the room that there is now."""
        if self._shown is not None:
            self.repaint(*self._shown)

    def _newest(self, run: Run, entries: Sequence[Entry], now: Moment) -> Iterator[Content]:
        yield styled((" Latest", f"{MUTED} bold"))
        room = max(0, self.size.height - 1) // 2
        for entry in reversed(entries[len(entries) - min(room, len(entries)) :]):
            when = f" {clock_time(entry.stamp.at, now.at)}"
            yield styled((when, MUTED), f"  {entry.stamp.by}", (f"  #{entry.seq}", MUTED))
            yield styled(f"   {describe(entry, run.sequence_at(entry.seq))}")
