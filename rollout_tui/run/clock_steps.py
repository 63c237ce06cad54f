"""Steps of the clock: what the wall clock did against the machine's own count of time, as a run's entries show it.

Each entry names the boot of its machine and the time since then, by a clock that nobody sets. Between two entries of
one boot both clocks should have gone on alike; where they did not, somebody set the wall clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .moment import Moment
from .stamp import Stamp

if TYPE_CHECKING:
    from .builder import Builder
    from .state import Run

TOLERANCE = timedelta(seconds=5)
"""Less than this is what time daemons correct day by day."""

_NONE = timedelta(0)


def step_between(before: Stamp, at: datetime, up_ms: int) -> timedelta:
    """Give the wall clock's step since an entry of the same boot, negative if it went back; zero within tolerance."""
    step = at - before.at - timedelta(milliseconds=up_ms - before.up_ms)
    return step if abs(step) > TOLERANCE else _NONE


def clock_jump(run: Run, now: Moment) -> timedelta:
    """Give by how much the wall clock has stepped without anyone confirming it, as far as it can be known.

    The last entry of this boot knows; where there is none, `now` says what the session does. What an entry of another
    boot shows stays until it is confirmed, too.
    """
    last = run.clocks.get(now.boot) if now.boot else None
    if last is None:
        jump = now.jump
    else:
        jump = run.clock_steps.get(now.boot, _NONE) + step_between(last, now.at, now.up_ms)
        jump = jump if abs(jump) > TOLERANCE else _NONE
    return jump or next((step for boot, step in run.clock_steps.items() if boot != now.boot), _NONE)


def follow_clock(run: Builder, stamp: Stamp) -> None:
    """Fold what an entry says of its machine's clocks."""
    before = run.clocks.get(stamp.boot)
    run.clocks[stamp.boot] = stamp
    # Nearly no entry steps: all others need no span of time more.
    if before is None or abs((stamp.at - before.at).total_seconds() * 1000 - (stamp.up_ms - before.up_ms)) < 4999:
        return
    step = run.clock_steps.pop(stamp.boot, _NONE) + step_between(before, stamp.at, stamp.up_ms)
    if abs(step) > TOLERANCE:
        # Back where it was, it is right again.
        run.clock_steps[stamp.boot] = step
