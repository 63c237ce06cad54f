"""A signal, or a closed terminal, during an append: recorded or absent, never half, and the terminal restored."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rollout_tui.journal.verification import verify
from tests.faults import fault_runs
from tests.faults.fault import Fault, Scale
from tests.runs import runs_folder

_PROGRAM = Path(__file__).with_name("fault_program.py")
_MOMENTS = ("write", "sync", "synced")
_PATIENCE_SECONDS = 30.0
_LEAVES_FULL_SCREEN, _SHOWS_CURSOR, _GIVES_MOUSE_BACK = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"


@dataclass
class _Screen:
    """The program at a pseudo terminal whose other end is ours."""

    command: list[str]
    folder: Path
    shown: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._master, self._slave = pty.openpty()
        # Not `select`: a worker of a whole suite may have more than a thousand files open.
        self._poll = select.poll()
        self._poll.register(self._master, select.POLLIN)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.is_open = True
        self.process = subprocess.Popen(
            self.command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=self.folder,
            env={**os.environ, "TERM": "xterm-256color", "ROLLOUT_OPERATOR": "alice"},
            start_new_session=True,
        )

    def wait_for(self, is_so: Callable[[], bool]) -> bool:
        """Read what is drawn until it is so; False if it never is."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                return False
            self._read(0.02)
        return True

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def close(self) -> None:
        """Close the terminal, as a window or a connection does."""
        if self.is_open:
            os.close(self._slave)
            os.close(self._master)
            self.is_open = False

    def unrestored(self) -> str:
        """Say what the program left behind on a terminal that is still there."""
        self._read(0.1)
        lines = termios.tcgetattr(self._slave)[3]
        left = [
            name
            for name, given in (
                ("full screen", _LEAVES_FULL_SCREEN),
                ("cursor", _SHOWS_CURSOR),
                ("mouse", _GIVES_MOUSE_BACK),
            )
            if given not in self.shown
        ]
        return ", ".join([*left, *([] if lines & termios.ECHO and lines & termios.ICANON else ["line mode"])])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.close()

    def _read(self, seconds: float) -> None:
        if not self.is_open:
            time.sleep(seconds)
        elif self._poll.poll(seconds * 1000):
            self.shown += os.read(self._master, 65536)


def _interrupted(scale: Scale, folder: Path) -> Iterator[str]:
    for moment in _MOMENTS[1:2] if scale == "share" else _MOMENTS:
        for what in (signal.SIGTERM, signal.SIGHUP, "closed"):
            place = folder / f"{moment}-{what}"
            place.mkdir()
            wrong = _interrupt(place, moment, what)
            yield f"{what!r} at {moment}: {wrong}" if wrong else ""


def _interrupt(folder: Path, moment: str, what: signal.Signals | str) -> str:
    run = fault_runs.begin(folder).run.id
    path = folder / "runs" / f"{run}.toml"
    mark, code = folder / "mark", folder / "code"
    screen = _Screen([sys.executable, str(_PROGRAM), moment, str(mark), str(code), "resume", str(path)], folder)
    try:
        if not screen.wait_for(lambda: b"passing" in screen.shown):
            return f"nothing was drawn: {bytes(screen.shown[-300:])!r}"
        screen.press(b" ")
        if not screen.wait_for(mark.exists):
            return "the key recorded nothing"
        if isinstance(what, signal.Signals):
            screen.process.send_signal(what)
        else:
            screen.close()
        if not screen.wait_for(lambda: screen.process.poll() is not None):
            return "it did not end"
        expected = 128 + (what if isinstance(what, signal.Signals) else signal.SIGHUP)
        if screen.process.returncode != expected:
            return f"exit code {screen.process.returncode}, not {expected}"
        if screen.is_open and (left := screen.unrestored()):
            return f"left behind: {left}"
    finally:
        screen.end()
    found = verify(path)
    if found.verdict != "open" or found.events not in {0, 1} or runs_folder.read(path).problem:
        return f"{found.words}, {found.events} events"
    return ""


FAULTS = (Fault("SIGTERM, SIGHUP, closed terminal in an append", "recorded or absent, restored", _interrupted),)
