"""A few lines of styled text that are drawn again only where they changed."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from ..styled import EMPTY, spread
from .redrawing import redraw


class Lines(Widget):
    """Text in lines; `show` takes what to draw, already safe."""

    DEFAULT_CSS = "Lines { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Content, ...] = ()

    def show(self, *lines: Content) -> None:
        """Draw these lines; the layout is done again only where their number changed."""
        before, self._lines = self._lines, lines
        height = self.styles.height
        if len(lines) != len(before) and height is not None and height.is_auto:
            self.refresh(layout=True)
        elif any(not old.is_same(new) for old, new in zip(before, lines, strict=False)) or len(lines) != len(before):
            redraw(self, self.render())

    def render(self) -> Content:
        return Content("\n").join(self._lines)


class SplitLine(Widget):
    """One line with a text at each end, fitted to whatever width it has when it is drawn."""

    DEFAULT_CSS = "SplitLine { width: 1fr; height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left, self._right = EMPTY, EMPTY

    def show(self, left: Content, right: Content) -> None:
        if not (left.is_same(self._left) and right.is_same(self._right)):
            self._left, self._right = left, right
            redraw(self, self.render())

    def render(self) -> Content:
        return spread(self._left, self._right, self.size.width)
