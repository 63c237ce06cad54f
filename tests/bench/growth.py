"""`make bench-growth`: how the figures grow with a plan's items, a journal's events, and the logs of a folder.

python tests/bench/growth.py [--json]. The exponent is that of the last step: 0 is flat, 1 linear.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rollout_tui.clock import SystemClock
from tests.bench.append import signing
from tests.bench.generated_logs import write_logs
from tests.bench.keys import pressed
from tests.bench.measure import Measured, environment, in_turn, middle, rollout, spawned, timed
from tests.bench.places import folder_on_disk
from tests.bench.samples import ALICE, begun, journal_of, plan_of
from tests.bench.start import painted, resuming
from tests.bench.table import columns, number
from tests.bench.terminal import Terminal, listen
from tests.runs import runs_folder

ITEMS = (10, 100, 1_000, 10_000)
EVENTS = (10, 100, 1_000, 10_000, 100_000)
LOGS = (1, 10, 100, 1_000)
_SHOWN = ("Many items", "alice", "opened at", "Sign")
_ROUNDS = 3


@dataclass(frozen=True)
class Growth:
    """A figure at each size of what it depends on."""

    figure: str
    unit: str
    of: str
    sizes: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """The power of the size by which the last step grew."""
        before, last = (max(value, 1e-9) for value in self.values[-2:])
        return math.log(last / before) / math.log(self.sizes[-1] / self.sizes[-2])


def main() -> None:
    with folder_on_disk() as folder:
        found = [*_by_items(folder), *_by_events(folder), *_by_logs(folder)]
    if "--json" in sys.argv:
        print(json.dumps([asdict(each) for each in found], indent=2))
        return
    for of in dict.fromkeys(each.of for each in found):
        rows = [each for each in found if each.of == of]
        sizes = [f"{size:,}" for size in rows[0].sizes]
        cells = [[row.figure, row.unit, *map(number, row.values), f"{row.exponent:.2f}"] for row in rows]
        print(columns([of, "unit", *sizes, "exponent"], cells, texts={of, "unit"}), end="\n\n")


def _by_items(folder: Path) -> Iterable[Growth]:
    figures = {
        "key to repaint": "ms",
        "bytes of a key": "bytes",
        "idle second": "ms of cpu",
        "start to first full paint": "ms of cpu",
        "memory": "MB",
        "rollout check": "ms of cpu",
        "rollout status": "ms of cpu",
        "rollout sign": "ms of cpu",
        "durable sign-off": "ms",
    }
    values = [_of_items(folder, size) for size in ITEMS]
    for place, (figure, unit) in enumerate(figures.items()):
        yield Growth(figure, unit, "items of a plan", ITEMS, tuple(each[place] for each in values))


def _of_items(folder: Path, size: int) -> list[float]:
    place = folder / f"items-{size}"
    place.mkdir()
    known = environment(folder)
    memory: list[float] = []
    starts = [painted(resuming(place, "start", size, 0), _SHOWN, folder, memory) for _ in range(_ROUNDS)]
    with Terminal(resuming(place, "keys", size, 0), folder=place, environment=known) as screen:
        screen.wait_for(*_SHOWN)
        screen.settle(0.5)
        sent: list[float] = []
        press = pressed(screen, "recorded #{} ", sent)
        keys = [press().wall for _ in range(6)]
        before = screen.cpu
        listen([screen], 5)
        idle = (screen.cpu - before) / 5
    session = begun(place, plan_of(place, size))
    runs_here = ("--runs", str(place))
    numbers = iter(range(2, size + 1))
    commands = in_turn(
        {
            "check": lambda: spawned(rollout("check", str(plan_of(place, size))), known, folder),
            "status": lambda: spawned(rollout("status", session.run.id, *runs_here), known, folder),
            "sign": lambda: spawned(rollout("sign", session.run.id, f"i{next(numbers)}", *runs_here), known, folder),
        },
        _ROUNDS,
    )
    other = begun(place / "other", plan_of(place, size))
    signed = in_turn({"ours": timed(signing(other, size))}, min(size, 50) - 2)["ours"]
    return [
        middle(keys),
        middle(sent),
        idle,
        middle([each.cpu for each in starts]),
        middle(memory),
        *(middle([each.cpu for each in commands[name]]) for name in ("check", "status", "sign")),
        middle([each.wall for each in signed]),
    ]


def _by_events(folder: Path) -> Iterable[Growth]:
    known = environment(folder)
    reading, folding, status, start = [], [], [], []
    for size in EVENTS:
        path = journal_of(folder / f"events-{size}", 50, size)
        reading.append(_cpu(timed(partial(runs_folder.read, path))))
        session = runs_folder.resume(path, SystemClock(), ALICE)
        folding.append(middle([each.wall for each in in_turn({"ours": timed(signing(session, 50))}, 40)["ours"]]))
        status.append(_cpu(partial(spawned, rollout("status", str(path)), known, folder)))
        start.append(_cpu(partial(painted, rollout("resume", str(path)), _SHOWN, folder)))
    yield Growth("opening, verified and folded", "ms of cpu", "events of a journal", EVENTS, tuple(reading))
    yield Growth("durable sign-off", "ms", "events of a journal", EVENTS, tuple(folding))
    yield Growth("rollout status", "ms of cpu", "events of a journal", EVENTS, tuple(status))
    yield Growth("start to first full paint", "ms of cpu", "events of a journal", EVENTS, tuple(start))


def _by_logs(folder: Path) -> Iterable[Growth]:
    known = environment(folder)
    commands = {
        "rollout list": ("list",),
        "rollout history": ("history",),
        "rollout status (the newest)": ("status",),
    }
    values: dict[str, list[float]] = {name: [] for name in (*commands, "home to first full paint")}
    for size in LOGS:
        place = folder / f"logs-{size}"
        place.mkdir()
        write_logs(place, size, 100)
        for name, words in commands.items():
            values[name].append(_cpu(partial(spawned, rollout(*words, "--runs", str(place)), known, folder)))
        home = partial(painted, rollout("--runs", str(place)), ("checkout", "Quit"), folder)
        values["home to first full paint"].append(_cpu(home))
    for name, found in values.items():
        yield Growth(name, "ms of cpu", "logs of 100 events", LOGS, tuple(found))


def _cpu(act: Measured) -> float:
    """The processor's time of the middle of a few rounds."""
    return middle([each.cpu for each in in_turn({"ours": act}, _ROUNDS)["ours"]])


if __name__ == "__main__":
    main()
