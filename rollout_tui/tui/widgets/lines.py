"""A few lines of painted text that are drawn again only when they changed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from ..paint import spread


class Lines(Static):
    """Text in lines; `show` takes what to draw, already safe."""

    DEFAULT_CSS = "Lines { height: auto; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._shown: tuple[str, ...] = ()

    def show(self, *lines: Content) -> None:
        """Draw these lines; the layout is done again only where their number changed."""
        marks = tuple(repr(line) for line in lines)
        if marks == self._shown:
            return
        grew = len(marks) != len(self._shown)
        self._shown = marks
        self.update(Content("\n").join(lines), layout=grew)


class Ends(Lines):
    """One line with a text at each end."""

    DEFAULT_CSS = "Ends { height: 1; }"

    def ends(self, left: Content, right: Content) -> None:
        self.show(spread(left, right, max(1, self.size.width or self.app.size.width)))
