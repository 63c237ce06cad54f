"""The quiet time between two keys that record: a key that is held down, or typed ahead of what is drawn, acts once.

A terminal tells of no key that it was let go. A keyboard repeats one that is held after 250 to 700 ms, and from then on
about 30 times a second. So a press soon after another may be the first repeat: whether it is shows a moment later,
when the next one comes, or does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

# A key typed ahead of what is drawn comes sooner than this, as repeats do after the first.
SECONDS = 0.25

# No keyboard waits longer before it repeats a key for the first time.
FIRST_REPEAT_SECONDS = 0.8

# Each further repeat follows sooner than this: the slowest usual keyboard, a console's, sends eleven a second, and a
# slow line may hold one up. People who tick off one line after the other press at most five times a second.
NEXT_REPEAT_SECONDS = 0.15


class Waiting(Protocol):
    """Something that will be done, unless it is stopped."""

    def stop(self) -> None: ...


class QuietTime:
    """Runs anew with each key that would record, and with each change of what is on the screen.

    `later(seconds, act)` does something after a while, in the thread that calls.
    """

    def __init__(self, seconds: float | None, later: Callable[[float, Callable[[], None]], Waiting]) -> None:
        self._seconds = SECONDS if seconds is None else seconds
        self._later = later
        self._since, self._pause = float("-inf"), 0.0
        self._kind = ""
        self._waiting: Waiting | None = None

    def begin(self, kind: str = "") -> None:
        """Let no key record for a while, since the screen changed; a fresh press may go on with `kind` soon after."""
        self._begin(self._seconds)
        self._kind = kind or self._kind

    def recorded(self) -> None:
        """Let a key wait behind a slow disk; who presses one key again and again is not held up by each receipt."""
        if time.monotonic() - self._since >= FIRST_REPEAT_SECONDS:
            self.begin()

    def press(self, kind: str, act: Callable[[], None]) -> bool:
        """Do what a key asks for, once if it is held; gives whether it may still be done, or was.

        A press that may be a repeat waits until it shows that it is none. To what is of another kind only one more
        press goes on.
        """
        pause = self._pause
        quiet = self._begin(min(self._seconds, NEXT_REPEAT_SECONDS))
        if quiet < pause:
            return True
        if quiet >= FIRST_REPEAT_SECONDS or not self._seconds:
            self._act(kind, act)
        elif kind == self._kind:
            self._waiting = self._later(NEXT_REPEAT_SECONDS, lambda: self._act(kind, act))
        else:
            self._kind = kind
            return False
        return True

    def _begin(self, pause: float) -> float:
        """Give how long it was quiet; what waited to be no repeat is one."""
        before, self._since, self._pause = self._since, time.monotonic(), pause
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        return self._since - before

    def _act(self, kind: str, act: Callable[[], None]) -> None:
        self._waiting, self._kind = None, kind
        act()
