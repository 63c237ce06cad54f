"""Durations, thresholds and shares of users as people write them.

Each quantity keeps its text as it was written, because that is what the screens and documents show. A text that still
holds a placeholder of the template (`< [X] min`) is accepted with a neutral value: the placeholder itself is the
finding (`rules.placeholders`), and a plan that has one can't start a run.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..frozen import dataclass

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

NONE = "—"

# Bracketed words such as [X] or [Slack/PagerDuty]; not links ([text](url)), indexes (a[i]), numbers or ticket ids.
PLACEHOLDER = re.compile(r"(?<![\w\]])\[[^\W\d_][^\[\]\d\n]{0,80}\](?![(\[:])")

_UNITS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "w": 604800, "week": 604800, "weeks": 604800,
}  # fmt: skip
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)")
_COMPARISON = re.compile(r"(>=|<=|≥|≤|>|<)\s*(-?\d{1,15}(?:\.\d{1,9})?)\s*(.{0,40})", re.DOTALL)
# A number in a form that is not read, such as 1,000 or 1e5, must not pass for its beginning.
_REST_OF_NUMBER = re.compile(r"[\d.,_'’]|[eE][+-]?\d")
_SHARE = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,9})?)\s*%")
_LONGEST = timedelta(days=3650)


@dataclass(frozen=True)
class Quantity:
    """A value that a plan gives as text; `parse` raises ValueError with `forms`, the forms that can be read."""

    text: str

    forms: ClassVar[str] = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema(strict=True))


@dataclass(frozen=True)
class Duration(Quantity):
    """A length of time: `2 days`, `1 h 30 min`, `< 5 min` (at most), or `—` for none, which counts as zero."""

    value: timedelta = timedelta(0)

    forms: ClassVar[str] = "a duration such as 30 s, < 5 min, 1 h 30 min, 2 days, or — for none"

    @classmethod
    def parse(cls, text: str) -> Self:
        stripped = text.strip()
        if stripped in {NONE, "-", "–", "none"} or PLACEHOLDER.search(stripped):
            return cls(text)
        body = stripped.lstrip("<≤=~ ").replace(" and ", " ").lower()
        parts = _PART.findall(body)
        if not parts or _PART.sub("", body).strip(" ,"):
            raise ValueError(cls.forms)
        if any(unit not in _UNITS for _, unit in parts):
            raise ValueError(cls.forms)
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
        if seconds > _LONGEST.total_seconds():
            raise ValueError("a duration of at most 10 years")
        return cls(text, timedelta(seconds=seconds))


@dataclass(frozen=True)
class Comparison(Quantity):
    """A threshold with its direction and unit: `> 1 %` means that a reading above 1 is a breach."""

    operator: str = ""
    number: float = 0.0
    unit: str = ""

    forms: ClassVar[str] = "a comparison with a number and a unit such as > 1 %, >= 800 ms, < 99.9 %"

    @classmethod
    def parse(cls, text: str) -> Self:
        stripped = text.strip()
        if PLACEHOLDER.search(stripped):
            return cls(text)
        match = _COMPARISON.fullmatch(stripped)
        if match is None or _REST_OF_NUMBER.match(match[3]):
            raise ValueError(cls.forms)
        operator = {"≥": ">=", "≤": "<="}.get(match[1], match[1])
        return cls(text, operator, float(match[2]), match[3].strip())

    @property
    def range(self) -> tuple[float, float]:
        """The least and the most that a reading can be: a share has at most 100 %, a count is never below 0.

        A threshold beyond that says that the metric is another kind of thing.
        """
        least = 0.0 if self.number >= 0 else float("-inf")
        is_share = self.unit.startswith("%") and 0 <= self.number <= 100
        return least, 100.0 if is_share else float("inf")

    def breached_by(self, reading: float) -> bool:
        """Say whether a reading, in the threshold's own unit, is a breach."""
        match self.operator:
            case ">":
                return reading > self.number
            case ">=":
                return reading >= self.number
            case "<":
                return reading < self.number
            case "<=":
                return reading <= self.number
            case _:
                return False


@dataclass(frozen=True)
class Audience(Quantity):
    """Who a phase exposes: any text, and the share of users in percent where the text names one."""

    share: float | None = None

    forms: ClassVar[str] = "whom the phase reaches, such as Internal team only or 25% of users (at most 100 %)"

    @classmethod
    def parse(cls, text: str) -> Self:
        match = _SHARE.search(text)
        share = float(match[1]) if match else None
        if not text.strip() or (share is not None and share > 100):
            raise ValueError(cls.forms)
        return cls(text, share)


@dataclass(frozen=True)
class FlagValue(Quantity):
    """What a feature flag is set to: `false`, `internal`, `10 %`; true and false may be written bare in TOML."""

    forms: ClassVar[str] = 'a flag\'s value such as false, true, "internal" or "10 %"'

    @classmethod
    def parse(cls, text: str | bool) -> Self:
        if isinstance(text, bool):
            return cls(str(text).lower())
        if not text.strip():
            raise ValueError(cls.forms)
        return cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        from pydantic_core import core_schema

        either = core_schema.union_schema(
            [core_schema.bool_schema(strict=True), core_schema.str_schema(strict=True)],
            custom_error_type="flag_value",
            custom_error_message=cls.forms,
        )
        return core_schema.no_info_after_validator_function(cls.parse, either)


def format_span(span: timedelta) -> str:
    """Write a span of time as a person reads it in one glance: `17 h 42 min`, `2 days 3 h`, `45 s`."""
    seconds = max(0, int(span.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    if minutes:
        return f"{minutes} min" + (f" {seconds} s" if seconds and minutes < 10 else "")
    return f"{seconds} s"


def format_clock(span: timedelta) -> str:
    """Write a span as a stopwatch shows it: `4:05`, `17:42:10`, with a minus sign before a negative one."""
    seconds = int(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"
