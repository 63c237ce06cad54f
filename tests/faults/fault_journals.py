"""Journals that faults are tried on, and what is asked of one afterwards."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rollout_tui.journal.shapes import KINDS, Field, fields_of
from rollout_tui.journal.verdicts import Verification
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import (
    NO_EXTRAS,
    Entry,
    Event,
    Extras,
    HeadAnchored,
    NoteAdded,
    PlanRedlined,
    RunClosed,
    RunStarted,
    Stamp,
)
from rollout_tui.runs.appending import Draft, Recorded, Unknown
from rollout_tui.runs.file_store import FileStore, create

AT = datetime(2026, 11, 22, 18, 40, 1, 123000, UTC)
ALICE = Stamp(AT, "alice", "alice@bastion", boot="51351a7e", up_ms=86_400_123)

_PLAN = ("format = 1", 'name = "Checkout — 2.4.0"', "")

STARTED = RunStarted(
    run="checkout-1",
    service="checkout",
    release="2.4.0",
    items=("backups", "dashboards"),
    plan=_PLAN,
    plan_sha256=sha256("\n".join(_PLAN).encode()).hexdigest(),
)


@contextmanager
def folder_in_memory(folder: Path) -> Iterator[Path]:
    """Give a folder whose syncs cost nothing, where there is one: for faults that no disk has a part in."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield folder
        return
    with TemporaryDirectory(prefix="rollout-faults-", dir=memory) as name:
        yield Path(name)


def short_journal(folder: Path, notes: int = 2) -> Path:
    """Make a journal of a header and some notes."""
    with create(folder / "checkout-1.toml", STARTED, ALICE) as store:
        for number in range(notes):
            append_event(store, NoteAdded(f"déjà vu {number} 🚀\u202e"))
        return store.path


def closed_journal(folder: Path) -> Path:
    """Make a journal that has each kind of event, its close last, but for what would need a file beside it."""
    with create(folder / "checkout-1.toml", STARTED, ALICE) as store:
        kinds = [kind for kind in KINDS if kind not in {RunStarted.kind, RunClosed.kind, HeadAnchored.kind}]
        for kind in kinds:
            append_event(store, _event_of(kind), Extras(meaning="reviewed", late=True, relayed_for="Karim"))
        append_event(store, RunClosed("completed", len(kinds) + 1, "it is done"))
        # What does not verify before it is changed would show nothing.
        assert verify(store.path).verdict == "whole", verify(store.path).words
        return store.path


def append_event(store: FileStore, event: Event, extras: Extras = NO_EXTRAS) -> Entry:
    """Append an event behind whatever is there; raises what keeps it from being known."""
    recorded = store.append(Draft(event, ALICE, store.head, extras), store.head)
    if isinstance(recorded, Unknown):
        raise recorded.error
    assert isinstance(recorded, Recorded), recorded
    return recorded.entry


def blocks_of(data: bytes) -> list[bytes]:
    """Split a journal before each event."""
    return re.split(rb"(?=\n\[\[event\]\]\n)", data)


def lost_entries(path: Path, acknowledged: list[tuple[int, str]]) -> str:
    """Say which acknowledged events, by number and hash, the journal does not have; nothing if all are there."""
    with FileStore(path) as store:
        kept = {entry.seq: entry.hash for entry in store.read(-1)}
    gone = [seq for seq, digest in acknowledged if kept.get(seq) != digest]
    return f"acknowledged and lost: {gone}" if gone else ""


def is_sound(found: Verification) -> bool:
    """Whether this may be found after a crash: whole events, and perhaps an incomplete one behind them."""
    return found.verdict in {"whole", "open", "torn"}


def ends_in_nothing_else(path: Path) -> str:
    """Say why a journal is not open and whole to its last byte; nothing if it is."""
    found = verify(path)
    return "" if found.verdict == "open" else found.words


def _event_of(kind: str) -> Event:
    """Make an event of a kind, every field filled."""
    values: dict[str, Any] = {name: _value(name, field) for name, field in fields_of(kind).items()}
    if kind == PlanRedlined.kind:
        # Its plan has to be split at its lines, and to be the one that its digest names.
        values |= {"plan": STARTED.plan, "plan_sha256": STARTED.plan_sha256}
    return KINDS[kind](**values)


def _value(name: str, field: Field) -> object:
    if field.choices:
        return next(choice for choice in sorted(field.choices) if choice != field.default)
    if field.type is str:
        return f'{name} "é"\n'
    if field.type is tuple:
        return ("one", "two\n")
    return {int: 17, float: 0.25, bool: True}[field.type]
