"""The commands that run in this process, each a process group of its own: none of them outlives who looks."""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from subprocess import Popen
from threading import Condition

MERCY = 0.08

_changed = Condition()
_starting = 0
_running: set[int] = set()
_is_over = False


def start(begin: Callable[[], Popen[bytes]]) -> Popen[bytes]:
    """Start a command; OSError where it can't be, or where this process is ending."""
    global _starting
    with _changed:
        if _is_over:
            raise OSError(0, "the program is ending")
        _starting += 1
    process = None
    try:
        process = begin()
    finally:
        with _changed:
            _starting -= 1
            _running.update((process.pid,) if process else ())
            _changed.notify_all()
    return process


def forget(process: Popen[bytes]) -> None:
    """Take note that a command has ended; to be said before it is reaped, since its number may be another's then."""
    with _changed:
        _running.discard(process.pid)
        _changed.notify_all()


def send(group: int, number: signal.Signals) -> None:
    """Send a signal to all that is left of a command."""
    # Nobody is left, or only what changed its user.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_all() -> None:
    """End every command that runs: politely, but at once. Whoever waits for it is told that a signal has ended it."""
    with _changed:
        # What is just being started is not known yet by its number.
        _changed.wait_for(lambda: not _starting, timeout=MERCY)
        for number in (signal.SIGTERM, signal.SIGKILL):
            for group in _running:
                send(group, number)
            _changed.wait_for(lambda: not _running, timeout=MERCY)


@atexit.register
def _end() -> None:
    global _is_over
    _is_over = True
    end_all()
