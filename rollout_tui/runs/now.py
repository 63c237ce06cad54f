"""Now: the moment that a decision counts with and that its entry is stamped with, read once from a clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..clock import Clock, to_milliseconds
from ..people import Actor
from ..run.events import RunStarted, Stamp
from ..run.moment import Moment
from ..run.run_rules import BOOT_TIME
from .protocols import RunRef, Runs


def moment(clock: Clock, jump: timedelta = timedelta(0)) -> Moment:
    """Give now, cut to what a journal keeps; `jump` is what the clock has done that no entry shows."""
    up_ms = int(clock.monotonic() * 1000)
    return Moment(to_milliseconds(clock.now()), jump, clock.boot, up_ms)


def stamp(now: Moment, who: Actor, started: RunStarted, happened: datetime | None = None) -> Stamp:
    """Give what an entry says of who and when; in a run of earlier rules as the version that began it reads it."""
    if started.rules < BOOT_TIME:
        return Stamp(now.at, who.name, who.origin, happened)
    return Stamp(now.at, who.name, who.origin, happened, now.boot, now.up_ms)


def recovery_stamp(runs: Runs, ref: RunRef, clock: Clock, who: Actor) -> Stamp:
    """Give the stamp with which an incomplete entry at a log's end is cut off."""
    header = next((entry.event for entry in runs.read(ref).entries), None)
    now = moment(clock)
    if isinstance(header, RunStarted):
        return stamp(now, who, header)
    return Stamp(now.at, who.name, who.origin)
