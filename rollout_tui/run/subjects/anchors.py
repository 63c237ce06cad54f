"""Anchors: a head of the log that somebody outside has stamped, so that what is there can't be written anew."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import ClassVar, Literal

from ...frozen import dataclass
from ..builder import Builder
from ..stages import StageSequence
from ..stamp import Mark, Stamp

How = Literal["rfc3161"]


@dataclass(frozen=True)
class HeadAnchored:
    """An authority stamped the head `head` (number, colon, hash) at `time` by its clock; its answer is the evidence."""

    kind: ClassVar[str] = "head_anchored"
    head: str
    how: How
    authority: str
    time: str

    @property
    def seq(self) -> int:
        """The number of the last entry that is anchored; -1 where the head is none."""
        number, _, _ = self.head.partition(":")
        return int(number) if number.isdecimal() and number.isascii() else -1

    @property
    def hash(self) -> str:
        return self.head.partition(":")[2]


Event = HeadAnchored


def fold(run: Builder, event: Event, mark: Mark, stamp: Stamp) -> None:
    """Nothing in the run follows from it."""


def words(event: Event, sequence: StageSequence) -> str:
    time = event.time
    with suppress(ValueError, OverflowError):
        time = f"{datetime.fromisoformat(event.time).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"anchored #{event.head.partition(':')[0]} with {event.authority}, whose clock said {time}"
