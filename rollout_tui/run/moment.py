"""The time at which a decision is made."""

from datetime import datetime, timedelta

from ..frozen import dataclass


@dataclass(frozen=True)
class Moment:
    """Now, in UTC, and in milliseconds since the boot with this name, which nobody sets.

    `jump` is what the wall clock has done that no entry shows: in this session, or against the time of the run's file.
    Whether it stepped against the entries, `clock_steps.clock_jump` says.
    """

    at: datetime
    jump: timedelta = timedelta(0)
    boot: str = ""
    up_ms: int = 0
