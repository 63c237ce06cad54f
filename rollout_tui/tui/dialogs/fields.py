"""The fields of a form, under keys that come in a burst, as over a slow line.

Keys reach a field through a queue of its own. Enter goes past that queue, so that what is typed after it reaches the
next field; the form then waits until each field has taken what was typed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from ..widgets.row_list import RowList

FIELDS = "Input, RowList"

MOVES: list[BindingType] = [
    Binding("tab", "app.focus_next", "Next", show=False, priority=True),
    Binding("shift+tab", "app.focus_previous", "Back", show=False, priority=True),
]


class Choice(RowList):
    """Rows of which one is chosen."""

    async def on_key(self, event: events.Key) -> None:
        await _act_at_once(self, event)


class Line(Input):
    """A line of text."""

    async def on_key(self, event: events.Key) -> None:
        await _act_at_once(self, event)


async def _act_at_once(field: Widget, event: events.Key) -> None:
    """Act on a field's own key in the field: on its way to the app and back, those typed after it would come first."""
    for binding in field._bindings.key_to_bindings.get(event.key, ()):
        event.stop()
        event.prevent_default()
        await field.run_action(binding.action)


async def typed(fields: Iterable[Widget]) -> dict[str, str]:
    """Give each field's value, or the chosen row's key, when it has taken every key that came before this."""
    values: dict[str, str] = {}
    for field in fields:
        taken = asyncio.Event()
        field.call_later(_take, field, values, taken)
        await taken.wait()
    return values


def _take(field: Widget, values: dict[str, str], taken: asyncio.Event) -> None:
    if isinstance(field, Input):
        values[field.id or ""] = field.value
    elif isinstance(field, RowList):
        values[field.id or ""] = field.key
    taken.set()
