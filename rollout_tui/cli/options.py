"""Arguments as several commands take them, and what they stand for."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..errors import UsageError
from ..text import safe

if TYPE_CHECKING:
    from ..people import Actor
    from ..runs.protocols import Runs


_WIDTH = 100


class _Formatter(argparse.HelpFormatter):
    """argparse makes one for each argument; asking for the width here keeps it from importing all of `shutil`."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns - 2
        except OSError:
            width = _WIDTH
        super().__init__(prog, width=min(width, _WIDTH))


class Parser(argparse.ArgumentParser):
    """A command's parser; a mistake in its arguments is an error as every other."""

    def __init__(self, program: str) -> None:
        # An abbreviation that a script uses would break when another option begins alike.
        super().__init__(program, allow_abbrev=False, formatter_class=_Formatter)

    def error(self, message: str) -> NoReturn:
        raise UsageError(safe(message[:1].upper() + message[1:] + "."), f"{self.prog} --help tells its arguments.")


def add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", metavar="DIR", help="the folder of runs (else ROLLOUT_RUNS, else ./runs)")


def add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="operator", metavar="NAME", help="who acts (else ROLLOUT_OPERATOR, else git)")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def runs_of(arguments: argparse.Namespace) -> Runs:
    """Give the place of runs: the folder of `--runs`, else of ROLLOUT_RUNS, else ./runs."""
    from ..runs.folder import FolderRuns

    return FolderRuns(Path(arguments.runs or os.environ.get("ROLLOUT_RUNS") or "runs"))


def operator(arguments: argparse.Namespace) -> Actor:
    # It asks the machine for its name and git for the user's, which not every command needs.
    from ..identity import identify

    return identify(arguments.operator, os.environ)


def claimed_time(text: str | None, now: datetime) -> datetime | None:
    """Read when something happened; on a terminal ask about what is long ago, elsewhere want its date."""
    if text is None:
        return None
    from ..run.happened import in_full, is_long_ago, is_time_of_day, read_claimed

    at = read_claimed(text, now)
    if not is_long_ago(at, now):
        return at
    said = in_full(at, now)
    if has_terminal():
        if not is_agreed(f"It happened {said}?"):
            raise UsageError("Nothing was recorded.", "Give the time with its date: 2026-03-04T14:02:00Z.")
    elif is_time_of_day(text):
        raise UsageError(f"{text.strip()} would be {said}.", f"If that is meant, give its date: {at:%Y-%m-%dT%H:%M}Z.")
    return at


def need_terminal(what: str, instead: str) -> None:
    """Refuse to open a screen without a terminal, and name the command to use instead."""
    if not has_terminal():
        raise UsageError(f"{what} needs a terminal, and this is none.", instead)


def has_terminal() -> bool:
    return prints_on_terminal() and sys.stdin is not None and sys.stdin.isatty()


def prints_on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def is_agreed(question: str) -> bool:
    """Ask on the terminal; only a yes is one."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
