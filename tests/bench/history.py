"""`rollout history` and `list` over many logs, each with a plan of its own, beside a TOML parser and the chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rollout_tui.cli.history import read
from rollout_tui.journal.chain import Chain
from rollout_tui.run.events import Entry
from rollout_tui.run.figures import figures
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.listing import summary
from tests.bench.generated_logs import write_logs
from tests.bench.measure import in_turn, timed
from tests.bench.opening import hashed, parsed
from tests.bench.table import Row, alone, by_cpu

LOGS = 1_000
EVENTS = 100


def rows(folder: Path, logs: int = LOGS) -> list[Row]:
    place = folder / "logs"
    place.mkdir()
    write_logs(place, logs, EVENTS)
    paths = sorted(place.glob("*.toml"))
    floor = in_turn({"floor": timed(lambda: _each(parsed, paths))}, 1, warm_up=0)["floor"]
    taken = in_turn(
        {
            "ours": timed(lambda: read(FolderRuns(place), datetime.now(UTC), None, None)),
            "chain": timed(lambda: _each(lambda path: hashed(path.read_bytes()), paths)),
            "listing": timed(lambda: [summary(log) for log in FolderRuns(place).list()]),
            "reading": timed(lambda: _each(_entries, paths)),
        },
        3,
    )
    entries = [_entries(path) for path in paths]
    told = in_turn({"figures": timed(lambda: [figures(each) for each in entries])}, 1)["figures"]
    title = f"history of {logs:,} logs of {EVENTS} events"
    return [
        by_cpu(title, taken["ours"], "tomllib + chain", floor, budget=0.12),
        by_cpu(title, taken["ours"], "chain alone", taken["chain"]),
        by_cpu(f"list of {logs:,} logs of {EVENTS} events", taken["listing"], "tomllib + chain", floor, budget=0.2),
        alone("… verifying and reading them", "ms", [each.cpu for each in taken["reading"]]),
        alone("… figures of their entries", "ms", [each.cpu for each in told]),
    ]


def _each(act: Callable[[Path], object], paths: list[Path]) -> None:
    for path in paths:
        act(path)


def _entries(path: Path) -> list[Entry]:
    chain = Chain()
    chain.extend(path.read_bytes())
    return chain.entries
