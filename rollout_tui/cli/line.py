"""A run in one short line, for a shell's prompt or tmux's status line."""

from __future__ import annotations

from ..plan.quantities import format_span
from ..run.gates import blockers, start_blockers
from ..run.moment import Moment
from ..run.next import next_step
from ..run.soak import soak_left
from ..run.state import Run
from ..runs.ranked import ranked
from ..text import one_line
from .output import say_document

_LONGEST = 40

# What red and its end are spelled like, and which character acts in such a place and has to be doubled.
PLACES = {
    "ansi": ("\x1b[31m", "\x1b[0m", ""),
    "bash": ("\x01\x1b[31m\x02", "\x01\x1b[0m\x02", ""),
    "tmux": ("#[fg=red]", "#[default]", "#"),
    "zsh": ("%F{red}", "%f", "%"),
}


# In a prompt that is expanded after the line was put into it, these would run commands.
_EXPANDED = str.maketrans("$`\\", "???")


def print_line(run: Run, now: Moment, place: str | None, problem: str) -> None:
    """Print the line as it is: all that comes from a log is safe in it, and the colour codes have to act."""
    say_document(line(run, now, place, problem) + "\n")


def line(run: Run, now: Moment, place: str | None = None, problem: str = "") -> str:
    """Give name, stage, what comes next or how much blocks, the soak left, and in capitals what is out of the ordinary.

    `problem` is what is wrong with the log. With a `place` the capitals are red, and nothing in the names acts there;
    else there is no colour code.
    """
    marks = _marks(run, now, problem)
    parts = [_text(run.name, place), _text(_where(run, now), place)]
    if marks:
        red, end, _ = PLACES[place] if place else ("", "", "")
        parts.insert(1, f"{red}{marks}{end}")
    return " · ".join(parts)


def _marks(run: Run, now: Moment, problem: str) -> str:
    brief = ranked(run, now, problem).brief
    marks = [brief] if brief else []
    if run.started.emergency and run.closed is None:
        marks.append("EMERGENCY")
    if run.started.rehearsal:
        marks.append("REHEARSAL")
    if run.unknown and "read-only" not in brief:
        marks.append("READ-ONLY")
    return " ".join(marks)


def _where(run: Run, now: Moment) -> str:
    if run.closed is not None:
        return f"{run.closed.outcome}, {len(run.outstanding)} to clean up" if run.outstanding else run.closed.outcome
    stage = one_line(run.stage.title, limit=_LONGEST)
    if run.rollback is not None:
        return stage
    waits = run.stage.phase is not None and not run.is_started(run.stage)
    count = len(start_blockers(run, now) if waits else blockers(run, now))
    parts = [stage, f"{count} blocking" if count else f"next {_next(run, now)}"]
    if run.stage.phase is not None and run.is_started(run.stage) and (left := soak_left(run, run.stage, now)):
        parts.append(f"soak {format_span(left)}")
    return " · ".join(parts)


def _next(run: Run, now: Moment) -> str:
    """What comes next, by its command; in words where there is none."""
    step = next_step(run, now)
    return step.action or one_line(step.text, limit=_LONGEST)


def _text(text: str, place: str | None) -> str:
    shown = one_line(text, limit=3 * _LONGEST).translate(_EXPANDED)
    special = PLACES[place][2] if place else ""
    return shown.replace(special, 2 * special) if special else shown
