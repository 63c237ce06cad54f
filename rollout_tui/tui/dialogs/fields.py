"""The fields of a form, under keys that come in a burst, as over a slow line.

Keys reach a field through a queue of its own. Enter goes past that queue, so that what is typed after it reaches the
next field; the form then waits until each field has taken what was typed before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from ...errors import RolloutError
from ..host import host_of
from ..keys.binding import roll_back_from_anywhere
from ..styled import MUTED, styled
from ..textual_private import bindings_at, moment_of_keys
from ..widgets.lines import Lines
from ..widgets.row_list import RowList

FIELDS = "Input, RowList"

Outcome = TypeVar("Outcome")


class FieldsScreen(ModalScreen[Outcome | None]):
    """A dialog of fields that stays open, with what was typed, until what it asks for is done.

    `submit` does it with the fields' values by their ids; it raises RolloutError if that may not be.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Back", show=False, priority=True),
        Binding("enter", "next", "Next, or record", show=False, priority=True, id="form.next"),
        Binding("ctrl+s", "record", "Record", priority=True, id="form.record"),
        Binding("escape", "leave", "Back, nothing recorded", id="form.leave"),
        roll_back_from_anywhere(),
    ]

    # Textual draws the whole screen again for each change of focus, and the one that shines through below.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self, submit: Callable[[dict[str, str]], Awaitable[Outcome | None]]) -> None:
        super().__init__()
        self._submit = submit
        self._recording = False
        self._made = moment_of_keys()

    def on_mount(self) -> None:
        # What came in one burst with the key that opened this was typed before anybody could see a field.
        host_of(self).type_ahead.go_on(self._made)
        self.first_field().focus()

    def first_field(self) -> Widget:
        """Give the field to begin at."""
        return self.query(FIELDS).first()

    def action_next(self) -> None:
        """Go to the next field, or record at the last."""
        if self.focused is list(self.query(FIELDS))[-1]:
            self.action_record()
        else:
            self.focus_next(FIELDS)

    def action_record(self) -> None:
        """Record what was typed before this key; what follows is dropped until the dialog has gone or refuses."""
        if not self._recording:
            self._recording = True
            host_of(self).type_ahead.stop()
            # Of the app, since rolling back leaves a form that waits for a key: what came of that is told.
            self.app.run_worker(self._take(typed(self.query(FIELDS))))

    def action_leave(self) -> None:
        """Leave, but not while it is unknown whether something is being recorded."""
        if not self._recording:
            self.dismiss(self.left_with())

    def left_with(self) -> Outcome | None:
        """Give what was done before the dialog was left."""
        return None

    def show_error(self, error: RolloutError) -> None:
        lines = [styled((line, "$error bold")) for line in error.message.split("\n")]
        self.query_one("#form-error", Lines).show(*lines, *([styled((error.hint, ""))] if error.hint else []))

    def say(self, text: str) -> None:
        self.query_one("#form-error", Lines).show(styled((text, MUTED)))

    async def _take(self, values: Awaitable[dict[str, str]]) -> None:
        try:
            done = await self._submit(await values)
        except RolloutError as error:
            self._recording = False
            host_of(self).type_ahead.go_on(moment_of_keys())
            if self.is_attached and self in self.app.screen_stack:
                self.show_error(error)
            else:
                host_of(self).receipts.say_not_recorded(error)
        else:
            self.dismiss(done)


class ChoiceField(RowList):
    """Rows of which one is chosen."""

    @property
    def value(self) -> str:
        return self.key

    async def on_key(self, event: events.Key) -> None:
        await _act_at_once(self, event)


class TextField(Input):
    """A line of text."""

    async def on_key(self, event: events.Key) -> None:
        await _act_at_once(self, event)


async def _act_at_once(field: Widget, event: events.Key) -> None:
    """Act on a field's own key in the field: on its way to the app and back, those typed after it would come first."""
    for binding in bindings_at(field, event.key):
        event.stop()
        event.prevent_default()
        await field.run_action(binding.action)


def typed(fields: Iterable[Widget]) -> Awaitable[dict[str, str]]:
    """Ask each field at once for its value: it has taken every key that came before this, and no other."""
    return _all([_asked(field) for field in fields])


def _asked(field: Widget) -> asyncio.Future[tuple[str, str]]:
    answer: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()

    def give() -> None:
        value = field.value if isinstance(field, Input | ChoiceField) else ""
        answer.set_result((field.id or "", value))

    field.call_later(give)
    return answer


async def _all(answers: Iterable[Awaitable[tuple[str, str]]]) -> dict[str, str]:
    return dict([await each for each in answers])
