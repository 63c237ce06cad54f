"""Prometheus's HTTP API: a source asked for one moment or for many, and what its answer is when it is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from ..frozen import dataclass
from ..plan.probe import Source
from . import connection
from .deadline import Deadline
from .http_ import HEADERS, status
from .outcome import Evidence, error, unknown
from .secret import Secrets

# A server gives no more points of a series at once; an answer that is longer than this has series that nobody judges.
_POINTS_LIMIT = 11_000
_RANGE_LIMIT = 4 * 1024 * 1024

_Told = TypeVar("_Told")


@dataclass(frozen=True)
class Vector:
    """The values as the server wrote them, and the time for which it has computed them, by its own clock."""

    values: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    at: datetime | None


class Server:
    """A source, with its credentials."""

    def __init__(
        self, name: str, sources: Mapping[str, Source], folder: Path, evidence: Evidence, deadline: Deadline
    ) -> None:
        if name not in sources:
            raise error(f"the plan has no source {name}")
        source = sources[name]
        self._url = source.prometheus.rstrip("/") + "/api/v1/"
        self._ca_file = str(folder / source.ca_file) if source.ca_file else ""
        self._credentials = _credentials(source, evidence.secrets)
        self.evidence, self._deadline = evidence, deadline

    def query(self, query: str, at: datetime | None = None, what: str = "") -> Vector:
        """Ask; `at` is for the moment of an earlier answer, `what` says of a further query what it is for."""
        time = {"time": f"{at.timestamp():.3f}"} if at else {}
        return self._ask("query", query, time, what, _vector, self._deadline, connection.BODY_LIMIT)

    def query_range(self, query: str, moments: range, what: str = "") -> dict[int, Vector]:
        """Ask for many moments, in milliseconds since 1970; one that the answer has no value for is left out.

        Each request has the whole deadline, since there may be many.
        """
        told: dict[int, Vector] = {}
        for begin in range(0, len(moments), _POINTS_LIMIT):
            part = moments[begin : begin + _POINTS_LIMIT]
            times = {"start": part[0], "end": part[-1], "step": part.step}
            form = {name: f"{number / 1000:.3f}" for name, number in times.items()}
            told |= self._ask("query_range", query, form, what, _matrix, self._deadline.anew(), _RANGE_LIMIT)
        return told

    def _ask(
        self,
        path: str,
        query: str,
        times: Mapping[str, str],
        what: str,
        parse: Callable[[str, Any], _Told | None],
        deadline: Deadline,
        limit: int,
    ) -> _Told:
        form = {"query": query, "timeout": f"{max(1, floor(deadline.left * 1000))}ms", **times}
        headers = HEADERS | self._credentials | {"Content-Type": "application/x-www-form-urlencoded"}
        answer = connection.ask(
            connection.Request(
                self._url + path,
                headers,
                urlencode(form).encode(),
                is_secret=bool(self._credentials),
                ca_file=self._ca_file,
                limit=limit,
            ),
            deadline,
        )
        read = _read(answer, parse)
        # What is kept is the answer about the value, or the one that tells why there is none.
        if not what or isinstance(read, str):
            self.evidence.asked = query
            self.evidence.read(answer.body, answer.status)
        if isinstance(read, str):
            raise error(what + read)
        told, warnings = read
        if warnings:
            raise unknown(f"{what}the server says that its answer may not be whole: {warnings}")
        return told


def _credentials(source: Source, secrets: Secrets) -> dict[str, str]:
    headers = {}
    if source.bearer_env:
        headers["Authorization"] = f"Bearer {secrets.header(source.bearer_env)}"
    if source.basic_env:
        headers["Authorization"] = secrets.basic(source.basic_env)
    if source.header and source.header_env:
        headers[source.header] = secrets.header(source.header_env)
    return headers


def _read(answer: connection.Answer, parse: Callable[[str, Any], _Told | None]) -> tuple[_Told, str] | str:
    """Read an answer of the API, and its warnings; a text says why there is none to read."""
    if answer.is_cut:
        return f"an answer of more than {len(answer.body) // 1024} KiB: the query gives too many series"
    try:
        told = json.loads(answer.body)
        if answer.status != 200 or told["status"] != "success":
            return f"{status(answer.status)}: {told['error']}"
        kind, result = told["data"]["resultType"], told["data"]["result"]
        points = parse(kind, result)
        if points is None:
            return f"the query gives a {kind}, not a number: a range needs a function such as rate() around it"
        return points, "; ".join(map(str, told.get("warnings") or ()))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError, OSError):
        return _refused(answer)


def _vector(kind: str, result: Any) -> Vector | None:
    if kind not in {"scalar", "vector"}:
        return None
    points = [result] if kind == "scalar" else [series["value"] for series in result]
    at = datetime.fromtimestamp(points[0][0], UTC) if points else None
    labels = tuple(series["metric"] for series in result) if kind == "vector" else ()
    return Vector(tuple(_text(value) for _, value in points), labels, at)


def _matrix(kind: str, result: Any) -> dict[int, Vector] | None:
    if kind != "matrix":
        return None
    told: dict[int, list[tuple[str, Mapping[str, str]]]] = {}
    for series in result:
        for at, value in series["values"]:
            told.setdefault(round(at * 1000), []).append((_text(value), series["metric"]))
    return {
        moment: Vector(
            tuple(value for value, _ in points),
            tuple(labels for _, labels in points),
            datetime.fromtimestamp(moment / 1000, UTC),
        )
        for moment, points in told.items()
    }


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
