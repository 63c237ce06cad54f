"""The time at which a decision is made."""

from datetime import datetime, timedelta

from ..frozen import dataclass


@dataclass(frozen=True)
class Moment:
    """Now, in UTC, and by how much the wall clock has jumped in this session without anyone confirming it."""

    at: datetime
    jump: timedelta = timedelta(0)
