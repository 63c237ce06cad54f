"""Stretches of time: what two lists of them share, what one has beyond the other, and how long they are together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

Stretch = tuple[datetime, datetime]
"""From when to when; a moment is one without length."""

ALWAYS = datetime.max.replace(tzinfo=UTC)
"""The end of a stretch that goes on."""


def union(stretches: Iterable[Stretch], reach: timedelta = timedelta(0)) -> list[Stretch]:
    """Give them in order, those as one that lie at most `reach` apart."""
    found: list[Stretch] = []
    for since, until in sorted(stretches):
        if found and since - found[-1][1] <= reach:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def shared(first: Sequence[Stretch], second: Sequence[Stretch]) -> list[Stretch]:
    """Give what lies in both; each list is in order, and nothing in it overlaps."""
    found = []
    at = other = 0
    while at < len(first) and other < len(second):
        since, until = max(first[at][0], second[other][0]), min(first[at][1], second[other][1])
        if since < until:
            found.append((since, until))
        if first[at][1] < second[other][1]:
            at += 1
        else:
            other += 1
    return found


def without(first: Sequence[Stretch], second: Sequence[Stretch]) -> list[Stretch]:
    """Give what of the first lies in none of the second; each list is in order, and nothing in it overlaps."""
    found = []
    place = 0
    for since, until in first:
        while place < len(second) and second[place][1] <= since:
            place += 1
        at = place
        while at < len(second) and second[at][0] < until:
            if since < second[at][0]:
                found.append((since, second[at][0]))
            since = min(second[at][1], until)
            at += 1
        if since < until:
            found.append((since, until))
    return found


def length(stretches: Iterable[Stretch], since: datetime, until: datetime) -> timedelta:
    """Give how long they are together between two times."""
    parts = (min(end, until) - max(start, since) for start, end in stretches)
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))
