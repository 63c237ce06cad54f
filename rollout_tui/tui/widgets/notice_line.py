"""The notices above the receipt: they take room from the frame only while there are any, and cover nothing."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from ..host import host_of
from ..keys.binding import press
from ..styled import styled

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
        """Each notice has a line, for what comes first must hide no other; the first takes what is left."""
        width = max(1, (self.size.width or self.app.size.width - 2))
        notices = [styled((f"● {line}", "bold")).wrap(width) for line in host_of(self).notices.short()]
        more = styled((f" … {press('app.notices', '!')} shows all", "$accent bold"))
        shown: list[Content] = []
        for place, lines in enumerate(notices[:_MOST_LINES]):
            behind = min(len(notices), _MOST_LINES) - place - 1
            room = _MOST_LINES - len(shown) - behind
            is_cut = len(lines) > room or (not behind and len(notices) > _MOST_LINES)
            shown += lines[:room]
            if is_cut:
                shown[-1] = Content.assemble(shown[-1].truncate(max(0, width - more.cell_length)), more)
        return Content("\n").join(shown)
