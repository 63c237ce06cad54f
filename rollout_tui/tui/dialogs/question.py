"""A question with a yes or a no."""

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


class Question(ModalScreen[bool]):
    """Says what is the case and asks; only `y` is a yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Yes", id="question.yes"),
        Binding("escape,n", "dismiss(False)", "No", id="question.no"),
        roll_back_from_anywhere(),
    ]

    def __init__(self, said: str, hint: str, yes: str, no: str = "back") -> None:
        super().__init__()
        self._said, self._hint, self._yes, self._no = said, hint, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(id="question", classes="dialog"):
            yield Label(safe(self._said), classes="dialog-title", markup=False)
            yield Label(safe(self._hint, lines=True), markup=False)
            yield Label(safe(f"y: {self._yes} · n, esc: {self._no}"), classes="dialog-keys", markup=False)

    def action_agree(self) -> None:
        """Take a `y` that was typed at the question; in a paste that led here it answers nothing."""
        if not host_of(self).type_ahead.is_behind:
            self.dismiss(True)
