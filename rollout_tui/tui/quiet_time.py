"""The quiet time between two keys that record: a key that is held down, or typed ahead of what is drawn, acts once."""

from __future__ import annotations

import time

# A keyboard repeats a key that is held down sooner than this.
SECONDS = 0.25


class QuietTime:
    """Runs anew with each key that would record, and with each change of what is on the screen."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = SECONDS if seconds is None else seconds
        self._since = float("-inf")

    def begin(self) -> bool:
        """Let no key record for a while; gives whether one may now, since it was quiet long enough."""
        before, self._since = self._since, time.monotonic()
        return self._since - before >= self._seconds
