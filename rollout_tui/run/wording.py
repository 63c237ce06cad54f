"""An entry in words, as timelines, reports and the command line tell it. What a plan or a person wrote is untouched."""

from __future__ import annotations

from typing import Any, Protocol

from .events import Entry, Event, by_event
from .stages import StageSequence


class _Words(Protocol):
    def __call__(self, event: Any, sequence: StageSequence) -> str: ...


_WORDS: dict[type[Event], _Words] = by_event("words")


def short_head(entry: Entry) -> str:
    """Give an entry's number and the first digits of its hash: what `verify --expect-head` takes."""
    return f"#{entry.seq} {entry.hash[:8]}"


def describe(entry: Entry, sequence: StageSequence) -> str:
    """Say what an entry records, without who and when; an earlier claimed time is added, since no column shows it."""
    words = _WORDS[type(entry.event)](entry.event, sequence)
    if entry.extras.evidence:
        words += f" [evidence: {entry.extras.evidence_name}]"
    happened = entry.stamp.happened
    return f"{words} (happened {happened:%Y-%m-%d %H:%M} UTC)" if happened else words
