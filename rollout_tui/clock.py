"""Now, in UTC, and whether the wall clock jumped against the monotonic one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Less than this is what time daemons correct day by day.
_TOLERANCE = timedelta(seconds=5)

# Unlike the monotonic clock it goes on while the machine sleeps, so that waking up is no jump.
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Where a session takes the time from."""

    def now(self) -> datetime:
        """Give the wall clock's time, in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds that never jump, from any beginning."""
        ...


def to_milliseconds(at: datetime) -> datetime:
    """Cut to what the journal keeps, so that a run in memory equals the run that is read back."""
    return at - timedelta(microseconds=at.microsecond % 1000)


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(_BOOT_CLOCK)


class SimulatedClock:
    """A clock that stands still until it is moved: for rehearsals and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._monotonic += by.total_seconds()

    def set_ahead(self, by: timedelta) -> None:
        """Move the wall clock alone, as somebody does who sets it."""
        self._now += by


class JumpWatch:
    """Tells by how much the wall clock has jumped since the watch began or was last settled."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.settle()

    def settle(self) -> None:
        """Take the wall clock as right from here on."""
        self._wall, self._monotonic = self._clock.now(), self._clock.monotonic()

    def jump(self) -> timedelta:
        """Give the jump, negative if the wall clock went back; zero within what daily corrections explain."""
        passed = timedelta(seconds=self._clock.monotonic() - self._monotonic)
        jumped = self._clock.now() - self._wall - passed
        return jumped if abs(jumped) > _TOLERANCE else timedelta(0)
