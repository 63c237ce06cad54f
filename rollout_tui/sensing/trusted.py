"""Whether what a run's probes would do was agreed to by the user who is here."""

from __future__ import annotations

from pathlib import Path

from .. import trust
from ..run.state import Run


def asks_of(run: Run) -> trust.Asks:
    """Say what the probes of the plan that a run follows would run, a line for each."""
    return trust.asks(run.plan, Path(run.plan_file).parent)


def is_trusted(run: Run, also: str = "") -> bool:
    """Whether the user trusts that; `also` is the digest of a list that is trusted for this time alone."""
    digest = trust.digest(asks_of(run))
    return digest == also or trust.own().is_trusted(digest)
