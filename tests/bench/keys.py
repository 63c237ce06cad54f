"""From the key that signs an item to its receipt on the screen, and the bytes that this sends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.append import raw
from tests.bench.measure import Taken, environment, in_turn, middle, p95, timed
from tests.bench.start import FLOOR, floor_app, resuming
from tests.bench.table import Row, alone, plain
from tests.bench.terminal import Terminal

SIZES = {50: 25, 1_000: 15, 10_000: 12}
"""How many items there are, and how often the key is pressed."""

# The program takes no second recording key before this many seconds have passed.
_QUIET = 0.27


def rows(folder: Path) -> list[Row]:
    return [row for size, rounds in SIZES.items() for row in of_size(folder, size, rounds)]


def of_size(folder: Path, size: int, rounds: int) -> list[Row]:
    place = folder / f"keys-{size}"
    place.mkdir()
    known = environment(folder)
    sent: dict[str, list[float]] = {"ours": [], "floor": []}
    with (
        Terminal(resuming(place, "run", size, 0), folder=place, environment=known) as ours,
        Terminal(floor_app(size), folder=place, environment=known) as floor,
    ):
        ours.wait_for("Many items", "opened at", "Sign")
        floor.wait_for(*FLOOR)
        for each in (ours, floor):
            each.settle(0.5)
        taken = in_turn(
            {
                "ours": pressed(ours, "recorded #{} ", sent["ours"]),
                "floor": pressed(floor, "signed #{} ", sent["floor"]),
                "sync": timed(raw(place / "raw")),
            },
            rounds,
        )
    wall = {name: [each.wall for each in each_taken] for name, each_taken in taken.items()}
    sync = middle(wall["sync"])
    # The floor syncs nothing: what the disk takes is not the screen's.
    over_sync = (p95(wall["ours"]) - sync) / p95(wall["floor"])
    floor_is = f"line API, {size:,} rows"
    return [
        Row(
            f"key to repaint, {size:,} rows, p95 less a sync",
            "ms",
            middle(wall["ours"]),
            p95(wall["ours"]),
            floor_is,
            middle(wall["floor"]),
            p95(wall["floor"]),
            ratio=over_sync,
            cpu_ratio=middle([each.cpu for each in taken["ours"]]) / middle([each.cpu for each in taken["floor"]]),
            budget=1.5,
        ),
        plain(f"bytes of a key, {size:,} rows", "bytes", sent["ours"], floor_is, sent["floor"], limit=1024),
        alone("… of which the sync", "ms", wall["sync"]),
    ]


def pressed(terminal: Terminal, awaited: str, sent: list[float]) -> Callable[[], Taken]:
    """Press space, await the text with the number of the press, and count what is sent until all is quiet."""
    number = 0

    def press() -> Taken:
        nonlocal number
        number += 1
        time.sleep(_QUIET / 2)
        before = terminal.cpu
        terminal.press(" ")
        wall = terminal.wait_for(awaited.format(number))
        terminal.settle(_QUIET / 2)
        sent.append(terminal.sent)
        return Taken(wall, terminal.cpu - before)

    return press
