"""What an import inferred: marked by a comment in the plan's file until a person has confirmed it by deleting that."""

from __future__ import annotations

from collections.abc import Iterator

from ..frozen import dataclass
from .document import comments

INFERRED = "inferred: "


@dataclass(frozen=True)
class Remark:
    """Something to confirm, at a line and a column that count characters from 1."""

    line: int
    column: int
    text: str


def to_confirm(text: str) -> Iterator[Remark]:
    """Name every comment of a plan's text that says what was inferred, in its order."""
    for start, comment in comments(text):
        words = comment.removeprefix("#").strip()
        if words.startswith(INFERRED):
            before = text.rfind("\n", 0, start) + 1
            yield Remark(text.count("\n", 0, start) + 1, start - before + 1, words.removeprefix(INFERRED))
