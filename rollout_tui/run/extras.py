"""Extras: what an event of any kind may say beside its own fields."""

from __future__ import annotations

from typing import Literal

from ..frozen import dataclass

Meaning = Literal["", "performed", "reviewed", "approved"]
"""What a signature stands for."""


@dataclass(frozen=True)
class Extras:
    """`evidence` is the SHA-256 of a file that is kept beside the journal, under the name and of the size it had.

    `meaning` says what a signed sign-off means. `late` says that the entry was kept while the store was away,
    `relayed_for` whose word was passed on; nothing writes these two yet.
    """

    evidence: str = ""
    evidence_name: str = ""
    evidence_size: int = 0
    meaning: Meaning = ""
    late: bool = False
    relayed_for: str = ""


NO_EXTRAS = Extras()
