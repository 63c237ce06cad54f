"""A look back: what a probe would have seen at each step of a time when nobody looked, by its source's own history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from math import ceil, floor
from pathlib import Path

from ..plan.probe import Probe, Source
from ..plan.quantities import Comparison
from .api import Server, Vector
from .deadline import Deadline
from .judge import Judge, judge_of
from .outcome import Evidence, Look, Outcome, Unseen
from .prometheus import AGE, COUNTED, check_age, check_samples, counted, oldest, one_value, samples_query, stamps
from .promql import newest, reach, selectors
from .secret import Missing, Secrets

_MINUTE = 60_000
_NOTHING = Vector((), (), None)


def look_back(
    probe: Probe,
    sources: Mapping[str, Source],
    threshold: Comparison | None,
    since: datetime,
    until: datetime,
    *,
    folder: Path,
    environ: Mapping[str, str],
    now: datetime,
    max_age: timedelta | None = None,
) -> tuple[Look, ...] | None:
    """Give a look for each step (`every`, at least 1 s) from `since` to `until`, both included; None without a history.

    Steps are the whole multiples of `every` since 1970, so that any two looks back agree; none is after `now`. Each is
    judged as `look` would have then: where the source has no value it is unknown. A look's `at` is its step.

    Where the source can't be asked, or its answer may not be whole, there is one look alone that says why, at `now`:
    of all that was to be seen nothing is. Each request has the probe's whole deadline.
    """
    if probe.kind != "prometheus":
        return None
    evidence = Evidence(probe.query, Secrets(environ))
    moments = _moments(probe, since, min(until, now))
    try:
        judge = judge_of(probe, threshold)
        assert judge
        if not moments:
            return ()
        deadline = Deadline(probe.deadline.value.total_seconds())
        past = _Past(Server(probe.source, sources, folder, evidence, deadline), probe, judge, moments, max_age)
    except Missing as missing:
        return (evidence.look(Outcome.ERROR, str(missing), now),)
    except Unseen as unseen:
        return (evidence.look(unseen.outcome, unseen.reason, now),)
    # All share the texts of one answer.
    same = evidence.look(Outcome.PASS, "", now)
    return tuple(past.look(moment, same, evidence) for moment in moments)


def _moments(probe: Probe, since: datetime, until: datetime) -> range:
    """Give the steps in milliseconds since 1970."""
    step = max(1, round(probe.every.value.total_seconds())) * 1000
    first = ceil(since.timestamp() * 1000 / step) * step
    return range(first, floor(until.timestamp() * 1000) + 1, step)


class _Past:
    """What a source tells of each moment: the values, the times of the samples under them, and how many there were."""

    def __init__(self, server: Server, probe: Probe, judge: Judge, moments: range, max_age: timedelta | None) -> None:
        self._probe, self._judge, self._max_age = probe, judge, max_age
        self._values = server.query_range(probe.query, moments)
        found = selectors(probe.query, probe.samples)
        self._stamps = None if max_age is None or not found else dict(_last_stamps(server, probe, found, moments))
        query = samples_query(probe)
        self._counts = server.query_range(query, moments, COUNTED) if query else None

    def look(self, moment: int, same: Look, evidence: Evidence) -> Look:
        outcome, reason = Outcome.PASS, ""
        at = datetime.fromtimestamp(moment / 1000, UTC)
        value = sampled = samples = None
        try:
            seen = one_value(self._values.get(moment, _NOTHING), self._probe)
            if self._stamps is not None and self._max_age is not None:
                sampled = oldest(self._stamps.get(moment, ()))
                check_age(sampled, at, self._max_age)
            if self._counts is not None:
                samples = counted(self._counts.get(moment, _NOTHING))
                check_samples(samples, self._probe)
            value = seen
            if not self._judge.takes(value):
                outcome, reason = Outcome.FAIL, self._judge.words(value)
        except Unseen as unseen:
            outcome, reason = unseen.outcome, evidence.said(unseen.reason)
        return replace(same, outcome=outcome, value=value, reason=reason, at=at, sampled=sampled, samples=samples)


def _last_stamps(
    server: Server, probe: Probe, found: tuple[str, ...], moments: range
) -> Iterator[tuple[int, tuple[datetime, ...]]]:
    """Tell for each moment the newest sample of each selector, for as long as what is gone still counts in a query.

    They are asked for at least each minute, so that one which went between two steps has its time.
    """
    back = reach(probe.query, probe.samples) * 1000
    fine = moments.step // next(parts for parts in count(ceil(moments.step / _MINUTE)) if moments.step % parts == 0)
    times = range(moments[0] - ceil(back / fine) * fine, moments[-1] + 1, fine)
    told = server.query_range(newest(found), times, AGE)
    last: dict[str, tuple[int, datetime]] = {}
    for time in times:
        last |= {place: (time, stamp) for place, stamp in stamps(told.get(time, _NOTHING)).items()}
        if time in moments:
            yield time, tuple(stamp for seen, stamp in last.values() if time - seen <= back)
