"""The looks behind a sensed reading: those of its window that were kept beside the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ..errors import Damaged, RolloutError
from ..frozen import dataclass
from ..run import samples
from ..run.course import Point, looks_of
from ..run.events import Entry, Observed

Evidence = Callable[[str], bytes]
"""Gives a file that was kept, by its SHA-256; RolloutError where it is not there, Damaged where it was altered."""


@dataclass(frozen=True)
class Looks:
    """Where `kept` is `whole` these are the looks; `missing` and `altered` say that nobody can tell any more.

    It is empty where no file of looks was kept: the entry says all that is known.
    """

    kept: Literal["", "whole", "missing", "altered"] = ""
    points: tuple[Point, ...] = ()


NONE_KEPT = Looks()


def looks(entry: Entry, point: Point, evidence: Evidence) -> Looks:
    """Give the looks that an entry was recorded with, between the times that it says; `point` is what it says."""
    event = entry.event
    if not entry.extras.evidence or not isinstance(event, Observed):
        return NONE_KEPT
    try:
        window = samples.read(evidence(entry.extras.evidence))
    except Damaged:
        return Looks("altered")
    except RolloutError:
        return Looks("missing")
    if window is None or (window.subject, window.stage) != (event.subject, event.stage):
        return NONE_KEPT
    found = looks_of(window, afterwards=point.afterwards)
    return Looks("whole", tuple(each for each in found if point.since <= each.since <= point.until))
