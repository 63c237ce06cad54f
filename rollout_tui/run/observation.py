"""What a probe saw of an item: the newest look, and the newest that could judge it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from ..frozen import dataclass
from .stamp import Mark

Sight = Literal["pass", "fail", "unknown", "error"]

PASS: Sight = "pass"
FAIL: Sight = "fail"
UNKNOWN: Sight = "unknown"
ERROR: Sight = "error"

JUDGED = (PASS, FAIL)
"""The outcomes of a look that could judge; the others saw nothing, which is neither."""

RECORD_EVERY = timedelta(minutes=15)
"""How often a window of looks is recorded in which nothing changed."""


AHEAD = timedelta(minutes=1)
"""How much ahead of now a look may be, as two machines' clocks differ; further ahead a wrong clock looked."""


def is_ahead(at: datetime, now: datetime) -> bool:
    """Whether a look lies in the future: it is neither fresh, nor newer than another, until one is recorded anew."""
    return at - now > AHEAD


@dataclass(frozen=True)
class Look:
    """One look of a probe: `at` is when it looked, or looked last of a window, `mark` who recorded that and when."""

    outcome: Sight
    mark: Mark
    at: datetime
    value: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Observation:
    """What a probe saw of an item: `judged` the newest look that could judge, `passed` the newest pass.

    `fired` is the one that fired a trigger last.
    """

    newest: Look
    judged: Look | None = None
    passed: Look | None = None
    fired: Look | None = None

    def after(self, look: Look) -> Observation:
        """Give what is known after one more look."""
        return Observation(
            look,
            look if look.outcome in JUDGED else self.judged,
            look if look.outcome == PASS else self.passed,
            self.fired,
        )

    @property
    def failed(self) -> Look | None:
        """The newest look that could judge, where that failed."""
        return self.judged if self.judged is not None and self.judged.outcome == FAIL else None

    @property
    def unseen(self) -> Look | None:
        """The newest look, where it saw nothing to judge."""
        return self.newest if self.newest is not self.judged else None
