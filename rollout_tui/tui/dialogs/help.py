"""Help that lists itself: every key of the screen below, with what it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label

from ..paint import paint


class Help(ModalScreen[None]):
    """The keys that act here; those that can't act now are dim."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "dismiss", "Back", id="help.leave")]

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._keys = list(bindings)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help", classes="dialog"):
            yield Label("Keys", classes="dialog-title")
            for active in self._keys:
                binding = active.binding
                key = self.app.get_key_display(binding)
                style = "" if active.enabled else "dim"
                what = binding.tooltip or binding.description
                yield Label(paint((f" {key:<10}", f"$accent bold {style}"), (what, style)), markup=False)
            yield Label("esc: back", classes="dialog-keys")

    def on_mount(self) -> None:
        self.query_one("#help").focus()
