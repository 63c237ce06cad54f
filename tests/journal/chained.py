"""Entries as a journal's bytes, whatever they say: each block behind the one before, as a good chain has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from rollout_tui.journal.blocks import encode_header, encode_words, place_words
from rollout_tui.run.events import Entry, Event, RunStarted, Stamp


def encode_event(event: Event, stamp: Stamp, *, sees: str, seq: int, prev: str) -> bytes:
    """The whole block of an event."""
    return place_words(encode_words(event, stamp, sees), seq, prev)


def chained(entries: Sequence[Entry]) -> bytes:
    """The journal of these entries, the first of them its header, whose plan gets its right hash."""
    header = entries[0].event
    assert isinstance(header, RunStarted)
    digest = sha256("\n".join(header.plan).encode()).hexdigest()
    data = encode_header(replace(header, plan_sha256=digest), entries[0].stamp)
    for entry in entries[1:]:
        head = data[-66:-2].decode()
        data += encode_event(entry.event, entry.stamp, sees=head, seq=entry.seq, prev=head)
    return data
