"""The app's keys: on their way in, and when they come back from what had the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.await_complete import AwaitComplete
from textual.widgets import Input

from ..text import safe
from .keys.binding import ROLL_BACK, keys_of
from .screens.run_view import RunView
from .textual_private import BaseApp, moment_of_keys
from .type_ahead import TypeAhead

if TYPE_CHECKING:
    from rich.console import RenderableType

    from .signing import SignerChosen, Signing


LEFT_WAITING = "What waited for your key was not recorded."


class KeyedApp(BaseApp):
    """An app in which no key acts on what was not there when it was typed."""

    signing: Signing

    def __init__(self) -> None:
        super().__init__()
        self.type_ahead = TypeAhead()
        # Whether it was left while a key was waited for.
        self.left_waiting = False

    async def on_event(self, event: events.Event) -> None:
        """Drop what is for something that has gone; make safe what is pasted, in one line: fields draw it as it is."""
        if isinstance(event, events.Paste):
            event.text = safe(" ".join(event.text.split()))
        if isinstance(event, events.Key | events.Paste | events.MouseDown) and not event.is_forwarded:
            key = event.key if isinstance(event, events.Key) else ""
            if key == "escape" and (self.signing.give_up() or self.signing.go_on_unsigned()):
                return
            if not self.type_ahead.takes(key, event.time):
                await self._roll_back_past_form(key)
                return
        await super().on_event(event)

    async def _roll_back_past_form(self, key: str) -> None:
        """A form takes no key while what it asks for is done, which a key may hold up: only rolling back goes past."""
        is_key = key in keys_of(ROLL_BACK, "R")
        if is_key and self.type_ahead.is_stopped and not self.type_ahead.is_burst:
            await self.run_action("roll_back")

    def choose_signer(self, then: SignerChosen) -> None:
        self.signing.choose(then)

    def on_key(self, event: events.Key) -> None:
        """A grey key says why it can't act; asked here, where every key before this one has acted.

        So a character that comes here while a field has the focus was typed in one burst behind the key that opened
        the field, and sent on before it had the focus: it is the field's.
        """
        self.type_ahead.acting = event.time
        if self.type_ahead.drops(event.time):
            event.prevent_default()
        elif isinstance(self.focused, Input) and event.is_printable:
            event.prevent_default()
            self.focused.post_message(events.Key(event.key, event.character))
        elif isinstance(self.screen, RunView) and self.screen.say_why_grey(event.key):
            event.prevent_default()

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and with it what was typed ahead."""
        self.type_ahead.go_on(moment_of_keys())
        return super().pop_screen()

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave, and open nothing on the way out."""
        self.type_ahead.end()
        self.left_waiting = self.signing.give_up() or self.left_waiting
        super().exit(result, return_code, message)
