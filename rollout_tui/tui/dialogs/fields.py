"""The fields of a form, under keys that come in a burst, as over a slow line.

Keys reach a field through a queue of its own. Enter goes past that queue, so that what is typed after it reaches the
next field; the form then waits until each field has taken what was typed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual import events
from textual.widget import Widget
from textual.widgets import Input

from ..widgets.row_list import RowList

FIELDS = "Input, RowList"


class Choice(RowList):
    """Rows of which one is chosen; it moves by itself, since a key on its way to the app is overtaken by enter."""

    async def on_key(self, event: events.Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            await self.run_action(binding.action)


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
