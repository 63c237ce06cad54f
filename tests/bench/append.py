"""One durable sign-off: decided, appended, synced and folded, beside what else keeps one line for good."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from hashlib import sha256
from itertools import count
from pathlib import Path

from rollout_tui.clock import SystemClock
from rollout_tui.run.intents import Sign
from rollout_tui.session import Session
from tests.bench.measure import Act, Measured, Taken, environment, in_turn, spawned, timed
from tests.bench.samples import ALICE, begun, journal_of, plan_of
from tests.bench.table import Row, compared
from tests.runs import runs_folder

ROUNDS = 300
COMMITS = 8
LONG = 10_000
_BLOCK = b"x" * 400


def rows(folder: Path, long: int = LONG) -> list[Row]:
    """Compare sign-offs in a new journal, and one in a journal of `long` events, with the floors in the same folder."""
    items = ROUNDS + 10
    short = begun(folder, plan_of(folder, items))
    grown = runs_folder.resume(journal_of(folder / "long", items, long), SystemClock(), ALICE)
    taken = in_turn(
        {
            "raw": timed(raw(folder / "raw")),
            "locked": timed(_locked(folder / "locked")),
            "sqlite": timed(_sqlite(folder / "events.db")),
            "ours": timed(signing(short, items)),
            "long": timed(signing(grown, items)),
        },
        ROUNDS,
    )
    commits = in_turn({"git": _committing(folder)}, COMMITS)["git"]
    ours = taken["ours"]
    return [
        compared("durable sign-off", ours, "write + fdatasync", taken["raw"], budget=1.6),
        compared("durable sign-off", ours, "lock, hash, write, sync", taken["locked"]),
        compared("durable sign-off", ours, "sqlite, WAL, FULL", taken["sqlite"], budget=1.0),
        compared("durable sign-off", ours, "git commit of a line", commits, budget=1 / 30),
        compared(f"… behind {long:,} events", taken["long"], "in a new journal", ours, budget=1.15),
    ]


def raw(path: Path) -> Act:
    """The least that is durable: one write to a file that is open, and a sync."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def act() -> None:
        os.write(descriptor, _BLOCK)
        os.fdatasync(descriptor)

    return act


def _locked(path: Path) -> Act:
    """What a careful program adds: open, lock, look at the end, hash, format."""
    numbers = count()
    path.touch()

    def act() -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        last = os.pread(descriptor, len(_BLOCK), max(0, size - len(_BLOCK)))
        body = f'[[event]]\nkind = "item_signed"\nseq = {next(numbers)}\nprev = "{sha256(last).hexdigest()}"\n'.encode()
        os.write(descriptor, body + f'hash = "{sha256(body).hexdigest()}"\n'.encode())
        os.fdatasync(descriptor)
        os.close(descriptor)

    return act


def _sqlite(path: Path) -> Act:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, kind TEXT, at TEXT, by TEXT, item TEXT)")

    def act() -> None:
        with database:
            database.execute(
                "INSERT INTO events (kind, at, by, item) VALUES ('item_signed', '2026-01-05', 'alice', 'tests')"
            )

    return act


def signing(session: Session, items: int) -> Act:
    """Sign one item after the other."""
    names = iter(range(1, items + 1))
    return lambda: session.act(Sign(f"i{next(names)}"))


def _committing(folder: Path) -> Measured:
    place = folder / "repository"
    place.mkdir()
    known = environment(folder)
    spawned(["git", "init", "--quiet", "."], known, place)
    log = place / "log"
    log.touch()
    spawned(["git", "add", "log"], known, place)
    who = [
        "-c",
        "user.name=alice",
        "-c",
        "user.email=alice@example.com",
        "-c",
        "commit.gpgSign=false",
        "-c",
        "core.fsync=all",
    ]

    def act() -> Taken:
        with log.open("ab") as file:
            file.write(_BLOCK + b"\n")
        return spawned(["git", *who, "commit", "--quiet", "--all", "--message", "sign"], known, place)

    return act
