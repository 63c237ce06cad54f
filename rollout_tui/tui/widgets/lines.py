"""A few lines of painted text that are drawn again only when they changed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from ..paint import EMPTY, spread


class Lines(Static):
    """Text in lines; `show` takes what to draw, already safe."""

    DEFAULT_CSS = "Lines { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown: tuple[str, ...] = ()

    def show(self, *lines: Content) -> None:
        """Draw these lines; the layout is done again only where their number changed."""
        marks = tuple(repr(line) for line in lines)
        if marks == self._shown:
            return
        height = self.styles.height
        grew = len(marks) != len(self._shown) and height is not None and height.is_auto
        self._shown = marks
        self.update(Content("\n").join(lines), layout=grew)


class Ends(Static):
    """One line with a text at each end, fitted to whatever width it has when it is drawn."""

    DEFAULT_CSS = "Ends { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._left, self._right = EMPTY, EMPTY

    def ends(self, left: Content, right: Content) -> None:
        if not (left.is_same(self._left) and right.is_same(self._right)):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Content:
        return spread(self._left, self._right, self.size.width)
