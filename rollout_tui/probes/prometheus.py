"""A query to Prometheus: its one value, how old the samples under it are, and on how many of them it rests.

A rate goes on for as long as its range after the program under it has died, and a scrape that stops without a marker
serves its last value for five minutes. `timestamp()` of a rate is the time of the question; so the selectors in the
query are asked for theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import floor, fsum
from pathlib import Path

from ..plan.probe import Probe, Source
from ..plan.quantities import format_span
from .api import Server, Vector
from .deadline import Deadline
from .judge import finite
from .outcome import Evidence, error, unknown
from .promql import last_seen, newest, selectors

_REDUCE: dict[str, Callable[[Iterable[float]], float]] = {"max": max, "min": min, "sum": fsum}

# What the further queries are for.
AGE, COUNTED = "how old its samples are: ", "samples: "


def ask(
    probe: Probe,
    sources: Mapping[str, Source],
    folder: Path,
    evidence: Evidence,
    deadline: Deadline,
    now: datetime,
    max_age: timedelta | None,
) -> float:
    """Give the value; what is no value to judge, or rests on too little or on what is too old, is raised."""
    server = Server(probe.source, sources, folder, evidence, deadline)
    answer = server.query(probe.query)
    value = one_value(answer, probe)
    if max_age is not None:
        _check_age(server, probe, answer.at, now, max_age)
    if query := samples_query(probe):
        evidence.samples = counted(server.query(query, answer.at, COUNTED))
        check_samples(evidence.samples, probe)
    return value


def one_value(answer: Vector, probe: Probe) -> float:
    """Make one value of what the query gives."""
    if not answer.values:
        raise unknown("empty: no series has a value (`or vector(0)` in the query says that none means zero)")
    if len(answer.values) > 1 and not probe.reduce:
        raise error(f"{len(answer.values)} series where one is judged: aggregate, or give `reduce`")
    values = [finite(text) for text in answer.values]
    return finite(repr(float(_REDUCE[probe.reduce](values)))) if probe.reduce else values[0]


def _check_age(server: Server, probe: Probe, at: datetime | None, now: datetime, max_age: timedelta) -> None:
    """Raise where the oldest of what the value rests on is too old, or can't be told.

    Ages are by the server's clock; a cache that gives old answers shows by ours.
    """
    assert at
    if abs(now - at) > max_age:
        raise unknown(f"answered for {at:%Y-%m-%d %H:%M:%S} UTC, {format_span(abs(now - at))} from this machine's time")
    found = selectors(probe.query, probe.samples)
    if not found:
        return
    seen = stamps(server.query(newest(found), at, AGE))
    if gone := tuple(each for place, each in enumerate(found) if str(place) not in seen):
        last = stamps(server.query(last_seen(gone, probe.query, probe.samples), at, AGE))
        seen |= {f"gone {place}": stamp for place, stamp in last.items()}
    server.evidence.sampled = sampled = oldest(seen.values())
    check_age(sampled, at, max_age)


def stamps(answer: Vector) -> dict[str, datetime]:
    """Read times, by the places of the selectors that have one."""
    try:
        return {
            labels.get("i", ""): datetime.fromtimestamp(finite(text), UTC)
            for labels, text in zip(answer.labels, answer.values, strict=True)
        }
    except (ValueError, ArithmeticError, OSError, AttributeError):
        raise error(f"{AGE}the server gives no times") from None


def oldest(stamps: Collection[datetime]) -> datetime:
    if not stamps:
        raise unknown("no sample under it (a query that is for what is not there needs `samples`)")
    return min(stamps)


def check_age(sampled: datetime, at: datetime, max_age: timedelta) -> None:
    if at - sampled > max_age:
        raise unknown(f"its newest sample is {format_span(at - sampled)} old")


def samples_query(probe: Probe) -> str:
    """Give the query that counts what a value rests on; none where nobody asks for it."""
    if probe.min_samples and not probe.samples:
        raise error("min_samples without a query `samples` that counts them")
    return probe.samples


def counted(answer: Vector) -> int:
    if len(answer.values) > 1:
        raise error(f"samples: {len(answer.values)} series where one is counted")
    return floor(finite(answer.values[0])) if answer.values else 0


def check_samples(samples: int, probe: Probe) -> None:
    """Raise where a value rests on too few; one is the least."""
    if samples < max(1, probe.min_samples):
        raise unknown(f"{samples} samples, of which there have to be {max(1, probe.min_samples)}")
