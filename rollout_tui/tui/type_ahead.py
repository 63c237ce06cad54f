"""Type-ahead: keys that were typed before what they would act on was there to be seen.

A slow line, a paste without brackets or a hurried hand sends keys in one burst. They move and write in their order.
But none outlives the screen that it was typed at, or follows what was confirmed; and a burst neither confirms what it
opened itself nor signs, starts or passes anything.
"""

from __future__ import annotations

import math

from .textual_private import moment_of_keys

# The keys of a burst follow each other sooner than this: fingers are slower, and so is a key that is held down.
PAUSE = 0.03

# So many keys of a burst are a paste, which comes in pieces: it goes on until a pause that is so many times as long.
_MANY, _LONGER = 8, 20


class TypeAhead:
    """Tells what belongs to a burst by when each key was typed, and when the one before it was taken."""

    def __init__(self) -> None:
        self._typed, self._taken, self._gone = -math.inf, -math.inf, -math.inf
        self._key, self._count = "", 0
        self._is_deaf = False
        # When the key that acts now was typed.
        self.acting = -math.inf
        # Whether the newest keys are a burst of several: one that is held down is none.
        self.is_burst = False

    def takes(self, key: str, typed: float) -> bool:
        """Take the next key or paste, typed at a moment; gives whether it may act."""
        pause = PAUSE * (_LONGER if self._count >= _MANY else 1)
        if typed > self._taken + pause:
            self._typed, self._count, self.is_burst = typed, 0, False
        elif key != self._key:
            self.is_burst = True
        self._key, self._taken = key, moment_of_keys()
        self._count += 1
        if typed <= self._gone + pause:
            # What belongs to the same burst goes the same way.
            self._gone = max(self._gone, typed)
        return not self.drops(typed)

    def drops(self, typed: float) -> bool:
        """Give whether what was typed at a moment is for something that has gone, or is going."""
        return self._is_deaf or typed <= self._gone

    @property
    def is_behind(self) -> bool:
        """Whether the key that acts now came behind others of its burst."""
        return self.is_burst and self.acting > self._typed

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is taken, since what was confirmed is being done."""
        return self._is_deaf

    def stop(self) -> None:
        """Take nothing any more, until something is there to act on."""
        self._is_deaf = True

    def go_on(self, moment: float) -> None:
        """Take what is typed after a moment, and drop the rest of what came before."""
        self._is_deaf = False
        self._gone = max(self._gone, moment)

    def end(self) -> None:
        self._gone = math.inf
