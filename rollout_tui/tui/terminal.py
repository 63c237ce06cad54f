"""The terminal that the program runs in: it is left as it was found, whatever ends the program."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import termios
from collections.abc import Callable

from .textual_private import BaseApp

# xterm's stack of window titles, which tmux and most terminals have; others take no notice.
_KEEP_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"


class Terminal:
    """Answers signals, and keeps the window's title; `close` waits for an append under way before the program ends."""

    def __init__(self, app: BaseApp, close: Callable[[], None]) -> None:
        self._app, self._close = app, close
        self._title = ""

    def begin(self) -> None:
        """Answer signals, and keep the title that the window has."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._leave_by_signal, number)
        self._app.write(_KEEP_TITLE)

    def end(self) -> None:
        """Give the window its title back."""
        self._app.write(_RESTORE_TITLE)

    def set_title(self, title: str) -> None:
        """Set the window's title, which is safe to write, where it changed."""
        if title != self._title:
            self._title = title
            self._app.write(f"\x1b]2;{title}\x07")

    def leave_if_gone(self, number: signal.Signals = signal.SIGHUP) -> None:
        """End the program where its terminal has gone, also if no signal said so: a shell between them may keep it."""
        if _is_terminal_gone():
            # Textual would wait for ever to hand its last words to a terminal that takes none.
            self._close()
            os._exit(128 + number)

    def _leave_by_signal(self, number: signal.Signals) -> None:
        self.leave_if_gone(number)
        self._app.exit(return_code=128 + number)


def _is_terminal_gone() -> bool:
    """Whether the terminal was closed, or the connection to it was cut."""
    try:
        termios.tcgetattr(0)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False
