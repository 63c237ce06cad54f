"""A run followed as it goes: redrawn in place on a terminal, a block for each change in a pipe. It only reads."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

from .. import reading
from ..clock import Clock
from ..errors import RolloutError
from ..reading import Listed
from ..run.gates import blockers, warnings
from ..run.moment import Moment
from .display import Display
from .output import flush, say

SECONDS = 1.0

Lines = Callable[[Listed, Moment], list[str]]


class Stopped(Exception):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def watch(path: Path, clock: Clock, lines: Lines, block: Lines, *, in_place: bool) -> int:
    """Follow a run until it is closed, or who looks leaves by `q`; give 0, or 128+n where a signal ended it.

    `lines` gives what a terminal shows `in_place`, `block` what else is printed for each change. RolloutError if the
    log can't be read any more.
    """
    display = Display() if in_place and sys.stdout.isatty() else None
    try:
        with _signals(), display or nullcontext():
            for listed, now in _seen(path, clock, pause=display.pause if display else wait):
                if display:
                    display.draw(lines(listed, now))
                else:
                    _print_change(block(listed, now))
    except Stopped as stopped:
        return 128 + stopped.number
    return 0


def _seen(path: Path, clock: Clock, pause: Callable[[float], bool]) -> Iterator[tuple[Listed, Moment]]:
    """Give the run now and again; it is read only when its file has changed."""
    listed, stat = None, None
    while True:
        newest = _stat(path)
        if listed is None or newest != stat or listed.torn:
            listed, stat = reading.read(path), newest
        if listed.run is None:
            raise RolloutError(listed.problem, "The log can't be followed any more: look at its folder.")
        yield listed, Moment(clock.now())
        if listed.run.closed is not None or not pause(SECONDS):
            return


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def wait(seconds: float) -> bool:
    time.sleep(seconds)
    return True


def _print_change(lines: list[str]) -> None:
    for line in lines:
        say(line)
    if lines:
        flush()


def changes(lines: Lines) -> Lines:
    """Give what gives these lines only when something happened: time that goes by is no change, a gate it opens is."""
    before: object = None

    def changed(listed: Listed, now: Moment) -> list[str]:
        nonlocal before
        run = listed.run
        assert run is not None
        what = (run.head, listed.torn, listed.problem, [b.id for b in blockers(run, now)], bool(warnings(run, now)))
        if what == before:
            return []
        before = what
        return lines(listed, now)

    return changed


@contextmanager
def _signals() -> Iterator[None]:
    """Turn the signals that end a program into an exception, so that the terminal is given back as it was."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
