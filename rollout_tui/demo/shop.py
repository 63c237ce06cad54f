"""The shop: two versions under steady load, told as counters; the new one fails a while after users get to it. Pure."""

from __future__ import annotations

from math import sin

OLD, NEW = "2.4.1", "2.5.0"

# So long the new version is well under load; then it gets worse, up to its worst, for as long.
WELL_SECONDS, WORSENING_SECONDS = 18.0, 10.0

_REQUESTS_PER_SECOND = 40
_ORDERS_PER_REQUEST = 0.1
_FAILING, _WORST_FAILING = 0.002, 0.6
_SECONDS, _WORST_SECONDS = 0.12, 1.4
_TICK = 0.1
_COUNTED = ("http_requests", "http_errors", "http_request_seconds", "orders")


class Shop:
    """What was asked of the shop since it began, in seconds of a clock that is given to it."""

    def __init__(self, now: float) -> None:
        self._now = self._began = now
        self._share = 0.0
        self._loaded = 0.0
        self._totals = {_series(name, version): 0.0 for name in _COUNTED for version in (OLD, NEW)}

    @property
    def percent(self) -> float:
        return self._share * 100

    def expose(self, percent: float, now: float) -> None:
        """Let so many of the users get to the new version from now on; once none does, it is well again."""
        self._advance(now)
        self._share = min(max(percent / 100, 0.0), 1.0)
        if not self._share:
            self._loaded = 0.0

    def counters(self, now: float) -> dict[str, float]:
        """Give what was counted until now, by series."""
        self._advance(now)
        return dict(self._totals)

    def _advance(self, now: float) -> None:
        while self._now + _TICK <= now:
            self._now += _TICK
            self._loaded += _TICK if self._share else 0
            requests = _REQUESTS_PER_SECOND * _TICK * (1 + 0.1 * sin((self._now - self._began) / 7))
            self._serve(OLD, requests * (1 - self._share), 0.0)
            self._serve(NEW, requests * self._share, self._illness)

    @property
    def _illness(self) -> float:
        """How ill the new version is, from 0 to 1."""
        return min(max((self._loaded - WELL_SECONDS) / WORSENING_SECONDS, 0.0), 1.0)

    def _serve(self, version: str, requests: float, illness: float) -> None:
        failed = requests * (_FAILING + illness * (_WORST_FAILING - _FAILING))
        seconds = requests * (_SECONDS + illness * (_WORST_SECONDS - _SECONDS))
        orders = (requests - failed) * _ORDERS_PER_REQUEST
        for name, number in zip(_COUNTED, (requests, failed, seconds, orders), strict=True):
            self._totals[_series(name, version)] += number


def _series(name: str, version: str) -> str:
    return f'{name}_total{{version="{version}"}}'
