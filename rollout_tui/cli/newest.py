"""The newest unfinished run, or none: a prompt asks all the time, and has no place for an error."""

from __future__ import annotations

from ..errors import RolloutError
from ..runs.protocols import Runs
from ..runs.replay import ReplayedLog, replayed


def newest_unfinished(runs: Runs) -> ReplayedLog | None:
    """Read the unfinished run that something was recorded in last; None if there is none."""
    try:
        return next((log for log in map(replayed, runs.list(unfinished=True)) if log.unfinished), None)
    except RolloutError:
        # No folder, no run; where it matters, finding the run by name says what is wrong.
        return None
