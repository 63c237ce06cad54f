"""A confirmation: one line that says what will be, and one key that does it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Label

from ...text import safe
from ..host import host_of
from ..keys.binding import roll_back_from_anywhere


class Confirmation(ModalScreen[bool]):
    """Says what enter will do; what was typed before it could be read confirms nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", "Do it", id="confirmation.confirm"),
        Binding("escape,n", "dismiss(False)", "Back, nothing recorded", id="confirmation.leave"),
        roll_back_from_anywhere(),
    ]

    def __init__(self, said: str, does: str) -> None:
        super().__init__()
        self._said, self._does = said, does
        # Nothing else that a key does is of this kind.
        self._kind = f"confirmed: {does}"

    def compose(self) -> ComposeResult:
        with Vertical(id="confirmation", classes="dialog"):
            yield Label(safe(self._said), classes="dialog-title", markup=False)
            yield Label(safe(f"enter: {self._does[:1].lower()}{self._does[1:]} · esc: not now"), classes="dialog-keys")

    def on_mount(self) -> None:
        host_of(self).quiet.begin(self._kind)

    def action_confirm(self) -> None:
        """Confirm by a press of its own: the enter that led here, from the palette, may be held down still."""
        host = host_of(self)
        if host.type_ahead.is_behind:
            host.quiet.begin(self._kind)
        else:
            host.quiet.press(self._kind, self._confirm)

    def _confirm(self) -> None:
        # It may have been left while it waited whether enter is held.
        if self.app.screen is self:
            self.dismiss(True)
