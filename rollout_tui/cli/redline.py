"""`rollout redline`: let a run follow its plan as the file is now, after showing what that changes and voids."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Damaged, UsageError
from ..people import Actor
from ..plan import toml
from ..plan.diff import difference
from ..run.decide import refusal
from ..run.events import Entry, PlanRedlined
from ..run.intents import Redline
from ..run.plan_change import changes_by, lost, voided
from ..run.state import Run
from ..run.two_people import changed_principals, takes_a_key
from ..runs.now import moment
from ..runs.protocols import RunRef, Runs
from ..runs.replay import replayed
from ..session import Session
from ..settings import own
from ..signing.principals import principals_anew, unread_lines
from .options import add_folder, add_json, add_operator, operator, runs_of
from .output import say, say_json, tell
from .signing import add_signing, signer_of
from .words import receipt, upcoming, warn

FORMAT = "rollout-redline/1"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Let a run follow its plan as the file is now; shows what changes and which sign-offs it voids."
    )
    parser.add_argument("run", metavar="RUN", help="the run's id, a unique beginning of it, or its log's path")
    parser.add_argument("plan", metavar="PLAN", nargs="?", type=Path, help="the plan's file (else the run's own)")
    parser.add_argument("--reason", default="", help="why the plan changed; nothing is recorded without")
    parser.add_argument(
        "--principals",
        action="store_true",
        help="list whose each key is anew, from your signers file, where keys tell people apart",
    )
    parser.add_argument("--dry-run", action="store_true", help="show it and record nothing")
    add_operator(parser)
    add_signing(parser)
    add_folder(parser)
    add_json(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs = runs_of(arguments)
    ref = runs.find(arguments.run)
    if arguments.dry_run:
        return _show(runs, ref, arguments, clock)
    session = Session(runs.open(ref), clock, operator(arguments))
    before = session.run
    asked = _asked(before, arguments, clock)
    if not arguments.json:
        for line in _lines(before, asked):
            say(line)
    warn(session)
    session.sign_as(session.operator, signer_of(arguments, session.operator))
    entry = session.act(replace(asked, reason=arguments.reason))
    if arguments.json:
        say_json(_json(before, asked, entry))
    else:
        say(receipt(session.run, entry))
    tell(f"next: {upcoming(session.run, session.moment())}")
    return 0


def _show(runs: Runs, ref: RunRef, arguments: argparse.Namespace, clock: Clock) -> int:
    """Say what a redline would come to, or why it would be refused; the log is only read."""
    log = replayed(runs.read(ref))
    if log.run is None or log.problem:
        raise Damaged(f"{ref.place} is not to be read whole: {log.problem}", f"rollout verify {ref.place} says more.")
    before = log.run
    asked = _asked(before, arguments, clock)
    if arguments.json:
        say_json(_json(before, asked, None))
    else:
        for line in _lines(before, asked):
            say(line)
    # Whose signature that needs is told by its lines; who would give it was not asked.
    somebody = Actor("", key=next(iter(before.identity.principals), "any"))
    refused = refusal(before, asked, moment(clock), somebody)
    if refused is not None:
        raise refused
    return 0


def _asked(run: Run, arguments: argparse.Namespace, clock: Clock) -> Redline:
    """Read the plan's file and, where that is asked for or begins to matter, whose each key is now."""
    loaded = toml.load(arguments.plan or _own(run))
    listed = principals_anew(run, loaded.plan, own, clock.now(), asked=arguments.principals)
    for mistake in unread_lines(loaded.plan, own) if listed else ():
        tell(mistake)
    # A reason is asked for when there is something to record.
    return Redline(loaded.plan, loaded.text, arguments.reason or "—", loaded.file, listed)


def _own(run: Run) -> Path:
    if not run.plan_file:
        raise UsageError(f"{run.id} names no plan file.", f"Give it: rollout redline {run.id} PLAN --reason WHY")
    return Path(run.plan_file)


def _lines(run: Run, asked: Redline) -> Iterator[str]:
    changes = changes_by(run, asked.plan, asked.principals)
    void = voided(run, asked.plan, asked.principals)
    if not changes:
        return
    yield f"{_count(len(changes), 'change')} of the plan"
    yield from (f"  {each}" for each in changes)
    if counts := takes_a_key(run, asked.plan, asked.principals):
        yield counts
    yield f"Voids {_count(len(void), 'item')}" if void else "Voids nothing."
    for name in void:
        yield f"  {run.sequence.items[name].title}  [{name}]: {lost(run, name)}"


def _json(run: Run, asked: Redline, entry: Entry | None) -> dict[str, Any]:
    recorded = entry.event if entry else None
    # Someone may have signed meanwhile: what counts is what was recorded.
    void = recorded.voided if isinstance(recorded, PlanRedlined) else voided(run, asked.plan, asked.principals)
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
            for each in difference(run.plan, asked.plan)
        ],
        "principals": list(changed_principals(run, asked.principals)),
        "voided": [{"id": each, "title": run.sequence.items[each].title, "had": lost(run, each)} for each in void],
        "recorded": {"event": entry.seq, "hash": entry.hash, "by": entry.stamp.by} if entry else None,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
