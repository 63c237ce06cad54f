"""The exporter: the shop's counters in the text that Prometheus reads, its health, and what its flag is at."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from time import time

from .shop import Shop

FLAG = "price-engine"


class Exporter:
    """Answers for a shop, by the machine's clock."""

    def __init__(self) -> None:
        self._shop = Shop(time())
        self._lock = Lock()

    def expose(self, percent: float) -> None:
        with self._lock:
            self._shop.expose(percent, time())

    def counters(self) -> dict[str, float]:
        with self._lock:
            return self._shop.counters(time())

    def answer(self, path: str, _: Mapping[str, str]) -> tuple[int, str]:
        match path:
            case "/metrics":
                return 200, metrics(self.counters())
            case "/health":
                # As many health checks do, it says no more than that the program runs.
                return 200, "ok\n"
            case _ if path == f"/flags/{FLAG}":
                return 200, f"{FLAG}: {self._shop.percent:g} %\n"
            case _:
                return 404, "not here\n"


def metrics(counters: Mapping[str, float]) -> str:
    return "".join(f"{series} {number!r}\n" for series, number in counters.items())
