"""Every notice whole, for what does not fit into the line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label

from ..host import host_of


class NoticesDialog(ModalScreen[None]):
    """Shows what was said, which is read by then, and what others recorded, which the way back to the run shows too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,exclamation_mark", "dismiss", "Back", id="notices.back")
    ]

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="notices", classes="dialog"):
            self._read = dict(host_of(self).notices.said)
            for title, text in host_of(self).notices.whole():
                yield Label(title, classes="dialog-title", markup=False)
                yield Label(text, classes="dialog-about", markup=False)
            yield Label("esc: back", classes="dialog-keys", markup=False)

    def on_unmount(self) -> None:
        """What was said meanwhile was not read here."""
        notices = host_of(self).notices
        notices.take_back(*(title for title, text in self._read.items() if notices.said.get(title) == text))
