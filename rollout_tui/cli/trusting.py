"""What the commands that run something ask of trust: `--trust`, and a refusal that says what to do."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..clock import Clock
from ..errors import Refused
from ..run.events import Entry
from ..run.state import Run
from ..sensing.trusted import asks_of, untrusted
from ..signing.vouching import Vouch
from ..trust import digest
from .output import tell


def add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust", metavar="SHA256", help="what may run, for this once: the sha256:… that rollout trust shows (for CI)"
    )


def vouch_of(clock: Clock) -> Vouch | None:
    """Give what tells whose signature lets a plan's probes run, where the user wants one to."""
    from ..settings import own
    from ..signing.configured import vouching

    settings = own()
    for mistake in settings.mistakes:
        tell(mistake)
    return vouching(settings, clock.now)


def need_trusted(run: Run, entries: Sequence[Entry], named: str | None, vouch: Vouch | None = None) -> None:
    """Refuse unless what a run's probes would run is trusted: by the user, by a signature, or as what is named alone.

    What would run is looked up on disk each time: who goes on for long asks again, since it may be another by then.
    """
    shows = f"rollout trust {run.id} shows what would run"
    name = digest(asks_of(run))
    if named not in {None, name}:
        raise Refused(f"What {run.id} would run is not what --trust names.", f"It is {name}. {shows}.")
    if (found := untrusted(run, entries, named or "", vouch)) is not None:
        why = (f" {found.problem}." if found.problem else "") + (f" {found.unvouched}" if found.unvouched else "")
        raise Refused(
            f"Nothing of {run.id} runs before you have trusted what it would run.{why}",
            f"{shows} and asks; a script names it: --trust {name}",
        )
