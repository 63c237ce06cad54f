"""`rollout audit`: read a saved log on screen."""

from __future__ import annotations

import argparse

from ..clock import Clock
from ..errors import Damaged
from ..runs.replay import replayed
from .options import add_folder, need_terminal, runs_of
from .verifying import add_verifier, files_of


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Read a saved log on screen: findings first, then everything that happened."
    parser.add_argument("run", metavar="RUN", nargs="?", help="its id, a unique beginning, or a path (else the newest)")
    add_verifier(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    runs = runs_of(arguments)
    ref = runs.find(arguments.run)
    need_terminal("The audit", f"Without one: rollout report {ref.name}, or rollout verify {ref.place}.")
    log = replayed(runs.read(ref))
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {ref.place} says more.")
    from ..tui import show_audit

    return show_audit(log, runs.verify(ref, None, *files_of(arguments)))
