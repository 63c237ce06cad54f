"""Trust in a run: whether what its probes would do was agreed to by the user who is here, and what there is to ask.

It reads files, of any size and on any disk: no screen waits for it.
"""

from __future__ import annotations

from pathlib import Path

from .. import trust
from ..frozen import dataclass
from ..run.state import Run


@dataclass(frozen=True)
class Untrusted:
    """What would run and was not agreed to; how that differs from what was, and why nothing that was counts."""

    asks: trust.Asks
    difference: trust.Difference | None
    problem: str


def asks_of(run: Run) -> trust.Asks:
    """Say what the probes of the plan that a run follows would run, a line for each."""
    return trust.asks(run.plan, Path(run.plan_file).parent)


def untrusted(run: Run, also: str = "") -> Untrusted | None:
    """Give what the user has to be asked; None where all of it is trusted.

    `also` is the digest of a list that is trusted for this time alone.
    """
    asks = asks_of(run)
    if _is_agreed(asks, also):
        return None
    own = trust.own()
    return Untrusted(asks, own.difference(run.plan_file, asks), own.problem)


def is_trusted(run: Run, also: str = "") -> bool:
    """Whether nobody has to be asked: a loop wants to know that alone, again and again."""
    return _is_agreed(asks_of(run), also)


def _is_agreed(asks: trust.Asks, also: str) -> bool:
    digest = trust.digest(asks)
    return digest == also or trust.own().is_trusted(digest)
