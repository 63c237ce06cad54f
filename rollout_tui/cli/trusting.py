"""What the commands that run something ask of trust: `--trust`, and a refusal that says what to do."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import Refused
from ..plan.model import Plan
from ..trust import asks, digest, own


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", metavar="SHA256", help="what may run, for this once: the sha256:… that rollout trust shows (for CI)"
    )


def need_trusted(plan: Plan, folder: Path, trust: str | None, named: str) -> str:
    """Refuse unless what the plan's probes would run is trusted, by the user or by `--trust`; gives its digest.

    `named` is the plan or run as the user called it. What would run is read from disk each time: who goes on for long
    asks again, since a script may be another by then.
    """
    name = digest(asks(plan, folder))
    if trust == name:
        return name
    shows = f"rollout trust {named} shows what would run"
    if trust is not None:
        raise Refused(f"What {named} would run is not what --trust names.", f"It is {name}. {shows}.")
    trusted = own()
    if trusted.is_trusted(name):
        return name
    why = f" {trusted.problem}." if trusted.problem else ""
    raise Refused(
        f"Nothing of {named} runs before you have trusted what it would run.{why}",
        f"{shows} and asks; a script names it: --trust {name}",
    )
