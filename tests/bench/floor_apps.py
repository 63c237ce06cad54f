"""The least that Textual needs for such a screen: header, footer and rows by the line API, with or without a clock.

Started as a program of its own: floor_apps.py ROWS [clock]. Space marks the row under the cursor and goes to the next.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Footer, Header

_CURSOR = Style(reverse=True)


class Rows(ScrollView, can_focus=True):
    """Rows of which only those that change are drawn again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "sign", "Sign")]

    def __init__(self, count: int) -> None:
        super().__init__()
        self._rows = [f" ○ Item {number:05}" for number in range(1, count + 1)]
        self._cursor = 0
        self._signed = 0

    def on_mount(self) -> None:
        self.virtual_size = Size(40, len(self._rows))
        self.focus()

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(self.size.width)
        style = _CURSOR if place == self._cursor else Style.null()
        return Strip([Segment(self._rows[place].ljust(self.size.width), style)])

    def action_sign(self) -> None:
        self._signed += 1
        self._rows[self._cursor] = f" ✔ Item {self._cursor + 1:05} signed #{self._signed} "
        self.refresh_line(self._cursor)
        self._cursor = min(self._cursor + 1, len(self._rows) - 1)
        self.refresh_line(self._cursor)
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True)


class Clock(Widget):
    """The time, drawn again each second."""

    DEFAULT_CSS = "Clock { height: 1; width: 12; }"

    def on_mount(self) -> None:
        self.set_interval(1, self.refresh)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 (Textual passes the line)
        return Strip([Segment(f"{datetime.now(UTC):%H:%M:%S} UTC")], 12)


class FloorApp(App[None]):
    TITLE = "floor"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "Quit")]

    def __init__(self, rows: int, *, clock: bool) -> None:
        super().__init__()
        self._rows, self._clock = rows, clock

    def compose(self) -> ComposeResult:
        yield Header()
        if self._clock:
            yield Clock()
        yield Rows(self._rows)
        yield Footer()


if __name__ == "__main__":
    FloorApp(int(sys.argv[1]), clock="clock" in sys.argv[2:]).run()
