"""Journals and events that the tests of this folder share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from rollout_tui.run.events import (
    NO_EXTRAS,
    Entry,
    Event,
    Extras,
    GateHeld,
    ItemSigned,
    MetricMeasured,
    NoteAdded,
    RunStarted,
    Stamp,
)
from rollout_tui.runs.appending import Draft, Recorded, Unknown
from rollout_tui.runs.file_store import FileStore, create

AT = datetime(2026, 11, 22, 18, 40, 1, 123000, UTC)
ALICE = Stamp(AT, "alice", "alice@bastion")
BOB = Stamp(AT, "bob", "bob@laptop", happened=datetime(2026, 11, 22, 18, 30, 0, 0, UTC))

PLAN = ("format = 1", 'name = "Checkout — 2.4.0"', "")

STARTED = RunStarted(
    run="checkout-1",
    service="checkout",
    release="2.4.0",
    items=("backups", "dashboards"),
    plan=PLAN,
    plan_sha256=sha256("\n".join(PLAN).encode()).hexdigest(),
)

EVENTS: tuple[Event, ...] = (
    ItemSigned("backups", note='restored on "staging"\nin 4 min'),
    MetricMeasured("error rate", 0.25, "phase-1"),
    NoteAdded("déjà vu 🚀\u202e"),
    GateHeld("waiting for the DBA"),
)


@dataclass(frozen=True)
class Sample:
    """A journal on disk and what is in it."""

    path: Path
    entries: list[Entry]

    @property
    def data(self) -> bytes:
        return self.path.read_bytes()


def add(store: FileStore, event: Event, stamp: Stamp = ALICE, extras: Extras = NO_EXTRAS) -> Entry:
    """Append an event behind whatever is there; raises what keeps it from being known."""
    recorded = store.append(Draft(event, stamp, store.head, extras), store.head)
    if isinstance(recorded, Unknown):
        raise recorded.error
    assert isinstance(recorded, Recorded), recorded
    return recorded.entry


def make(folder: Path, *events: Event) -> Sample:
    """Make a journal of these events."""
    path = folder / "checkout-1.toml"
    with create(path, STARTED, ALICE) as store:
        for place, event in enumerate(events):
            add(store, event, BOB if place % 2 else ALICE)
        return Sample(path, store.read(-1))
