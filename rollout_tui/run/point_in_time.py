"""A run as it stood before an event, from its entries."""

from __future__ import annotations

from collections.abc import Sequence

from .events import Entry
from .evolve import begin, replay
from .state import Run


class PointInTime:
    """Asked in the order of the events it replays each only once."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._first = self._run = begin(entries[0])

    def before(self, seq: int) -> Run:
        """Give the run as it stood before the event `seq`, which is 1 or later."""
        if self._run.seq >= seq:
            self._run = self._first
        self._run = replay(self._run, self._entries[self._run.seq + 1 : seq])
        return self._run
