"""Guarded TOML: text → document; a text made to exhaust the parser is refused before it reaches it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from .mistakes import KeyPath, Problem

LARGEST = 1024 * 1024

# A plan needs three dots and three brackets; the parser's time grows with the square of the one, its stack with the
# other.
_MOST_DOTS = 10
_DEEPEST = 10
_MOST_DIGITS = 4300
_MOST_VALUES = 50_000

# Strings and comments, closed or not: what is left is keys, numbers and brackets.
_OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
_BRACKET = re.compile(r"[\[\]{}]")
# Compiled by the first text that can't be read.
_PLACE = r" \(at line (\d+), column (\d+)\)$"


class Unreadable(Exception):
    """A text that is no TOML document: the problem, and its line and column from 1."""

    def __init__(self, problem: Problem, line: int, column: int) -> None:
        super().__init__(problem.found)
        self.problem = problem
        self.line = line
        self.column = column


def read(text: str) -> dict[str, Any]:
    """Parse a TOML text; raises Unreadable with the place, whatever the text holds."""
    guard(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(text, str(error)) from None
    except (ValueError, RecursionError):
        # The guards see every case known; this is for one they do not.
        raise _unreadable("a value that can't be read", "numbers and tables of ordinary size", 1, 1) from None


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Give every comment of a text that can be read, with the place where it begins."""
    return ((match.start(), match[0]) for match in _OPAQUE.finditer(text) if match[0].startswith("#"))


def guard(text: str) -> None:
    """Raise Unreadable for a text that a TOML parser would take too long, or too much memory, to refuse."""
    if text.startswith("\ufeff"):
        raise _unreadable("a byte order mark", "UTF-8 text without one", 1, 1)
    if len(text.encode()) > LARGEST:
        raise _unreadable("more than 1 MiB", "a plan of at most 1 MiB", 1, 1)
    depth = 0
    bare = _OPAQUE.sub(lambda match: "\n" * match[0].count("\n"), text)
    if sum(map(bare.count, ",=[{")) > _MOST_VALUES:
        raise _unreadable("too many values", f"a plan of at most {_MOST_VALUES:,} keys, tables and values", 1, 1)
    for number, line in enumerate(bare.split("\n"), start=1):
        if not line:
            continue
        if line.count(".") > _MOST_DOTS:
            raise _unreadable("a line with too many dots", f"keys of at most {_MOST_DOTS} dots", number, 1)
        if len(line) >= _MOST_DIGITS and re.search(rf"[\d_]{{{_MOST_DIGITS},}}", line):
            raise _unreadable("a number with too many digits", "numbers of ordinary size", number, 1)
        for bracket in _BRACKET.findall(line):
            depth = max(0, depth + (1 if bracket in "[{" else -1))
            if depth > _DEEPEST:
                raise _unreadable("brackets inside brackets", f"at most {_DEEPEST} levels", number, 1)


def _syntax(text: str, message: str) -> Unreadable:
    place = re.search(_PLACE, message)
    lines = text.splitlines() or [""]
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
    said = re.sub(_PLACE, "", message).removesuffix(" (at end of document)")
    where = "" if place else " at the end of the file"
    return _unreadable(f"TOML that can't be read{where}: {said}", 'valid TOML, such as key = "value"', line, column)


def _unreadable(found: str, expected: str, line: int, column: int) -> Unreadable:
    path: KeyPath = ()
    return Unreadable(Problem(path, found, expected), line, column)
