"""Inferred values: what an import marked by a comment in the plan's file, which a person deletes to confirm it."""

from __future__ import annotations

from collections.abc import Iterator

from ..frozen import dataclass
from .toml_text import comments

INFERRED = "inferred: "


@dataclass(frozen=True)
class Unconfirmed:
    """Something to confirm, at a line and a column that count characters from 1."""

    line: int
    column: int
    text: str


def to_confirm(text: str) -> Iterator[Unconfirmed]:
    """Name every comment of a plan's text that says what was inferred, in its order."""
    for start, comment in comments(text):
        words = comment.removeprefix("#").strip()
        if words.startswith(INFERRED):
            before = text.rfind("\n", 0, start) + 1
            yield Unconfirmed(text.count("\n", 0, start) + 1, start - before + 1, words.removeprefix(INFERRED))
