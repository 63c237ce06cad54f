"""Stamp and mark: who acted and when, as an entry says it and as a run's state keeps it."""

from __future__ import annotations

from datetime import datetime

from ..frozen import dataclass
from ..people import Actor, actor_of


@dataclass(frozen=True)
class Stamp:
    """Who acted and when: the claimed name, login@host, and an earlier claimed time where the record came later.

    `boot` names the boot of the machine in 8 hexadecimal digits, and `up_ms` counts the milliseconds since then, by a
    clock that nobody sets; an entry that does not say has an empty `boot`.
    """

    at: datetime
    by: str
    origin: str
    happened: datetime | None = None
    boot: str = ""
    up_ms: int = 0

    @property
    def when(self) -> datetime:
        """The time that the operator claims it happened."""
        return self.happened or self.at


@dataclass(frozen=True)
class Mark:
    """Who did something from where, when it was recorded, the event's number, and the key that signed it, if any."""

    by: str
    at: datetime
    seq: int
    origin: str = ""
    key: str = ""

    @property
    def actor(self) -> Actor:
        return actor_of(self.by, self.origin, self.key)


def when_by(mark: Mark | None) -> str:
    """Write who and when for a refusal: `bob at 14:02 UTC (#27)`."""
    return "someone" if mark is None else f"{mark.by} at {mark.at:%H:%M} UTC (#{mark.seq})"
