"""`rollout redline`: let a run follow its plan as the file is now, after showing what that changes and voids."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Damaged, UsageError
from ..people import Actor
from ..plan import toml
from ..plan.diff import difference
from ..plan.model import Plan
from ..run.decide import refusal
from ..run.events import Entry, PlanRedlined
from ..run.intents import Redline
from ..run.plan_change import lost, voided
from ..run.state import Run
from ..runs.now import moment
from ..runs.protocols import RunRef, Runs
from ..runs.replay import replayed
from ..session import Session
from .options import add_folder, add_json, add_operator, operator, runs_of
from .output import say, say_json, tell
from .words import receipt, upcoming, warn

FORMAT = "rollout-redline/1"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let a run follow its plan as the file is now; shows what changes and which sign-offs it voids."
    )
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    parser.add_argument("plan", metavar="PLAN", nargs="?", type=Path, help="the plan's file (else the run's own)")
    parser.add_argument("--reason", default="", help="why the plan changed; nothing is recorded without")
    parser.add_argument("--dry-run", action="store_true", help="show it and record nothing")
    add_operator(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs = runs_of(arguments)
    ref = runs.find(arguments.run)
    if arguments.dry_run:
        return _show(runs, ref, arguments, clock)
    session = Session(runs.open(ref), clock, operator(arguments))
    before, loaded = session.run, toml.load(arguments.plan or _own(session.run))
    if not arguments.json:
        for line in _lines(before, loaded.plan):
            say(line)
    warn(session)
    entry = session.act(Redline(loaded.plan, loaded.text, arguments.reason, loaded.file))
    if arguments.json:
        say_json(_json(before, loaded.plan, entry))
    else:
        say(receipt(session.run, entry))
    tell(f"next: {upcoming(session.run, session.moment())}")
    return 0


def _show(runs: Runs, ref: RunRef, arguments: argparse.Namespace, clock: Clock) -> int:
    """Say what a redline would come to, or why it would be refused; the log is only read."""
    log = replayed(runs.read(ref))
    if log.run is None or log.problem:
        raise Damaged(f"{ref.place} is not to be read whole: {log.problem}", f"rollout verify {ref.place} says more.")
    before, loaded = log.run, toml.load(arguments.plan or _own(log.run))
    if arguments.json:
        say_json(_json(before, loaded.plan, None))
    else:
        for line in _lines(before, loaded.plan):
            say(line)
    # A reason is asked for when there is something to record.
    asked = Redline(loaded.plan, loaded.text, arguments.reason or "—", loaded.file)
    refused = refusal(before, asked, moment(clock), Actor(""))
    if refused is not None:
        raise refused
    return 0


def _own(run: Run) -> Path:
    if not run.plan_file:
        raise UsageError(f"{run.id} names no plan file.", f"Give it: rollout redline {run.id} PLAN --reason WHY")
    return Path(run.plan_file)


def _lines(run: Run, plan: Plan) -> Iterator[str]:
    changes, void = difference(run.plan, plan), voided(run, plan)
    if not changes:
        return
    yield f"{_count(len(changes), 'change')} of the plan"
    yield from (f"  {each.words}" for each in changes)
    yield f"Voids {_count(len(void), 'item')}" if void else "Voids nothing."
    for name in void:
        yield f"  {run.sequence.items[name].title}  [{name}]: {lost(run, name)}"


def _json(run: Run, plan: Plan, entry: Entry | None) -> dict[str, Any]:
    recorded = entry.event if entry else None
    # Someone may have signed meanwhile: what counts is what was recorded.
    void = recorded.voided if isinstance(recorded, PlanRedlined) else voided(run, plan)
    return {
        "format": FORMAT,
        "run": run.id,
        "changes": [
            {
                "section": each.section,
                "what": each.what or None,
                "kind": each.kind,
                "field": each.field or None,
                "before": each.before or None,
                "after": each.after or None,
                "words": each.words,
            }
            for each in difference(run.plan, plan)
        ],
        "voided": [{"id": each, "title": run.sequence.items[each].title, "had": lost(run, each)} for each in void],
        "recorded": {"event": entry.seq, "hash": entry.hash, "by": entry.stamp.by} if entry else None,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
