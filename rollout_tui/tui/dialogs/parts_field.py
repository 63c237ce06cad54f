"""The field in which people say of each step and flag what it is now: a line each, whose state the arrows turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from ...run.part import SAID, Found, Part
from ..rows.row import ListRow
from ..styled import MUTED, styled
from .fields import ChoiceField

# As long as nobody has said anything nobody knows.
_TURN: Sequence[Found] = ("unknown", "undone", "there")
_STYLES: dict[Found, str] = {"unknown": "$error bold", "undone": "$success bold", "there": "$warning bold"}


class PartsField(ChoiceField):
    """A line for each part, and what it is said to be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "turn(1)", "Say another state", show=False, id="form.turn"),
        Binding("left", "turn(-1)", "Say the state before", show=False, id="form.turn-back"),
    ]

    def __init__(self, parts: Sequence[Part], *, id: str) -> None:
        super().__init__(id=id)
        self._parts = parts
        self._said: dict[str, Found] = {part.id: "unknown" for part in parts}

    def on_mount(self) -> None:
        self.styles.height = min(8, len(self._parts))
        self._draw()

    @property
    def value(self) -> str:
        return "\n".join(f"{part}={state}" for part, state in self._said.items())

    def action_turn(self, by: int) -> None:
        """Say the next state of the part under the cursor."""
        if self.key in self._said:
            place = _TURN.index(self._said[self.key]) + by
            self._said[self.key] = _TURN[place % len(_TURN)]
            self._draw()

    def _draw(self) -> None:
        self.show([self._row(part) for part in self._parts])

    def _row(self, part: Part) -> ListRow:
        state = self._said[part.id]
        return ListRow(
            part.id, styled(f" {part.there}", (f"  {part.kind}", MUTED)), styled((SAID[state], _STYLES[state]))
        )
