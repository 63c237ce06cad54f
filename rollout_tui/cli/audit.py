"""`rollout audit`: read a saved log on screen."""

from __future__ import annotations

import argparse

from .. import runs
from ..clock import Clock
from ..errors import Damaged
from .options import add_folder, folder, need_terminal


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Read a saved log on screen: findings first, then everything that happened."
    parser.add_argument("run", metavar="RUN", nargs="?", help="its id, a unique beginning, or a path (else the newest)")
    add_folder(parser)


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    path = runs.find(folder(arguments), arguments.run)
    need_terminal("The audit", f"Without one: rollout report {path.stem}, or rollout verify {path}.")
    log = runs.read(path)
    if log.run is None:
        raise Damaged(log.problem, f"rollout verify {path} says more.")
    from ..tui import show_audit

    return show_audit(log, runs.verified(path))
