"""`rollout` without a command: the home screen."""

from __future__ import annotations

import argparse

from ..clock import Clock
from .options import add_folder, add_operator, need_terminal, operator, runs_of
from .signing import add_signing, signer_at_screen


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Open the home screen: plans to start, runs to resume."
    add_operator(parser)
    add_signing(parser)
    add_folder(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    need_terminal("The home screen", "Without one: rollout list, rollout status RUN, or rollout --help.")
    from ..tui import show_home

    who = operator(arguments)
    signer, asks = signer_at_screen(arguments, who)
    return show_home(runs_of(arguments), who, clock, signer, asks_to_sign=asks)
