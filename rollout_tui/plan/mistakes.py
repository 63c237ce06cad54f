"""Mistakes of a plan file, as data: where, what was found and what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from ..errors import UsageError
from ..frozen import dataclass
from ..text import one_line, safe

# A key path as the file has it: ("phases", 1, "duration") is `phases[1].duration`.
KeyPath = tuple[str | int, ...]

# A file with more mistakes than this was not written by a person; the rest is left out.
MOST = 500

_SHORT = 60
_LONGEST_WORD = 200
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Problem:
    """A mistake before its place is looked up; `at_key` points at the key rather than at its value."""

    path: KeyPath
    found: str
    expected: str
    suggestion: str = ""
    at_key: bool = False


@dataclass(frozen=True)
class Mistake:
    """One mistake of a plan file, at a line and a column that count characters from 1."""

    file: str
    line: int
    column: int
    key: str
    found: str
    expected: str
    suggestion: str = ""


class PlanError(UsageError):
    """A plan file that can't be used, with every mistake in it."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "a mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        lines = "\n".join(render(mistake) for mistake in self.mistakes)
        hint = "rollout new NAME writes a plan that shows every key with a comment."
        super().__init__(f"{safe(file)} has {count}:\n{lines}", hint)


def render(mistake: Mistake) -> str:
    """Write a mistake on one line: file, line, column, key path, what was found and what is expected."""
    return f"{safe(mistake.file)}:{mistake.line}:{mistake.column}: {describe(mistake)}"


def describe(mistake: Mistake) -> str:
    """Write a mistake without its place: key path, what was found and what is expected."""
    key = f"{mistake.key}: " if mistake.key else ""
    suggestion = f" ({mistake.suggestion})" if mistake.suggestion else ""
    return f"{key}found {mistake.found}, expected {mistake.expected}{suggestion}"


def write_path(path: KeyPath) -> str:
    """Write a key path as people do: `phases[1].duration`, with quotes where a key needs them."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) and len(part) <= _SHORT else quoted(part))
    return text


def shown(value: Any) -> str:
    """Say what a value of the file is, short and safe to show."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value) if value else "an empty text"
        case int() if abs(value) >= 10**18:
            return "a very large number"
        case int() | float():
            return str(value)
        case date() | time():
            return value.isoformat()
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a table"
        case _:
            return "nothing"


def quoted(text: str) -> str:
    """Give a text of the file in quotes, shortened and safe to show."""
    return f'"{one_line(text, limit=_SHORT)}"'


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word nearest to a mistyped one; an empty text where none is near."""
    names = {name.lower(): name for name in known}
    import difflib

    near = difflib.get_close_matches(word[:_LONGEST_WORD].strip().lower(), names, n=1)
    return names[near[0]] if near else ""


def did_you_mean(near: str, *, quote: bool = False) -> str:
    """Suggest a word, if there is one; in quotes where it is a value."""
    if not near:
        return ""
    return f"did you mean {quoted(near) if quote else safe(near, limit=_SHORT)}?"
