"""The notices above the receipt: they take room from the frame only while there are any, and cover nothing."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from ..host import host_of
from ..keys.binding import press
from ..styled import EMPTY, styled

_MOST_LINES = 3


class NoticeLine(Widget):
    """What there is to say, in three lines at most; a key shows all of it."""

    DEFAULT_CSS = "NoticeLine { display: none; width: 1fr; height: auto; padding: 0 1; background: $warning 20%; }"

    def on_mount(self) -> None:
        notices = host_of(self).notices
        self._unsubscribe = notices.changes.subscribe(lambda _: self._show())
        self._show()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def _show(self) -> None:
        self.display = any(host_of(self).notices.short())
        self.refresh(layout=True)

    def render(self) -> Content:
        width = max(1, (self.size.width or self.app.size.width - 2))
        lines = [styled((f"● {line}", "bold")) for line in host_of(self).notices.short()]
        height = sum(each.get_height({}, width) for each in lines)
        if height <= _MOST_LINES:
            return Content("\n").join(lines)
        more = styled((f" … {press('app.notices', '!')} shows all", "$accent bold"))
        shown, left = EMPTY, _MOST_LINES
        for line in lines:
            rows = line.get_height({}, width)
            if rows >= left:
                # Words are never split, so the last row may end early.
                room = left * width - more.cell_length - (width // 4 if left > 1 else 0)
                last = line.truncate(max(0, room))
                return Content("\n").join([*([shown] if shown.plain else []), Content.assemble(last, more)])
            shown, left = Content("\n").join([*([shown] if shown.plain else []), line]), left - rows
        return shown
