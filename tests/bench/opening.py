"""Opening a journal, verified and folded, beside a TOML parser and the chain; and verifying it, which decides again."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from pathlib import Path

from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from tests.bench.measure import in_turn, timed
from tests.bench.samples import journal_of
from tests.bench.table import Row, by_cpu
from tests.runs import runs_folder

ROUNDS = 5
EVENTS = 10_000
_SALT = b"rollout-journal/1\n"
_HASH = b'hash = "sha256:'


def rows(folder: Path, events: int = EVENTS) -> list[Row]:
    path = journal_of(folder / "opening", 50, events)
    taken = in_turn(
        {
            "ours": timed(lambda: runs_folder.read(path)),
            "floor": timed(lambda: parsed(path)),
            "chain": timed(lambda: hashed(path.read_bytes())),
        },
        ROUNDS,
    )
    title = f"opening {events:,} events"
    return [
        by_cpu(title, taken["ours"], "tomllib + chain", taken["floor"], budget=0.19),
        by_cpu(title, taken["ours"], "chain alone", taken["chain"]),
        *(_verifying(folder, items, events) for items in (10, 10_000)),
    ]


def _verifying(folder: Path, items: int, events: int) -> Row:
    path = journal_of(folder / f"verifying-{items}", items, events)
    runs, ref = FolderRuns(path.parent), RunRef(path.stem, str(path))
    taken = in_turn(
        {"ours": timed(lambda: runs.verify(ref)), "opening": timed(lambda: runs_folder.read(path))},
        ROUNDS,
    )
    title = f"verify, {items:,} items, {events:,} events"
    return by_cpu(title, taken["ours"], "opening it", taken["opening"], budget=3)


def parsed(path: Path) -> None:
    """Read a journal as any reader of TOML does, and verify its chain: the floor."""
    data = path.read_bytes()
    tomllib.loads(data.decode())
    hashed(data)


def hashed(data: bytes) -> None:
    """Verify each block's hash, and nothing else."""
    start = 0
    while (mark := data.find(_HASH, start)) >= 0:
        assert sha256(_SALT + data[start:mark]).hexdigest().encode() == data[mark + len(_HASH) : mark + len(_HASH) + 64]
        start = mark + len(_HASH) + 64 + 2
