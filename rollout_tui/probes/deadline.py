"""A deadline: how long all of a probe may take, with its requests, redirects, repetitions and pauses."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = monotonic() + seconds

    def __str__(self) -> str:
        return f"{self._seconds:g} s"

    @property
    def left(self) -> float:
        """The seconds that are left; none once it has passed."""
        return max(0.0, self._ends - monotonic())

    def anew(self) -> Deadline:
        """As many seconds, from now."""
        return Deadline(self._seconds)
