"""The newest unfinished run of a folder, or none: a prompt asks all the time, and has no place for an error."""

from __future__ import annotations

from pathlib import Path

from ..errors import RolloutError
from ..reading import Listed, unfinished


def newest_unfinished(folder: Path) -> Listed | None:
    """Read the unfinished run that something was recorded in last; None if there is none."""
    try:
        return next(iter(unfinished(folder)), None)
    except RolloutError:
        # No folder, no run; where it matters, finding the run by name says what is wrong.
        return None
