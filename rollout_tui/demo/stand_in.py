"""A stand-in for Prometheus, where none is installed: its HTTP API, for the queries of the demo's plan and no others.

It scrapes the exporter each second as Prometheus would, and its numbers are made of those counters in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from time import time
from typing import Any

from .past import NotKnown, Past, Value
from .serving import serving

_SCRAPE_SECONDS = 1.0
_POINTS_LIMIT = 11_000


@contextmanager
def stand_in(scrape: Callable[[], Mapping[str, float]]) -> Iterator[int]:
    """Answer as Prometheus does on a port, which is given."""
    past, ended = Past(), Event()

    def go_on() -> None:
        while not ended.wait(_SCRAPE_SECONDS):
            past.add(time(), scrape())

    past.add(time(), scrape())
    Thread(target=go_on, daemon=True).start()
    try:
        with serving(lambda path, form: answer(past, path, form, time())) as port:
            yield port
    finally:
        ended.set()


def answer(past: Past, path: str, form: Mapping[str, str], now: float) -> tuple[int, str]:
    """Answer a request of the API."""
    try:
        match path:
            case "/api/v1/query":
                return _told("vector", _instant(past, form, now))
            case "/api/v1/query_range":
                return _told("matrix", _range(past, form))
            case "/-/ready":
                return 200, "A stand-in for Prometheus is ready.\n"
            case _:
                return 404, "404 page not found\n"
    except NotKnown:
        return _refused("a stand-in for Prometheus knows the queries of the demo's plan alone")
    except (LookupError, ValueError) as error:
        return _refused(f"invalid parameter: {error}")


def _instant(past: Past, form: Mapping[str, str], now: float) -> list[dict[str, Any]]:
    at = float(form.get("time", now))
    return [{"metric": _labels(each), "value": _point(at, each)} for each in past.ask(form["query"], at)]


def _range(past: Past, form: Mapping[str, str]) -> list[dict[str, Any]]:
    start, end, step = (float(form[name]) for name in ("start", "end", "step"))
    if step <= 0 or not start <= end <= start + step * _POINTS_LIMIT:
        raise ValueError("start, end or step")
    series: dict[str, dict[str, Any]] = {}
    for number in range(int((end - start) / step) + 1):
        at = start + number * step
        for each in past.ask(form["query"], at):
            found = series.setdefault(each.place, {"metric": _labels(each), "values": []})
            found["values"].append(_point(at, each))
    return list(series.values())


def _labels(value: Value) -> dict[str, str]:
    return {"i": value.place} if value.place else {}


def _point(at: float, value: Value) -> list[Any]:
    number = value.number
    words = {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}
    return [round(at, 3), words.get(str(number), repr(number))]


def _told(kind: str, result: list[dict[str, Any]]) -> tuple[int, str]:
    return 200, json.dumps({"status": "success", "data": {"resultType": kind, "result": result}})


def _refused(why: str) -> tuple[int, str]:
    return 400, json.dumps({"status": "error", "errorType": "bad_data", "error": why})
