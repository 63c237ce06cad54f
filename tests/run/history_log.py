"""A log made of events, with the time that passes before each: as the tests of the history need it, and no plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from rollout_tui.journal.blocks import encode_header
from rollout_tui.run import events as ev
from rollout_tui.run.events import Entry, Event, RunClosed, RunStarted, Stamp
from tests.journal.chained import encode_event

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ITEMS = (
    "tests",
    "pre-deployment/code-review-approved",
    "migration/add-column",
    "some/start",
    "some/flag/new-shop",
    "some/metric/errors",
    "all/start",
    "all/metric/errors",
    "health",
    "migration/drop-column",
    "rollback/bug/1",
)
PLAN = ("[plan]", 'name = "Shop 2"')


class Log:
    """Entries as they are added, by whoever, each `minutes` after the one before."""

    def __init__(self, service: str = "shop", release: str = "2.0.0", days: float = 0, **header: object) -> None:
        self.at = START + timedelta(days=days)
        started = RunStarted(
            run=f"{self.at:%Y-%m-%d}-shop-{int(days * 100)}",
            service=service,
            release=release,
            items=ITEMS,
            plan=PLAN,
            plan_sha256=sha256("\n".join(PLAN).encode()).hexdigest(),
        )
        started = replace(started, **header)  # type: ignore[arg-type]
        self.entries = [Entry(0, Stamp(self.at, "alice", "alice@host"), started, "0" * 64)]

    def add(self, event: Event, minutes: float = 10, by: str = "alice", happened: datetime | None = None) -> Log:
        self.at += timedelta(minutes=minutes)
        seq = len(self.entries)
        if isinstance(event, RunClosed):
            event = replace(event, events=seq)
        self.entries.append(Entry(seq, Stamp(self.at, by, f"{by}@host", happened), event, f"{seq:064x}"))
        return self

    def deployed(self) -> Log:
        """Up to the first phase, which is promoted after two hours."""
        self.add(ev.ItemSigned("tests"))
        self.add(ev.ItemSigned("pre-deployment/code-review-approved"))
        self.add(ev.GatePromoted("pre-deployment"))
        self.add(ev.ItemSigned("migration/add-column"), 30)
        self.add(ev.PhaseStarted("some"), 5)
        self.add(ev.ItemSigned("some/flag/new-shop"))
        return self.add(ev.GatePromoted("some"), 110)

    def completed(self) -> Log:
        """From there to the close."""
        self.add(ev.PhaseStarted("all"))
        self.add(ev.GatePromoted("all"), 60)
        self.add(ev.ItemSigned("health"), 20)
        self.add(ev.ItemSigned("migration/drop-column"), 40)
        return self.add(RunClosed("completed", 0, "done"))

    def write(self, folder: Path) -> Path:
        """Write it as a journal, named after its run."""
        header = self.entries[0].event
        assert isinstance(header, RunStarted)
        data = encode_header(header, self.entries[0].stamp)
        for entry in self.entries[1:]:
            head = data[-66:-2].decode()
            data += encode_event(entry.event, entry.stamp, sees=head, seq=entry.seq, prev=head)
        path = folder / f"{header.run}.toml"
        path.write_bytes(data)
        return path
