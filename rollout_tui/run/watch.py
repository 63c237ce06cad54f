"""The watch that probes keep over a phase: what they saw of its metrics, each look by its own time.

A breach lasts from the first look that saw it to the next fine one. Looks at one metric that lie at most three of its
intervals apart count as one stretch, and so does the soak's beginning with the first of them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from ..frozen import dataclass
from .observation import FAIL, JUDGED, PASS, Sight, is_ahead
from .stretches import ALWAYS, Stretch, length, shared, union, without

Seen = tuple[datetime, datetime, Sight]
"""Looks of one outcome, from when to when."""

# Of what is afterwards not to be known either, it is not asked again.
_SOUGHT = (*JUDGED, "unknown")


@dataclass(frozen=True)
class Watch:
    """What was `seen` of each metric with a probe, in order; `looked` is the newest look at any of them.

    `ill` are the stretches in which something else stopped the soak: a trigger, a rollback, a metric that only people
    read; the one that goes on began at `ill_since`.
    """

    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    ill: tuple[Stretch, ...] = ()
    ill_since: datetime | None = None
    looked: datetime | None = None

    def after(self, metric: str, window: Seen, recorded: datetime, *, afterwards: bool = False) -> Watch:
        """Give the watch after a look at a metric; one that saw nothing is kept where it was sought afterwards.

        What was fine at a time after that of the record was seen by a wrong clock, and does not count when it comes.
        """
        known = self.looked_by(recorded)
        looked = window[1] if known is None else max(known, window[1])
        if window[2] not in (_SOUGHT if afterwards else JUDGED):
            return replace(self, looked=looked)
        windows = list(self.seen.get(metric, ()))
        place = len(windows)
        while place and is_ahead(windows[place - 1][0], recorded):
            place -= 1
        windows[place:] = [each for each in windows[place:] if each[2] != PASS]
        insort(windows, window)
        return replace(self, seen={**self.seen, metric: tuple(windows)}, looked=looked)

    def follow(self, is_ill: bool, at: datetime) -> Watch:
        """Note whether something else stops the soak from now on."""
        if is_ill and self.ill_since is None:
            return replace(self, ill_since=at)
        if not is_ill and self.ill_since is not None:
            return replace(self, ill=(*self.ill, (self.ill_since, max(self.ill_since, at))), ill_since=None)
        return self

    def looked_by(self, now: datetime) -> datetime | None:
        """Give the newest look at any metric; one that lies in the future is none."""
        if self.looked is None or not is_ahead(self.looked, now):
            return self.looked
        found = [self.last_seen(metric, now) for metric in self.seen]
        return max((each for each in found if each is not None), default=None)

    def last_seen(self, metric: str, now: datetime) -> datetime | None:
        """Give when a metric was last seen, well or not."""
        ends = (until for _, until, outcome in self.seen.get(metric, ()) if outcome in JUDGED)
        return max((each for each in ends if not is_ahead(each, now)), default=None)

    def not_asked(self, metric: str, since: datetime, until: datetime, reach: timedelta) -> list[Stretch]:
        """Give where between two times a metric was neither seen, nor sought in its source's history."""
        known = [(since, since), *((start, end) for start, end, _ in self.seen.get(metric, ()))]
        return [each for each in without([(since, until)], union(known, reach)) if each[1] - each[0] > reach]


@dataclass(frozen=True)
class Account:
    """A soak that began at `since`: when every metric was `seen`, when it was `unwell`, and what of it `counts`."""

    since: datetime
    seen: tuple[Stretch, ...]
    unwell: tuple[Stretch, ...]
    counts: tuple[Stretch, ...]

    def counted(self, now: datetime) -> timedelta:
        return length(self.counts, self.since, now)

    def blind(self, until: datetime) -> timedelta:
        """Give how long it was not seen; unwell time is not counted twice."""
        return length(without([(self.since, ALWAYS)], union([*self.seen, *self.unwell])), self.since, until)


def account(watch: Watch, since: datetime, reach: Mapping[str, timedelta], *, restarts: bool) -> Account:
    """Account for a soak, whose metrics are named with how far apart the looks at each may lie."""
    seen: list[Stretch] = [(since, ALWAYS)]
    unwell = [*watch.ill, *([(watch.ill_since, ALWAYS)] if watch.ill_since is not None else [])]
    for metric, apart in reach.items():
        windows = watch.seen.get(metric, ())
        judged = [(start, end) for start, end, outcome in windows if outcome in JUDGED]
        seen = shared(seen, union([(since, since), *judged], apart))
        unwell += _in_breach(windows)
    unwell = [each for each in union(unwell) if each[1] >= since]
    begins = max([since, *(end for _, end in unwell)]) if restarts else since
    counts = without(shared(seen, [(begins, ALWAYS)]), unwell)
    return Account(since, tuple(seen), tuple(unwell), tuple(counts))


def _in_breach(windows: tuple[Seen, ...]) -> list[Stretch]:
    """From the first look that failed to the next that passed; the windows are in order."""
    passed = [(since, until) for since, until, outcome in windows if outcome == PASS]
    found, place, fine = [], 0, None
    for since, until in union((since, until) for since, until, outcome in windows if outcome == FAIL):
        while place < len(passed) and passed[place][0] <= until:
            fine = passed[place][1] if fine is None else max(fine, passed[place][1])
            place += 1
        later = passed[place][0] if place < len(passed) else ALWAYS
        found.append((since, until if fine is not None and fine > until else later))
    return found
