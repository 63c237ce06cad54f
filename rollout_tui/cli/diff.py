"""`rollout diff`: two runs of one plan side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ..clock import Clock
from ..errors import Damaged
from ..plan.quantities import format_span
from ..report.json_values import iso, seconds
from ..run.diff import RunDiff, RunLog, compare
from ..runs.replay import ReplayedLog, replayed
from .options import add_folder, add_json, runs_of
from .output import say, say_json, tell
from .words import problem, title

FORMAT = "rollout-diff/1"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Compare two runs of one plan: what was done differently, and how long each took."
    for place, which in (("first", "A"), ("second", "B")):
        parser.add_argument(place, metavar="RUN", help=f"run {which}: its id, a unique beginning of it, or a path")
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    runs = runs_of(arguments)
    logs = [replayed(runs.read(runs.find(name))) for name in (arguments.first, arguments.second)]
    first, second = (_run_log(log) for log in logs)
    diff = compare(first, second)
    if arguments.json:
        say_json(_json(first, second, diff))
    else:
        for line in _lines(first, second, diff):
            say(line)
    for log in logs:
        if problem(log):
            tell(f"{log.ref.place} {problem(log)}: compared as far as it goes.")
    return Damaged.exit_code if any(log.problem for log in logs) else 0


def _run_log(log: ReplayedLog) -> RunLog:
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {log.ref.place} says more.")
    return RunLog(log.run, log.entries)


def _lines(first: RunLog, second: RunLog, diff: RunDiff) -> Iterator[str]:
    for letter, run_log in (("A", first), ("B", second)):
        run, start = run_log.run, run_log.run.stamp
        yield f"{letter}  {run.id}  {title(run.started)}, started {start.at:%Y-%m-%d %H:%M}Z by {start.by}"
    if not diff.same_plan:
        yield "They followed different plans: items that only one of them has are told as such."
    rows = [("Took", "A", "B", "B − A")]
    rows += [(t.what, _span(t.first), _span(t.second), _change(t.first, t.second)) for t in diff.took]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True)]
        yield "  ".join([*cells, row[3]]).rstrip()
    if not diff.differences:
        yield "Nothing was done differently."
        return
    yield f"Done differently ({len(diff.differences)})"
    for each in diff.differences:
        yield f"{each.stage}: {each.subject}"
        yield f"  A  {each.first}"
        yield f"  B  {each.second}"


def _span(took: timedelta | None) -> str:
    return "—" if took is None else format_span(took)


def _change(first: timedelta | None, second: timedelta | None) -> str:
    if first is None or second is None:
        return ""
    if first == second:
        return "±0"
    return f"+{format_span(second - first)}" if second > first else f"−{format_span(first - second)}"


def _json(first: RunLog, second: RunLog, diff: RunDiff) -> dict[str, Any]:
    """Give the diff as plain values; spans in seconds, times in UTC."""
    return {
        "format": FORMAT,
        "runs": [
            {
                "run": run_log.run.id,
                "name": run_log.run.name,
                "outcome": run_log.run.closed.outcome if run_log.run.closed else None,
                "started": iso(run_log.run.stamp.at),
                "head": run_log.run.head,
            }
            for run_log in (first, second)
        ],
        "same_plan": diff.same_plan,
        "took": [{"what": t.what, "seconds": [seconds(t.first), seconds(t.second)]} for t in diff.took],
        "differences": [{"stage": d.stage, "subject": d.subject, "was": [d.first, d.second]} for d in diff.differences],
    }
