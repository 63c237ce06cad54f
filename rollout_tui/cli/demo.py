"""`rollout demo`: a real plan that plays itself, for the first minutes: rehearsed, or with probes against a shop."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ..clock import Clock
from ..errors import Refused
from ..people import Actor
from ..plan import toml
from ..plan.toml import LoadedPlan
from ..rehearsal import FIRST, Rehearsal
from ..runs.folder import FolderRuns
from .options import add_operator, need_terminal, operator
from .output import say, tell
from .status_code import ROLLED_BACK_OR_ABORTED

# Where the plan of the demo with probes looks for its two servers.
_PROMETHEUS, _SHOP = "127.0.0.1:9090", "127.0.0.1:8080"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = "Watch a rehearsal of a real plan play itself in about a minute; any key takes it over."
    parser.add_argument(
        "--probes",
        action="store_true",
        help="watch probes see a canary go wrong instead, in about two minutes, against a shop that ends with the demo",
    )
    add_operator(parser)


def run(arguments: argparse.Namespace, clock: Clock) -> int:
    need_terminal("The demo", "Without one: rollout rehearse PLAN prints a rehearsal as a timeline.")
    who = operator(arguments)
    folder = Path(tempfile.mkdtemp(prefix="rollout-demo-"))
    code, log = _with_probes(folder, who, clock) if arguments.probes else _rehearsed(folder, who, clock)
    say(f"The journal of this rehearsal: {log}")
    tell(f"To read it: rollout audit {log}")
    tell("To start a plan of your own: rollout new NAME")
    # Leaving a demo early is no failure, nor is the rollback that it is about.
    return 0 if code in {Refused.exit_code, ROLLED_BACK_OR_ABORTED} else code


def _rehearsed(folder: Path, who: Actor, clock: Clock) -> tuple[int, str]:
    loaded = toml.load(_plan("checkout.toml"))
    rehearsal = Rehearsal(FolderRuns(folder), loaded.plan, loaded.text, clock.now())
    from ..tui import show_demo

    return show_demo(rehearsal, who), rehearsal.session.ref.place


def _with_probes(folder: Path, who: Actor, clock: Clock) -> tuple[int, str]:
    """The run is a rehearsal too, in real time: nothing of it is deployed anywhere."""
    from .. import trust
    from ..demo.started import started
    from ..run.subjects.start_acts import Start
    from ..runs.starting import start_run
    from ..session import Session

    tell("Starting a shop on 127.0.0.1, and what measures it …")
    with started() as service:
        if service.stand_in:
            tell(f"A stand-in answers in place of Prometheus: {service.stand_in}.")
        plan_file = folder / "canary.toml"
        loaded = _written(plan_file, service.prometheus, service.shop)
        asked = Start(rehearsal=True, plan_file=str(plan_file))
        session = Session(start_run(FolderRuns(folder), loaded.plan, loaded.text, asked, clock, FIRST), clock, FIRST)
        from ..tui import show_canary

        # What the demo has written itself it trusts, for this time; what the user trusts is not touched.
        trusts = trust.digest(trust.asks(loaded.plan, folder))
        return show_canary(session, who, service.expose, trusts), session.ref.place


def _written(plan_file: Path, prometheus: str, shop: str) -> LoadedPlan:
    text = _plan("canary.toml").read_text(encoding="utf-8")
    plan_file.write_text(text.replace(_PROMETHEUS, prometheus).replace(_SHOP, shop), encoding="utf-8")
    return toml.load(plan_file)


def _plan(name: str) -> Path:
    """A plan that is played: an installed package has it beside its code, the repository where people read it."""
    packaged = Path(toml.__file__).with_name(name)
    return packaged if packaged.exists() else packaged.parents[2] / "plans" / name
