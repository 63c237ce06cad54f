"""`rollout list`: every run in the folder, the newest first."""

from __future__ import annotations

import argparse
from typing import Any

from ..clock import Clock
from ..run.condition import CALM, Condition
from ..run.moment import Moment
from ..runs.listing import Summary, summary, summary_of
from ..runs.now import moment
from ..runs.ranked import ranked
from ..runs.replay import replayed
from .options import add_folder, add_json, runs_of
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


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs, now = runs_of(arguments), moment(clock)
    if arguments.json:
        # Scripts are told what only the plan and the whole run say.
        logs = (summary_of(replayed(log)) for log in runs.list())
        say_json([_json(log, now) for log in logs if not arguments.unfinished or _asks_for_something(log)])
        return 0
    widest = max((len(ref.name) for ref in runs.refs()), default=0)
    found = False
    for log in map(summary, runs.list()):
        if not arguments.unfinished or _asks_for_something(log):
            found = True
            say(f"{log.ref.name:<{widest}}  {_words(log, now)}")
    if not found:
        tell(f"There is no {'unfinished ' if arguments.unfinished else ''}run in {runs.where}.")
    return 0


def _asks_for_something(log: Summary) -> bool:
    return log.unfinished or bool(problem(log)) or bool(log.run and log.run.outstanding)


def _words(log: Summary, now: Moment) -> str:
    run, closed, wrong = log.run, log.closed, problem(log)
    if log.started is None or log.last is None:
        return f"broken: {wrong}"
    found = _condition(log, now)
    parts = [f"{_word(log, found):<11}", f"{log.last.at:%Y-%m-%d %H:%M}Z", title(log.started)]
    if run is not None and closed is None:
        parts.append(f"in {run.stage.title}{f': {found.text}' if found.text else ''}")
    elif run is not None and closed is not None and run.outstanding:
        steps = len(run.outstanding)
        count = f"{steps} cleanup step{'s' if steps > 1 else ''} outstanding"
        parts.append(f"{count}: {closed.follow_up_owner} by {closed.follow_up_date} ({closed.follow_up_ticket})")
    return "  ".join([*parts, wrong] if wrong else parts)


def _condition(log: Summary, now: Moment) -> Condition:
    return CALM if log.run is None or log.problem else ranked(log.run, now)


def _word(log: Summary, found: Condition) -> str:
    """Say in one word how a run stands, for the column and for scripts: its outcome, or the rank of its condition."""
    if log.started is None or log.problem:
        return "broken"
    return log.closed.outcome if log.closed is not None else str(found.rank)


def _json(log: Summary, now: Moment) -> dict[str, Any]:
    run, found = log.run, _condition(log, now)
    described: dict[str, Any] = {
        "run": log.ref.name,
        "path": log.ref.place,
        "condition": _word(log, found),
        "wrong": found.text or None,
        "problem": problem(log) or None,
    }
    if run is None or log.last is None:
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
        "last": log.last.at.isoformat(timespec="milliseconds"),
        "seq": run.seq,
        "head": run.head,
        "follow_up": follow_up if run.outstanding else None,
    }
