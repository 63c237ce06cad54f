"""From the start of the program to its first full screen, and the memory that it has by then."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.bench.measure import Taken, environment, in_turn, rollout
from tests.bench.samples import begun, journal_of, plan_of
from tests.bench.table import Row, compared, plain
from tests.bench.terminal import Terminal

ROUNDS = 8
ROUNDS_OF_BIG = 3
BIG = 10_000

# What is drawn last of a screen: the rows in the middle, the keys below, who acts above.
OURS = ("Many items", "Item 00010", "alice", "opened at", "Sign")
FLOOR = ("floor", "Item 00020", "Sign", "Quit")


def rows(folder: Path, big: int = BIG) -> list[Row]:
    small, empty = resuming(folder, "small", 50, 0), resuming(folder, "empty", 1, 0)
    memory: dict[str, list[float]] = {"ours": [], "floor": []}
    taken = in_turn(
        {
            "ours": partial(painted, small, OURS, folder, memory["ours"]),
            "floor": partial(painted, floor_app(50), FLOOR, folder, memory["floor"]),
        },
        ROUNDS,
    )
    resumed = resuming(folder, "big", big, big)
    shown = ("Many items", "alice", "opened at", "Sign")
    grown = in_turn(
        {"big": partial(painted, resumed, shown, folder), "empty": partial(painted, empty, shown, folder)},
        ROUNDS_OF_BIG,
    )
    floor = "Textual, 50 rows"
    return [
        compared("start to first full paint", taken["ours"], floor, taken["floor"], budget=1.25),
        compared(f"start at {big:,} items, events", grown["big"], "start at 1 item", grown["empty"], budget=1.5),
        plain("memory", "MB", memory["ours"], floor, memory["floor"], budget=1.5),
    ]


def painted(command: Sequence[str], texts: Sequence[str], folder: Path, memory: list[float] | None = None) -> Taken:
    """Start a program and take the time until all of the texts are on the screen."""
    with Terminal(command, folder=folder, environment=environment(folder)) as terminal:
        wall = terminal.wait_for(*texts)
        taken = Taken(wall, terminal.cpu)
        if memory is not None:
            terminal.settle()
            memory.append(terminal.peak_memory)
        return taken


def resuming(folder: Path, name: str, items: int, events: int) -> list[str]:
    """Give the command that resumes a run of so many items and events."""
    place = folder / name
    place.mkdir(exist_ok=True)
    path = journal_of(place, items, events) if events else place / f"{begun(place, plan_of(folder, items)).run.id}.toml"
    return rollout("resume", str(path))


def floor_app(*arguments: int | str) -> list[str]:
    return [sys.executable, str(Path(__file__).parent / "floor_apps.py"), *map(str, arguments)]
