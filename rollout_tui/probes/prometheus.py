"""A query to Prometheus: its one value, how old the samples under it are, and on how many of them it rests.

A rate goes on for as long as its range after the program under it has died, and a scrape that stops without a marker
serves its last value for five minutes. `timestamp()` of a rate is the time of the question; so the selectors in the
query are asked for theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import floor, fsum
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ..frozen import dataclass
from ..plan.probe import Probe, Source
from ..plan.quantities import format_span
from . import connection
from .deadline import Deadline
from .http_ import HEADERS, status
from .judge import finite
from .outcome import Evidence, error, unknown
from .promql import last_seen, newest, selectors
from .secret import Secrets

_REDUCE: dict[str, Callable[[Iterable[float]], float]] = {"max": max, "min": min, "sum": fsum}


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
    server = _Server(probe.source, sources, folder, evidence, deadline)
    answer = server.query(probe.query)
    value = _one(answer, probe)
    if max_age is not None:
        _check_age(server, probe, answer.at, now, max_age)
    if probe.samples or probe.min_samples:
        _check_samples(server, probe, answer.at)
    return value


@dataclass(frozen=True)
class _Vector:
    """The values as the server wrote them, and the time for which it has computed them, by its own clock."""

    values: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    at: datetime | None


class _Server:
    """A source, with its credentials."""

    def __init__(
        self, name: str, sources: Mapping[str, Source], folder: Path, evidence: Evidence, deadline: Deadline
    ) -> None:
        if name not in sources:
            raise error(f"the plan has no source {name}")
        source = sources[name]
        self._url = source.prometheus.rstrip("/") + "/api/v1/query"
        self._ca_file = str(folder / source.ca_file) if source.ca_file else ""
        self._credentials = _credentials(source, evidence.secrets)
        self.evidence, self._deadline = evidence, deadline

    def query(self, query: str, at: datetime | None = None, what: str = "") -> _Vector:
        """Ask; `at` is for the moment of an earlier answer, `what` says of a further query what it is for."""
        form = {"query": query, "timeout": f"{max(1, floor(self._deadline.left * 1000))}ms"}
        if at:
            form["time"] = f"{at.timestamp():.3f}"
        headers = HEADERS | self._credentials | {"Content-Type": "application/x-www-form-urlencoded"}
        answer = connection.ask(
            connection.Request(
                self._url, headers, urlencode(form).encode(), is_secret=bool(self._credentials), ca_file=self._ca_file
            ),
            self._deadline,
        )
        read = _read(answer)
        # What is kept is the answer about the value, or the one that tells why there is none.
        if not what or isinstance(read, str):
            self.evidence.asked = query
            self.evidence.read(answer.body, answer.status)
        if isinstance(read, str):
            raise error(what + read)
        if read.warnings:
            raise unknown(f"{what}the server says that its answer may not be whole: {read.warnings}")
        return read.vector


def _credentials(source: Source, secrets: Secrets) -> dict[str, str]:
    headers = {}
    if source.bearer_env:
        headers["Authorization"] = f"Bearer {secrets.header(source.bearer_env)}"
    if source.basic_env:
        headers["Authorization"] = secrets.basic(source.basic_env)
    if source.header and source.header_env:
        headers[source.header] = secrets.header(source.header_env)
    return headers


@dataclass(frozen=True)
class _Read:
    vector: _Vector
    warnings: str


def _read(answer: connection.Answer) -> _Read | str:
    """Read an answer of the API; a text says why there is none to read."""
    if answer.is_cut:
        return "an answer of more than 64 KiB: the query gives too many series"
    try:
        told = json.loads(answer.body)
        if answer.status != 200 or told["status"] != "success":
            return f"{status(answer.status)}: {told['error']}"
        kind, result = told["data"]["resultType"], told["data"]["result"]
        points = [result] if kind == "scalar" else [series["value"] for series in result] if kind == "vector" else None
        if points is None:
            return f"the query gives a {kind}, not a number: a range needs a function such as rate() around it"
        at = datetime.fromtimestamp(points[0][0], UTC) if points else None
        values = tuple(_text(value) for _, value in points)
        labels = tuple(series["metric"] for series in result) if kind == "vector" else ()
        return _Read(_Vector(values, labels, at), "; ".join(map(str, told.get("warnings") or ())))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError, OSError):
        return _refused(answer)


def _text(value: Any) -> str:
    """Give a value as text, as the API has it; a bare number, even JSON's NaN or 1e999, is taken too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    return str(value)


def _refused(answer: connection.Answer) -> str:
    """Say what an answer is that is not the API's."""
    said = " ".join(answer.body[:200].decode(errors="replace").split())
    match answer.status:
        case 200:
            return f"it answers, but not as Prometheus does: {said[:80]}"
        case 401 | 403:
            return f"{status(answer.status)}: it wants another login"
        case 404:
            return f"{status(answer.status)}: no Prometheus at this address, which is the part before /api/v1"
        case 301 | 302 | 303 | 307 | 308:
            return f"{status(answer.status)}: it redirects to nowhere"
        case _:
            return f"{status(answer.status)}: {said}"


def _one(answer: _Vector, probe: Probe) -> float:
    """Make one value of what the query gives."""
    if not answer.values:
        raise unknown("empty: no series has a value (`or vector(0)` in the query says that none means zero)")
    if len(answer.values) > 1 and not probe.reduce:
        raise error(f"{len(answer.values)} series where one is judged: aggregate, or give `reduce`")
    values = [finite(text) for text in answer.values]
    return finite(repr(float(_REDUCE[probe.reduce](values)))) if probe.reduce else values[0]


def _check_age(server: _Server, probe: Probe, at: datetime | None, now: datetime, max_age: timedelta) -> None:
    """Raise where the oldest of what the value rests on is too old, or can't be told.

    Ages are by the server's clock; a cache that gives old answers shows by ours.
    """
    assert at
    if abs(now - at) > max_age:
        raise unknown(f"answered for {at:%Y-%m-%d %H:%M:%S} UTC, {format_span(abs(now - at))} from this machine's time")
    found = selectors(probe.query, probe.samples)
    if not found:
        return
    stamps = _stamps(server, newest(found), at)
    if gone := tuple(each for place, each in enumerate(found) if str(place) not in stamps):
        last = _stamps(server, last_seen(gone, probe.query, probe.samples), at)
        stamps |= {f"gone {place}": stamp for place, stamp in last.items()}
    if not stamps:
        raise unknown("no sample under it (a query that is for what is not there needs `samples`)")
    server.evidence.sampled = sampled = min(stamps.values())
    if at - sampled > max_age:
        raise unknown(f"its newest sample is {format_span(at - sampled)} old")


def _stamps(server: _Server, query: str, at: datetime) -> dict[str, datetime]:
    """Ask for times, by the places of the selectors that have one."""
    answer = server.query(query, at, "how old its samples are: ")
    try:
        return {
            labels.get("i", ""): datetime.fromtimestamp(finite(text), UTC)
            for labels, text in zip(answer.labels, answer.values, strict=True)
        }
    except (ValueError, ArithmeticError, OSError, AttributeError):
        raise error("how old its samples are: the server gives no times") from None


def _check_samples(server: _Server, probe: Probe, at: datetime | None) -> None:
    """Raise where the value rests on too few; one is the least."""
    if not probe.samples:
        raise error("min_samples without a query `samples` that counts them")
    counted = server.query(probe.samples, at, "samples: ").values
    if len(counted) > 1:
        raise error(f"samples: {len(counted)} series where one is counted")
    samples = floor(finite(counted[0])) if counted else 0
    server.evidence.samples = samples
    if samples < max(1, probe.min_samples):
        raise unknown(f"{samples} samples, of which there have to be {max(1, probe.min_samples)}")
