"""`rollout resume`: go on with a run, after keeping what a crash left behind it."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import runs
from ..clock import Clock
from ..errors import Damaged, RolloutError
from ..journal.chain import Torn
from ..journal.store import open_store
from ..people import Actor
from ..runs import Listed
from ..session import Session
from .options import add_folder, add_operator, folder, has_terminal, is_agreed, need_terminal, operator
from .output import say, tell
from .words import receipt, warn


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Go on with a run; without a name the newest unfinished."
    parser.add_argument("run", metavar="RUN", nargs="?", help="the run's id, a unique beginning of it, or a path")
    parser.add_argument(
        "--recover",
        action="store_true",
        help="if the log ends in an incomplete entry, keep its bytes beside it and go on",
    )
    add_operator(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    path = runs.find(folder(arguments), arguments.run, unfinished=True)
    who = operator(arguments)
    try:
        store = open_store(path)
        session = runs.session_at(store, clock, who)
    except RolloutError:
        # Only a log that nobody can go on with is read a second time.
        found = runs.read(path)
        if not found.problem:
            raise
        return _look(found, clock, who)
    if store.torn is not None or arguments.recover:
        store.close()
        session = _recovered(path, store.torn, clock, who, agreed=arguments.recover)
    else:
        need_terminal("The screen of a run", f"Without one: rollout status {path.stem}, and act by commands.")
    warn(session)
    if not has_terminal():
        # The log is whole again; a script goes on by commands.
        return 0
    from ..tui import show_run

    return show_run(session)


def _look(found: Listed, clock: Clock, who: Actor) -> int:
    """Show a damaged run up to its damage; whatever comes of it, the log is not what was written."""
    name = found.path.stem
    if found.damage is None:
        # Not to be read at all; opening it says why, with the exit code for that.
        runs.resume(found.path, clock, who)
        raise Damaged(found.problem)
    session = runs.look(found.path, clock, who)
    if not has_terminal():
        hint = f"It is kept as it is. Up to there: rollout status {name}. To compare: rollout verify {found.path}"
        raise Damaged(f"{found.path} is {found.problem}", hint)
    from ..tui import show_run

    show_run(session)
    tell(f"{found.path} is {found.problem}")
    return Damaged.exit_code


def _recovered(path: Path, torn: Torn | None, clock: Clock, who: Actor, *, agreed: bool) -> Session:
    if not agreed:
        assert torn is not None
        _need_consent(path, torn)
    session = runs.recovered(path, clock, who)
    say(receipt(session.run, session.entries[-1]))
    return session


def _need_consent(path: Path, torn: Torn) -> None:
    what = f"{path} ends in an incomplete entry of {torn.size} bytes after event {torn.after}."
    if not has_terminal():
        raise Damaged(what, f"To keep these bytes beside the log and go on: rollout resume {path.stem} --recover")
    tell(what)
    tell("The program that wrote it was stopped in the middle: what it was about to record was not recorded.")
    tell("Going on keeps these bytes in a file beside the log, cuts them off, and records that.")
    if not is_agreed("Go on?"):
        raise Damaged("Left as it is.", f"To look at it: rollout status {path.stem}")
