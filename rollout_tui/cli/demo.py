"""`rollout demo`: a rehearsal of a real plan that plays itself, for the first minute."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ..clock import Clock
from ..errors import Refused
from ..plan import toml
from ..rehearsal import Rehearsal
from ..runs.folder import FolderRuns
from .options import add_operator, need_terminal, operator
from .output import say, tell


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Watch a rehearsal of a real plan play itself in about a minute; any key takes it over."
    add_operator(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    need_terminal("The demo", "Without one: rollout rehearse PLAN prints a rehearsal as a timeline.")
    who = operator(arguments)
    loaded = toml.load(_plan())
    runs = FolderRuns(Path(tempfile.mkdtemp(prefix="rollout-demo-")))
    rehearsal = Rehearsal(runs, loaded.plan, loaded.text, clock.now())
    from ..tui import show_demo

    code = show_demo(rehearsal, who)
    log = rehearsal.session.ref.place
    say(f"The journal of this rehearsal: {log}")
    tell(f"To read it: rollout audit {log}")
    tell("To start a plan of your own: rollout new NAME")
    # Leaving a demo early is no failure.
    return 0 if code == Refused.exit_code else code


def _plan() -> Path:
    """The plan that is played: an installed package has it beside its code, the repository where people read it."""
    packaged = Path(toml.__file__).with_name("checkout.toml")
    return packaged if packaged.exists() else packaged.parents[2] / "plans" / packaged.name
