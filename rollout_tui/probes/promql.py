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
_STEPS = 200


def selectors(query: str) -> tuple[str, ...]:
    """Give each selector of a query once, without its range and offset."""
    found = dict.fromkeys(
        match["selector"]
        for match in _TOKEN.finditer(query)
        if match["selector"] and not _is_word(match["selector"], query[match.end() :])
    )
    return tuple(found)


def _is_word(text: str, rest: str) -> bool:
    """Say whether it is a function, an aggregation or another word of the language."""
    is_called = re.match(r"\s*(?:\(|(?:by|without)\b)", rest, re.IGNORECASE)
    return bool(is_called) or text.lower() in _WORDS


def freshness(queries: tuple[str, ...]) -> str:
    """Give the query for the time of the newest sample of each selector; empty where there is no selector.

    `timestamp` alone has none for a program that has died, whose samples a rate still counts; hence the look back.
    """
    reach = _LOOKBACK + max((_seconds(match["range"] or "") for match in _TOKEN.finditer(" ".join(queries))), default=0)
    back = f"[{ceil(reach)}s:{max(1, ceil(reach / _STEPS))}s]"
    found = dict.fromkeys(each for query in queries for each in selectors(query))
    return " or ".join(
        f'label_replace(max(timestamp({each}) or max_over_time(timestamp({each}){back})), "i", "{number}", "", "")'
        for number, each in enumerate(found)
    )


def _seconds(text: str) -> float:
    """Read the range of `[5m]` or of a subquery `[1h30m:1m]`."""
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text.partition(":")[0]))
