"""A line to type a word into, that narrows the rows above it; it is only there while it is used."""

from __future__ import annotations

from textual.widgets import Input


class Filter(Input):
    """Hidden until it is opened; closing empties it."""

    def open(self) -> None:
        """Show the line and give it the focus at once: what is typed right after must not act on the rows."""
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> bool:
        """Empty and hide the line; False if it was hidden already."""
        was_open, self.display = self.display, False
        self.value = ""
        return was_open
