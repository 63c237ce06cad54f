"""The looks behind a sensed reading, and what became of the file in which they were kept beside the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ..errors import Damaged, RolloutError
from ..frozen import dataclass
from ..run.course import Point
from ..run.events import Entry, Observed
from ..run.looks import looks_kept

Evidence = Callable[[str], bytes]
"""Gives a file that was kept, by its SHA-256; RolloutError where it is not there, Damaged where it was altered."""


@dataclass(frozen=True)
class Looks:
    """Where `kept` is `whole` these are the looks; `missing` and `altered` say that nobody can tell any more.

    It is empty where no file of looks was kept: the entry says all that is known.
    """

    kept: Literal["", "whole", "missing", "altered"] = ""
    points: tuple[Point, ...] = ()


def looks(entry: Entry, point: Point, evidence: Evidence) -> Looks:
    """Give the looks that an entry was recorded with; `point` is what it says itself."""
    event = entry.event
    if not entry.extras.evidence or not isinstance(event, Observed):
        return Looks()
    try:
        found = looks_kept(event, point, evidence(entry.extras.evidence))
    except Damaged:
        return Looks("altered")
    except RolloutError:
        return Looks("missing")
    return Looks() if found is None else Looks("whole", found)
