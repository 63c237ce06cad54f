"""`rollout redline`: let a run follow its plan as the file is now, after showing what that changes and voids."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import runs
from ..clock import Clock
from ..errors import UsageError
from ..plan import toml
from ..plan.diff import Change, difference
from ..run.decisions import refusal
from ..run.events import Entry
from ..run.intents import Redline
from ..run.redline import lost, voided
from ..run.state import Run
from .options import add_folder, add_json, add_operator, folder, operator
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
    session = runs.resume(runs.find(folder(arguments), arguments.run), clock, operator(arguments))
    loaded = toml.load(arguments.plan or _own(session.run))
    before = session.run
    changes, void = difference(before.plan, loaded.plan), voided(before, loaded.plan)
    if changes and not arguments.json:
        for line in _lines(before, changes, void):
            say(line)
    asked = Redline(loaded.plan, loaded.text, arguments.reason, loaded.file)
    if arguments.dry_run:
        # A reason is asked for when there is something to record.
        asked = replace(asked, reason=arguments.reason or "—")
        refused = refusal(before, asked, session.moment(), session.operator.name)
        if arguments.json:
            say_json(_json(before, changes, void, None))
        if refused is not None:
            raise refused
        return 0
    warn(session)
    entry = session.act(asked)
    if arguments.json:
        say_json(_json(before, changes, void, entry))
    else:
        say(receipt(session.run, entry))
    tell(f"next: {upcoming(session.run, session.moment())}")
    return 0


def _own(run: Run) -> Path:
    if not run.plan_file:
        raise UsageError(f"{run.id} names no plan file.", f"Give it: rollout redline {run.id} PLAN --reason WHY")
    return Path(run.plan_file)


def _lines(run: Run, changes: tuple[Change, ...], void: tuple[str, ...]) -> Iterator[str]:
    yield f"{_count(len(changes), 'change')} of the plan"
    yield from (f"  {each.words}" for each in changes)
    yield f"Voids {_count(len(void), 'item')}" if void else "Voids nothing."
    for name in void:
        yield f"  {run.sequence.items[name].title}  [{name}]: {lost(run, name)}"


def _json(run: Run, changes: tuple[Change, ...], void: tuple[str, ...], entry: Entry | None) -> dict[str, Any]:
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
            for each in changes
        ],
        "voided": [{"id": each, "title": run.sequence.items[each].title, "had": lost(run, each)} for each in void],
        "recorded": {"event": entry.seq, "hash": entry.hash, "by": entry.stamp.by} if entry else None,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
