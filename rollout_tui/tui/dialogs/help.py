"""Help that lists itself: every key of the screen below, with what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from ..keys.binding import roll_back_from_anywhere
from ..styled import MUTED, styled


class Help(ModalScreen[None]):
    """The keys that act here; those that can't act now are dim."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Back", id="help.leave"),
        roll_back_from_anywhere(),
    ]

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._keys: dict[str, list[ActiveBinding]] = {}
        for active in bindings:
            self._keys.setdefault(active.binding.id or active.binding.action, []).append(active)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help", classes="dialog"):
            yield Label("Keys", classes="dialog-title")
            for name in sorted(self._keys, key=_place):
                yield Label(self._line(self._keys[name]), markup=False)
            yield Label("esc: back · the grey names give actions other keys: see the README", classes="dialog-keys")

    def _line(self, same: Sequence[ActiveBinding]) -> Content:
        """The keys of one action, what it does, and its id."""
        binding = same[0].binding
        keys = " ".join(self.app.get_key_display(active.binding) for active in same)
        style = "" if same[0].enabled else "dim"
        what = binding.tooltip or binding.description
        return styled((f" {keys:<10} ", f"$accent bold {style}"), (what, style), (f"  {binding.id or ''}", MUTED))

    def on_mount(self) -> None:
        self.query_one("#help").focus()


def _place(name: str) -> int:
    """Where a key is listed: what the screen does before what lists and the app do; Textual's own, without id, last."""
    room = name.partition(".")[0]
    return {"list": 1, "app": 2}.get(room, 0) if "." in name and not name.startswith("app.focus") else 3
