"""What PromQL is read for here: the selectors of a query, to ask how old the samples are that it rests on."""

from __future__ import annotations

import re
from math import ceil

# As much of the grammar as tells a selector from everything else; a label's name stands in a grouping or in braces.
_STRING = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)"""
_BRACES = rf"\{{(?:{_STRING}|[^{{}}\"'`])*\}}"
_TOKEN = re.compile(
    rf"""
      (?P<skip> \#[^\n]* | {_STRING} | (?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\) )
    | (?P<range> \[[^\]]*\] )
    | (?P<number> (?:\d|\.\d)[\w.]* )
    | (?P<selector> [A-Za-z_:][\w:]* (?:\s*{_BRACES})? | {_BRACES} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = frozenset({
    "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "atan2",
    "inf", "nan",
})  # fmt: skip
_PART = re.compile(r"(\d+)(ms|[smhdwy])")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}

# What Prometheus itself looks back for, so that a sample which it can serve is one that is found.
_LOOKBACK = 300
_STEPS = 400


def selectors(*queries: str) -> tuple[str, ...]:
    """Give each selector of some queries once, without its range and offset."""
    found = dict.fromkeys(
        match["selector"]
        for query in queries
        for match in _TOKEN.finditer(query)
        if match["selector"] and not _is_word(match["selector"], query[match.end() :])
    )
    return tuple(found)


def _is_word(text: str, rest: str) -> bool:
    """Say whether it is a function, an aggregation or another word of the language."""
    is_called = re.match(r"\s*(?:\(|(?:by|without)\b)", rest, re.IGNORECASE)
    return bool(is_called) or text.lower() in _WORDS


def newest(selectors: tuple[str, ...]) -> str:
    """Give the query for the time of each selector's newest sample; the label `i` has its place."""
    return _each("max(timestamp({}))", selectors)


def last_seen(selectors: tuple[str, ...], *queries: str) -> str:
    """Give the same for what is not there now, such as a program that has died, whose samples a rate still counts.

    It looks back for as long as the queries do. That costs the server much more, where there are many series.
    """
    back = reach(*queries)
    return _each(f"max(max_over_time(timestamp({{}})[{back}s:{ceil(back / _STEPS)}s]))", selectors)


def reach(*queries: str) -> int:
    """Give the seconds for which what is gone may still count in a query."""
    ranges = (match["range"] for query in queries for match in _TOKEN.finditer(query))
    return _LOOKBACK + ceil(max((_seconds(each) for each in ranges if each), default=0))


def _each(form: str, selectors: tuple[str, ...]) -> str:
    # By `replace`, since a selector has braces too.
    return " or ".join(
        f'label_replace({form.replace("{}", each)}, "i", "{place}", "", "")' for place, each in enumerate(selectors)
    )


def _seconds(text: str) -> float:
    """Read the range of `[5m]` or of a subquery `[1h30m:1m]`."""
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text.partition(":")[0]))
