"""`rollout list`: every run in the folder, the newest first."""

from __future__ import annotations

import argparse
from typing import Any

from .. import reading
from ..clock import Clock
from ..reading import Listed
from .options import add_folder, add_json, folder
from .output import say, say_json, tell
from .words import problem, title


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "List every run, the newest first; a broken log with what is wrong."
    parser.add_argument(
        "--unfinished",
        action="store_true",
        help="only what still asks for something: open runs, follow-ups outstanding, broken logs",
    )
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    where = folder(arguments)
    found = [each for each in reading.listed(where) if not arguments.unfinished or _asks_for_something(each)]
    if arguments.json:
        say_json([_json(each) for each in found])
        return 0
    if not found:
        tell(f"There is no {'unfinished ' if arguments.unfinished else ''}run in {where}.")
    widest = max((len(each.path.stem) for each in found), default=0)
    for each in found:
        say(f"{each.path.stem:<{widest}}  {_words(each)}")
    return 0


def _asks_for_something(listed: Listed) -> bool:
    return listed.unfinished or bool(problem(listed)) or bool(listed.run and listed.run.outstanding)


def _words(listed: Listed) -> str:
    run = listed.run
    wrong = problem(listed)
    if run is None:
        return f"broken: {wrong}"
    parts = [f"{_condition(listed):<11}", f"{listed.entries[-1].stamp.at:%Y-%m-%d %H:%M}Z", title(run)]
    if run.closed is None:
        parts.append(f"in {run.stage.title}{', held' if run.held else ''}")
    elif run.outstanding:
        closed, steps = run.closed, len(run.outstanding)
        count = f"{steps} cleanup step{'s' if steps > 1 else ''} outstanding"
        parts.append(f"{count}: {closed.follow_up_owner} by {closed.follow_up_date} ({closed.follow_up_ticket})")
    return "  ".join([*parts, wrong] if wrong else parts)


def _condition(listed: Listed) -> str:
    """Say in one word how a run stands, for the column and for scripts."""
    run = listed.run
    if run is None or listed.problem:
        return "broken"
    if run.closed is not None:
        return run.closed.outcome
    return "rollback" if run.rollback is not None else "open"


def _json(listed: Listed) -> dict[str, Any]:
    run = listed.run
    described: dict[str, Any] = {
        "run": listed.path.stem,
        "path": str(listed.path),
        "condition": _condition(listed),
        "problem": problem(listed) or None,
    }
    if run is None:
        return described
    closed = run.closed
    follow_up = {
        "steps": [item.id for item in run.outstanding],
        "owner": closed.follow_up_owner if closed else "",
        "date": closed.follow_up_date if closed else "",
        "ticket": closed.follow_up_ticket if closed else "",
    }
    return described | {
        "name": run.name,
        "plan": run.plan.header.name,
        "rehearsal": run.started.rehearsal,
        "emergency": run.emergency,
        "outcome": closed.outcome if closed else None,
        "stage": run.stage.id,
        "held": run.held is not None,
        "started": run.stamp.at.isoformat(timespec="milliseconds"),
        "last": listed.entries[-1].stamp.at.isoformat(timespec="milliseconds"),
        "seq": run.seq,
        "head": run.head,
        "follow_up": follow_up if run.outstanding else None,
    }
