"""A request of the web: its status, what its answer contains or gives by a JSON path, and the days of a certificate."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from ..plan.probe import Probe
from . import connection
from .deadline import Deadline
from .judge import Judge, finite, is_number
from .outcome import Evidence, error, fail, unknown

HEADERS = {"Accept": "*/*", "Cache-Control": "no-cache", "User-Agent": "rollout"}

# The service's own word that it is not well, so a fail; the others are of something between it and us.
_NOT_WELL = HTTPStatus.SERVICE_UNAVAILABLE


def ask(probe: Probe, judge: Judge | None, evidence: Evidence, deadline: Deadline, now: datetime) -> float | None:
    """Give the value of the JSON path, None where there is none; what does not hold is raised."""
    if judge and not probe.json:
        raise error(f"nothing gives a value that {judge.comparison} could judge: give `json`")
    if probe.certificate_days and not probe.http.startswith("https:"):
        raise error("certificate_days needs an address that begins with https:")
    path = _compiled(probe.json) if probe.json else None
    repeated = connection.MAY_PASS - {_NOT_WELL, probe.status}
    try:
        answer = connection.ask(
            connection.Request(probe.http, HEADERS, repeated=repeated, follows=probe.status not in range(300, 400)),
            deadline,
        )
    except connection.Expired as expired:
        raise (fail(expired.reason) if probe.certificate_days else expired) from None
    evidence.read(answer.body, answer.status)
    if answer.status != probe.status:
        raised = error if answer.status in repeated else fail
        raise raised(f"status {status(answer.status)}, asked for {probe.status}")
    if probe.contains and probe.contains.encode() not in answer.body:
        if answer.is_cut:
            raise error(f"{probe.contains!r} is not in the first 64 KiB of the answer, which is longer")
        raise fail(f"the answer does not contain {probe.contains!r}")
    _check_certificate(probe.certificate_days, answer.certificate_ends, now)
    if path is None:
        return None
    if answer.is_cut:
        raise error("an answer of more than 64 KiB, of which no JSON is read")
    return _value(path, probe.json, answer.body, judge)


def status(code: int) -> str:
    """Say a status as people do: `503 Service Unavailable`."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _check_certificate(days: int, ends: datetime | None, now: datetime) -> None:
    if not days:
        return
    if ends is None:
        raise error("the server shows no certificate")
    left = (ends - now).total_seconds() / 86400
    if left < days:
        raise fail(f"the certificate ends in {left:.1f} days, on {ends:%Y-%m-%d}; {days} are asked for")


def _compiled(path: str) -> Any:
    try:
        import jmespath
    except ModuleNotFoundError:
        raise error("a `json` path needs jmespath: pip install 'rollout-tui[jmespath]'") from None
    try:
        return jmespath.compile(path)
    except jmespath.exceptions.JMESPathError as mistake:
        raise error(f"the JSON path {path!r} can't be read: {str(mistake).splitlines()[0]}") from None


def _value(path: Any, text: str, body: bytes, judge: Judge | None) -> float | None:
    from jmespath.exceptions import JMESPathError

    try:
        found = path.search(json.loads(body))
    except JMESPathError as mistake:
        raise error(f"the JSON path {text!r} does not fit: {str(mistake).splitlines()[0]}") from None
    except (ValueError, RecursionError):
        raise error("the answer is no JSON") from None
    match found:
        case None:
            raise unknown(f"the JSON path {text!r} gives nothing")
        case bool() if judge:
            raise error(f"the JSON path {text!r} gives {str(found).lower()}, not a number")
        case False:
            raise fail(f"the JSON path {text!r} gives false")
        case True:
            return None
        case int() | float() if judge:
            return finite(repr(found))
        case str() if judge and is_number(found):
            return finite(found)
        case _ if judge:
            raise error(f"the JSON path {text!r} gives {json.dumps(found)[:80]}, not a number")
        case _:
            raise error(f"the JSON path {text!r} gives neither true nor false, and nothing judges it: give `expect`")
