"""What the commands that run something ask of trust: `--trust`, and a refusal that says what to do."""

from __future__ import annotations

import argparse

from ..errors import Refused
from ..run.state import Run
from ..sensing.trusted import asks_of, untrusted
from ..trust import digest


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", metavar="SHA256", help="what may run, for this once: the sha256:… that rollout trust shows (for CI)"
    )


def need_trusted(run: Run, named: str | None) -> None:
    """Refuse unless what a run's probes would run is trusted, by the user or, with `named`, as that alone.

    What would run is looked up on disk each time: who goes on for long asks again, since it may be another by then.
    """
    shows = f"rollout trust {run.id} shows what would run"
    name = digest(asks_of(run))
    if named not in {None, name}:
        raise Refused(f"What {run.id} would run is not what --trust names.", f"It is {name}. {shows}.")
    if (found := untrusted(run, named or "")) is not None:
        why = f" {found.problem}." if found.problem else ""
        raise Refused(
            f"Nothing of {run.id} runs before you have trusted what it would run.{why}",
            f"{shows} and asks; a script names it: --trust {name}",
        )
