"""`rollout resume`: go on with a run, after keeping what a crash left behind it."""

from __future__ import annotations

import argparse

from ..clock import Clock
from ..errors import Damaged, RolloutError
from ..people import Actor
from ..runs.damaged import DamagedStore
from ..runs.now import recovery_stamp
from ..runs.protocols import RunRef, Runs, Store
from ..runs.replay import ReplayedLog, replayed
from ..session import Session
from .options import add_folder, add_operator, has_terminal, is_agreed, need_terminal, operator, runs_of
from .output import say, tell
from .signing import add_signing, signer_at_screen
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
    add_signing(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    runs = runs_of(arguments)
    ref = runs.find(arguments.run, unfinished=True)
    who = operator(arguments)
    try:
        store = runs.open(ref)
        session = Session(store, clock, who)
    except RolloutError:
        # Only a log that nobody can go on with is read a second time.
        log = replayed(runs.read(ref))
        if not log.problem:
            raise
        return _look_at_damage(runs, log, clock, who)
    if store.torn is not None or arguments.recover:
        store.close()
        if not arguments.recover:
            _need_consent(store)
        session = _recovered(runs, ref, clock, who)
    else:
        need_terminal("The screen of a run", f"Without one: rollout status {ref.name}, and act by commands.")
    warn(session)
    if not has_terminal():
        # The log is whole again; a script goes on by commands.
        return 0
    from ..tui import show_run

    signer, asks = signer_at_screen(arguments, who)
    session.sign_as(who, signer)
    return show_run(session, asks_to_sign=asks)


def _look_at_damage(runs: Runs, log: ReplayedLog, clock: Clock, who: Actor) -> int:
    """Show a damaged run up to its damage; whatever comes of it, the log is not what was written."""
    place = log.ref.place
    if log.damage is None:
        # Not to be read at all; opening it says why, with the exit code for that.
        Session(runs.open(log.ref), clock, who)
        raise Damaged(log.problem)
    session = Session(DamagedStore(log), clock, who)
    if not has_terminal():
        hint = f"It is kept as it is. Up to there: rollout status {log.ref.name}. To compare: rollout verify {place}"
        raise Damaged(f"{place} is {log.problem}", hint)
    from ..tui import show_run

    show_run(session)
    tell(f"{place} is {log.problem}")
    return Damaged.exit_code


def _recovered(runs: Runs, ref: RunRef, clock: Clock, who: Actor) -> Session:
    session = Session(runs.recover(ref, recovery_stamp(runs, ref, clock, who)), clock, who)
    say(receipt(session.run, session.entries[-1]))
    return session


def _need_consent(store: Store) -> None:
    torn, ref = store.torn, store.ref
    assert torn is not None
    what = f"{ref.place} ends in an incomplete entry of {torn.size} bytes after event {torn.after}."
    if not has_terminal():
        raise Damaged(what, f"To keep these bytes beside the log and go on: rollout resume {ref.name} --recover")
    tell(what)
    tell("The program that wrote it was stopped in the middle: what it was about to record was not recorded.")
    tell("Going on keeps these bytes in a file beside the log, cuts them off, and records that.")
    if not is_agreed("Go on?"):
        raise Damaged("Left as it is.", f"To look at it: rollout status {ref.name}")
