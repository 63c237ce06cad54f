"""`rollout run`: start a run of a plan, and open its screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..clock import Clock
from ..plan import toml
from ..run.subjects.start_acts import Start, UnfinishedRun
from ..runs.starting import start_run
from ..session import Session
from ..settings import own
from ..signing.principals import principals, unread_lines
from .options import add_folder, add_operator, is_agreed, need_terminal, operator, runs_of
from .output import say, tell
from .signing import add_signing, signer_of
from .words import second_attempt, upcoming, warn


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Start a run of a plan."
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan's file")
    parser.add_argument("--rehearsal", action="store_true", help="mark the run as a rehearsal")
    parser.add_argument("--emergency", action="store_true", help="let one person go on alone (needs --reason)")
    parser.add_argument(
        "--override", metavar="RULE", nargs="+", action="extend", default=[], help="rules to go past (needs --reason)"
    )
    parser.add_argument("--reason", default="", help="why, where the start needs a reason")
    parser.add_argument("--after", metavar="RUN", default="", help="the closed run that this is another attempt at")
    parser.add_argument("--detach", action="store_true", help="open no screen, print the run's id")
    add_operator(parser)
    add_signing(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    if not arguments.detach:
        need_terminal("The screen of a run", "Start it without: rollout run PLAN --detach, then act by commands.")
    who = operator(arguments)
    loaded = toml.load(arguments.plan)
    asked = Start(
        rehearsal=arguments.rehearsal,
        emergency=arguments.emergency,
        override=tuple(arguments.override),
        reason=arguments.reason,
        after=arguments.after,
        plan_file=loaded.file,
        principals=principals(loaded.plan, own, clock.now()),
    )
    for mistake in unread_lines(loaded.plan, own):
        tell(mistake)
    runs, signer = runs_of(arguments), signer_of(arguments, who)
    try:
        store = start_run(runs, loaded.plan, loaded.text, asked, clock, who, signer)
    except UnfinishedRun as refusal:
        if arguments.detach or not refusal.runs:
            raise
        tell(str(refusal))
        if not is_agreed(f"Resume {refusal.runs[0]} instead?"):
            return refusal.exit_code
        store = runs.open(runs.find(refusal.runs[0]))
    session = Session(store, clock, who, signer)
    warn(session)
    identity = session.run.identity
    if identity.rule == "signed" and not identity.principals:
        tell("Warning: no signers file says whose each key is, so that who has two of them can pass for two people.")
    for line in second_attempt(session.run):
        tell(line)
    if not arguments.detach:
        from ..tui import show_run

        return show_run(session)
    say(session.run.id)
    tell(f"next: {upcoming(session.run, session.moment())}")
    return 0
