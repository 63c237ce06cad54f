"""What many runs come to: the items most often waived, and the four DORA measures as far as logs can tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from ..frozen import dataclass
from .figures import Figures
from .restored import READINGS
from .stage_map import stage_map

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class DoraMetric:
    """A measure with its unit, how many runs it counts, and how it is computed; without a value it can't be told."""

    id: str
    name: str
    value: float | None
    unit: str
    runs: int
    how: str


@dataclass(frozen=True)
class WaivedItem:
    """How often an item was waived, of how many runs of the service that had it."""

    service: str
    item: str
    times: int
    runs: int


def most_waived(runs: Sequence[Figures]) -> tuple[WaivedItem, ...]:
    """Give every item that was waived and stayed so, the most frequent first."""
    times = Counter((run.started.service, each.item) for run in runs for each in run.waived)
    had = Counter(
        (service, item)
        for service, item in times
        for run in runs
        if run.started.service == service and item in stage_map(run.started.items).stage_of
    )
    found = [WaivedItem(*key, times[key], had[key]) for key in times]
    return tuple(sorted(found, key=lambda each: (-each.times, each.service, each.item)))


def dora(runs: Sequence[Figures], since: datetime | None, now: datetime) -> tuple[DoraMetric, ...]:
    """Give the four measures, and what stands in for the one that logs can't tell; `since` is where counting began."""
    deployed = [run for run in runs if run.went is not None]
    return (
        _frequency(deployed, since, now),
        DoraMetric(
            "lead_time_for_changes",
            "lead time for changes",
            None,
            "s",
            0,
            "can't be told: a log names no commits and not when they were made",
        ),
        _reach(deployed),
        _failure_rate(deployed),
        _recovery(deployed),
    )


def _frequency(deployed: Sequence[Figures], since: datetime | None, now: datetime) -> DoraMetric:
    begun = since or min((run.stamp.at for run in deployed), default=now)
    weeks = max(_WEEK, now - begun) / _WEEK
    how = "runs whose go was given, for each week from the first (or --since) until now, of at least one week"
    value = len(deployed) / weeks if deployed else None
    return DoraMetric("deployment_frequency", "deployment frequency", value, "per week", len(deployed), how)


def _reach(deployed: Sequence[Figures]) -> DoraMetric:
    spans = [(run.reached - run.stamp.at).total_seconds() for run in deployed if run.reached is not None]
    how = "in place of lead time: median from the run's start to the start of its last phase"
    return DoraMetric("start_to_last_phase", "start to last phase", _median(spans), "s", len(spans), how)


def _failure_rate(deployed: Sequence[Figures]) -> DoraMetric:
    ended = [run for run in deployed if run.ended is not None or run.failed]
    failed = sum(run.failed for run in ended)
    how = (
        "runs rolled back (not called off) or aborted after the go, of those that ended; "
        "what failed after its run was closed is not in a log"
    )
    value = 100 * failed / len(ended) if ended else None
    return DoraMetric("change_failure_rate", "change failure rate", value, "%", len(ended), how)


def _recovery(deployed: Sequence[Figures]) -> DoraMetric:
    restored = [back for run in deployed for back in run.rollbacks if back.outcome == "restored"]
    # Logs before the third rules do not say what showed it.
    spans = [back.took.total_seconds() for back in restored if back.shown in {"", READINGS}]
    how = (
        "median clock of the rollbacks that restored, shown by readings, from the decision on; "
        "how long the failure was seen before stands with each, how long it went unnoticed is not in a log"
    )
    return DoraMetric("failed_deployment_recovery_time", "recovery time", _median(spans), "s", len(spans), how)


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
