"""A list of rows drawn line by line: a thousand rows cost as much as fifty, and only what changed is drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from ..rows.row import ListRow, key_at, keys_of
from .redrawing import changes


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows with a cursor; the cursor follows its row's key when the rows change."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--cursor-blurred"}

    DEFAULT_CSS = """
    RowList { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    RowList > .rows--cursor { background: $primary 20%; text-style: bold; }
    RowList > .rows--cursor-blurred { background: $primary 10%; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home,g", "end(-1)", "First", show=False, id="list.first"),
        Binding("end,G", "end(1)", "Last", show=False, id="list.last"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        rows: RowList
        key: str

        @property
        def control(self) -> RowList:
            return self.rows

    @dataclass
    class Chosen(Message):
        """A row was clicked a second time, where the cursor stood already."""

        rows: RowList
        key: str

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(self, *, id: str | None = None, follow: Callable[[str], None] | None = None) -> None:
        """`follow` is called with the key of each row that the operator goes to, before another key can act there."""
        super().__init__(id=id)
        self._follow = follow
        self.shown: Sequence[ListRow] = ()
        self._drawn: dict[int, tuple[ListRow, Strip]] = {}
        self.cursor = 0

    @property
    def key(self) -> str:
        """The key of the row under the cursor; empty without rows."""
        return key_at(self.shown, self.cursor) if self.shown else ""

    def show(self, rows: Sequence[ListRow]) -> None:
        """Show these rows, drawing again only those on the screen that changed."""
        old, key = self.shown, self.key
        self.shown = rows
        cursor = self._place_of(key)
        while cursor + 1 < len(rows) and rows[cursor].heading:
            cursor += 1
        if len(rows) != len(old):
            self.virtual_size = Size(1, len(rows))
            self.cursor = cursor
            self._drawn.clear()
            self.refresh()
            return
        top = self.scroll_offset.y
        seen = range(top, min(len(rows), top + self.size.height))
        self._drawn = {place: self._drawn[place] for place in seen if place in self._drawn}
        for place in seen:
            self._refresh_changes(place, top)
        if cursor != self.cursor:
            self._put(cursor)

    def select(self, key: str) -> None:
        """Put the cursor on the row with this key, if there is one."""
        keys = keys_of(self.shown)
        if self.key != key and key in keys:
            self._put(keys.index(key))

    def is_in_sight(self, key: str) -> bool:
        keys = keys_of(self.shown)
        top = self.scroll_offset.y
        return key in keys and top <= keys.index(key) < top + self.size.height

    def _place_of(self, key: str) -> int:
        """Where the row with this key stands now: mostly where it stood; without it, near the cursor."""
        near = min(self.cursor, max(0, len(self.shown) - 1))
        if not key or (self.shown and key_at(self.shown, near) == key):
            return near
        keys = keys_of(self.shown)
        return keys.index(key) if key in keys else near

    def _refresh_changes(self, place: int, top: int) -> None:
        """Draw again the cells of a row on the screen that changed."""
        if place not in self._drawn:
            self.refresh_line(place)
            return
        row, strip = self._drawn[place]
        if not row.looks_like(self.shown[place]):
            self.refresh(*(each.translate((0, place - top)) for each in changes([strip], [self._strip(place)])))

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        if place >= len(self.shown):
            return Strip.blank(self.scrollable_content_region.width, self.visual_style.rich_style)
        strip = self._strip(place)
        self._drawn[place] = self.shown[place], strip
        return strip

    def _strip(self, place: int) -> Strip:
        width, style = self.scrollable_content_region.width, self.visual_style
        if place == self.cursor:
            style += self.get_visual_style("rows--cursor" if self.has_focus else "rows--cursor-blurred")
        return Visual.to_strips(self, self.shown[place].fitted(width), width, 1, style, pad=True)[0]

    def action_move(self, by: int) -> None:
        place = self.cursor + by
        while 0 <= place < len(self.shown) and self.shown[place].heading:
            place += by
        if 0 <= place < len(self.shown):
            self._go(place)

    def action_page(self, by: int) -> None:
        last = max(0, len(self.shown) - 1)
        self._go(min(last, max(0, self.cursor + by * max(1, self.size.height - 1))))

    def action_end(self, to: int) -> None:
        if to > 0:
            self._go(max(0, len(self.shown) - 1))
        else:
            self._go(next((place for place, row in enumerate(self.shown) if not row.heading), 0))

    def on_click(self, event: events.Click) -> None:
        place = event.y + self.scroll_offset.y
        if place >= len(self.shown) or self.shown[place].heading:
            return
        if place == self.cursor:
            self.post_message(self.Chosen(self, self.key))
        else:
            self._go(place)

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        self.refresh_line(self.cursor)

    def _go(self, place: int) -> None:
        """Put the cursor where the operator wants it."""
        if place != self.cursor:
            self._put(place)
            if self._follow is not None:
                self._follow(self.key)

    def _put(self, place: int) -> None:
        if place == self.cursor:
            return
        self.refresh_line(self.cursor)
        self.cursor = place
        self.refresh_line(place)
        self._scroll_to_cursor()
        self.post_message(self.Moved(self, self.key))

    def _scroll_to_cursor(self) -> None:
        """Bring the cursor into sight: to the middle, since each line that a list scrolls by is drawn in full."""
        top, height = self.scroll_offset.y, self.size.height
        if not top <= self.cursor < top + height:
            self.scroll_to(y=max(0, self.cursor - height // 2), animate=False, force=True)
