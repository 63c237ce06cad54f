"""Signals that end a program: what it has open is closed on the way out."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(Exception):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Stopping:
    """The signal that asked the program to end, for who has to come to an end of something first; 0 before."""

    number = 0


@contextmanager
def signals() -> Iterator[None]:
    """Turn the signals that end a program into an exception, so that the terminal is given back as it was."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    with _handled_by(stop):
        yield


@contextmanager
def noted() -> Iterator[Stopping]:
    """Note the first signal that ends a program: an entry that is being written is written whole."""
    stopping = Stopping()

    def note(number: int, _frame: FrameType | None) -> None:
        stopping.number = stopping.number or number

    with _handled_by(note):
        yield stopping


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)
