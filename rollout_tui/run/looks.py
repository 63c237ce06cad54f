"""The looks behind a sensed reading, as points of its metric's course."""

from __future__ import annotations

from collections.abc import Iterable

from . import samples
from .course import Point
from .observation import FAIL, JUDGED
from .samples import Sample
from .subjects.observations import Observed


def looks_of(found: Iterable[Sample], *, afterwards: bool = False) -> tuple[Point, ...]:
    """Give each look as it was judged then."""
    return tuple(
        Point(each.at, each.at, each.value if each.outcome in JUDGED else None, each.outcome == FAIL, afterwards)
        for each in found
    )


def looks_kept(event: Observed, point: Point, kept: bytes) -> tuple[Point, ...] | None:
    """Read the looks of a window, between the times that its entry says; None where the bytes are none of it."""
    window = samples.read(kept)
    if window is None or (window.subject, window.stage) != (event.subject, event.stage):
        return None
    found = looks_of(window.looks, afterwards=point.afterwards)
    return tuple(each for each in found if point.since <= each.since <= point.until)


def with_looks(point: Point, looks: tuple[Point, ...]) -> tuple[Point, ...]:
    """Give the looks and what their entry says itself: no file hides what is recorded."""
    return (*looks, Point(point.until, point.until, point.value, point.breach, point.afterwards))


def without_looks(point: Point) -> tuple[Point, ...]:
    """Give what is known of a window whose looks are missing or altered: nothing was seen."""
    return (Point(point.since, point.until, None),)
