"""A run followed as it goes: redrawn in place on a terminal, a block for each change in a pipe. It only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext

from ..clock import Clock
from ..errors import RolloutError
from ..run.gates import blockers
from ..run.moment import Moment
from ..run.window import warnings
from ..runs.now import moment
from ..runs.protocols import RunLog, RunRef, Runs
from ..runs.replay import ReplayedLog, replayed
from .display import Display
from .options import prints_on_terminal
from .output import flush, say, say_document
from .signals import Stopped, signals

SECONDS = 1.0

Lines = Callable[[ReplayedLog, Moment], list[str]]


def watch(runs: Runs, ref: RunRef, clock: Clock, lines: Lines, block: Lines, *, in_place: bool) -> int:
    """Follow a run until it is closed, or who looks leaves by `q`; give 0, or 128+n where a signal ended it.

    `lines` gives what a terminal shows `in_place`, `block` what else is printed for each change. RolloutError if the
    log can't be read any more.
    """
    display = Display() if in_place and prints_on_terminal() else None
    try:
        with signals(), display or nullcontext():
            for log, now in _seen(runs, ref, clock, display):
                if display:
                    display.draw(lines(log, now))
                else:
                    _print_change(block(log, now), say if in_place else _say_whole)
    except Stopped as stopped:
        return 128 + stopped.number
    return 0


def _seen(runs: Runs, ref: RunRef, clock: Clock, display: Display | None) -> Iterator[tuple[ReplayedLog, Moment]]:
    """Give the run now and again; it is read only when its log has changed."""
    read = runs.read(ref)
    log = replayed(read)
    while True:
        if log.run is None:
            raise RolloutError(log.problem, "The log can't be followed any more: look at its folder.")
        yield log, moment(clock)
        if log.run.closed is not None:
            return
        if not (display.pause(SECONDS) if display else wait(runs, read, SECONDS)):
            return
        if log.torn or runs.wait(read, 0):
            read = runs.read(ref)
            log = replayed(read)


def wait(runs: Runs, log: RunLog, seconds: float) -> bool:
    """Wait until something was recorded, or the time alone may have changed something."""
    runs.wait(log, seconds)
    return True


def _say_whole(line: str) -> None:
    """Print a line that a program reads: it is JSON, which is inert, and cut it would be none."""
    say_document(f"{line}\n")


def _print_change(lines: list[str], put: Callable[[str], None]) -> None:
    for line in lines:
        put(line)
    if lines:
        flush()


def changes(lines: Lines) -> Lines:
    """Give what gives these lines only when something happened: time that goes by is no change, a gate it opens is."""
    before: object = None

    def changed(log: ReplayedLog, now: Moment) -> list[str]:
        nonlocal before
        run = log.run
        assert run is not None
        what = (run.head, log.torn, log.problem, [b.id for b in blockers(run, now)], bool(warnings(run, now)))
        if what == before:
            return []
        before = what
        return lines(log, now)

    return changed
