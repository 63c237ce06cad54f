"""Now, in UTC, the monotonic clock and the boot it belongs to, and whether the wall clock jumped against it."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
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
        """Give seconds that never jump, since the boot or any other beginning."""
        ...

    @property
    def boot(self) -> str:
        """The boot whose seconds these are, in 8 hexadecimal digits; empty where the machine does not say."""
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

    @cached_property
    def boot(self) -> str:
        found = _boot_id().strip().replace("-", "").lower()[:8]
        return found if len(found) == 8 and set(found) <= set("0123456789abcdef") else ""


def _boot_id() -> str:
    """Give the system's name of this boot; nothing where it has none."""
    try:
        with open("/proc/sys/kernel/random/boot_id", "rb") as file:
            return file.read().decode(errors="replace")
    except OSError:
        pass
    if sys.platform != "darwin":
        return ""
    import subprocess

    try:
        asked = ("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")
        return subprocess.run(asked, capture_output=True, text=True, timeout=2, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


class SimulatedClock:
    """A clock that stands still until it is moved: for rehearsals and tests.

    All of them belong to one machine that was never started anew: what one counts goes on where another left off.
    """

    boot = "51351a7e"

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic = start.timestamp()

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
