"""`rollout history` over 1,000 logs of 100 events, against parsing the same bytes with tomllib and verifying the chain.

Run by hand: python tests/bench/history.py [LOGS [EVENTS]]. It prints figures and fails nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from generated_logs import write_logs

from rollout_tui.cli.history import read
from rollout_tui.journal.chain import Chain
from rollout_tui.run.history import figures

BUDGET = 0.12
_SALT = b"rollout-journal/1\n"
_HASH = b'hash = "sha256:'


def main(logs: int = 1000, events: int = 100) -> None:
    with tempfile.TemporaryDirectory() as folder:
        size = write_logs(Path(folder), logs, events)
        paths = sorted(Path(folder).glob("*.toml"))
        print(f"{logs} logs of {events} events, {size / 1e6:.1f} MB, each with a plan of its own")
        peak, empty = _peak(Path(folder)), _peak(None)
        print(f"peak memory of a process that reads them: {peak:.0f} MB; that reads none: {empty:.0f} MB")
        floor = _seconds(lambda: [_parse(path.read_bytes()) for path in paths], times=1)
        rows = {
            "tomllib + chain": floor,
            "rollout history": _seconds(lambda: _history(Path(folder))),
            "  hashing the bytes": _seconds(lambda: [_hash(path.read_bytes()) for path in paths]),
            "  verifying and reading them": _seconds(lambda: [_entries(path.read_bytes()) for path in paths]),
        }
        entries = [_entries(path.read_bytes()) for path in paths[:100]]
        rows["  figures of the entries"] = _seconds(lambda: [figures(each) for each in entries]) * len(paths) / 100
        for name, seconds in rows.items():
            print(f"{name:30} {seconds:7.3f} s  {seconds / floor:6.3f}")
        print(f"{'budget':30} {'':9}  {BUDGET:6.3f}")


def _seconds(act: Callable[[], object], times: int = 3) -> float:
    """The least processor time, which other processes disturb least."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        act()
        best = min(best, time.process_time() - begun)
    return best


def _history(folder: Path) -> object:
    return read(folder, datetime.now(UTC), None, None)


def _parse(data: bytes) -> None:
    tomllib.loads(data.decode())
    _hash(data)


def _hash(data: bytes) -> None:
    start = 0
    while (mark := data.find(_HASH, start)) >= 0:
        assert sha256(_SALT + data[start:mark]).hexdigest().encode() == data[mark + len(_HASH) : mark + len(_HASH) + 64]
        start = mark + len(_HASH) + 64 + 2


def _entries(data: bytes) -> list[object]:
    chain = Chain()
    chain.extend(data)
    return chain.entries


def _peak(folder: Path | None) -> float:
    """The peak memory in megabytes of a process of its own that reads a folder, or nothing."""
    child = os.fork()
    if child == 0:
        # A fork inherits this process's pages, so what it reads begins from a fresh interpreter.
        code = "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        code += "from rollout_tui.cli.history import read\n"
        code += "if len(sys.argv) > 1: read(Path(sys.argv[1]), datetime.now(UTC), None, None)"
        os.execv(sys.executable, [sys.executable, "-c", code, *([str(folder)] if folder else [])])
    _, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
