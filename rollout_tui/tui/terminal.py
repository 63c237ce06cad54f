"""An app as the guest of a terminal: it leaves it as it found it, whatever ends the program."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import tempfile
import termios
import traceback
from pathlib import Path

from textual import on
from textual.app import App
from textual.driver import Driver

# xterm's stack of window titles, which tmux and most terminals have; others take no notice.
_KEEP_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"


class Guest(App[int]):
    """Answers signals, keeps the window's title, and puts a crash's traceback into a file."""

    crash: Path | None = None
    _title = ""

    def close_run(self) -> None:
        """Wait for an append under way, and let go of the run."""
        raise NotImplementedError

    def move_in(self) -> None:
        """Answer signals, and keep the title that the window has."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._leave_by_signal, number)
        self._write(_KEEP_TITLE)

    def move_out(self) -> None:
        self._write(_RESTORE_TITLE)

    def set_title(self, title: str) -> None:
        """Set the window's title, which is safe to write, where it changed."""
        if title != self._title:
            self._title = title
            self._write(f"\x1b]2;{title}\x07")

    def _write(self, control: str) -> None:
        """Hand a control sequence to the terminal, where there is one."""
        if self._driver is not None:
            self._driver.write(control)

    def _leave_by_signal(self, number: signal.Signals) -> None:
        self.leave_a_gone_terminal(number)
        self.exit(return_code=128 + number)

    def leave_a_gone_terminal(self, number: signal.Signals = signal.SIGHUP) -> None:
        """End the program where its terminal has gone, also if no signal said so: a shell between them may keep it."""
        if _is_terminal_gone():
            # Textual would wait for ever to hand its last words to a terminal that takes none.
            self.close_run()
            os._exit(128 + number)

    @on(Driver.SignalResume)
    def _draw_anew(self) -> None:
        """Back from the shell, nothing of the screen is left."""
        self.refresh(layout=True)

    def _fatal_error(self) -> None:
        """Keep a crash's traceback in a file, and tell the operator in two lines what is known."""
        with tempfile.NamedTemporaryFile("w", prefix="rollout-crash-", suffix=".txt", delete=False) as file:
            file.write(traceback.format_exc())
        self.crash = Path(file.name)
        self._close_messages_no_wait()


def _is_terminal_gone() -> bool:
    """Whether the terminal was closed, or the connection to it was cut."""
    try:
        termios.tcgetattr(0)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False
