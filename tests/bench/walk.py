"""Over a bad link: what each key of a whole walk through plans/checkout.toml sends to the terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rollout_tui.clock import SystemClock
from rollout_tui.people import Actor
from rollout_tui.run.intents import Sign
from rollout_tui.run.moment import Moment
from rollout_tui.run.next import NextStep, next_step
from rollout_tui.run.stages import Item
from rollout_tui.run.state import Run
from tests.bench.measure import environment, rollout
from tests.bench.samples import CHECKOUT, begun
from tests.bench.table import Row, alone
from tests.bench.terminal import Terminal
from tests.runs import runs_folder

FINE = ("0.2", "410", "38", "55", "41")
BOB = Actor("bob", "bob", "bastion")
_QUIET = 0.27
_TYPING = 0.08
_MOST_KEYS = 500


def rows(folder: Path) -> list[Row]:
    """Walk a rehearsal of the plan, which skips its soaks, to its close by keys alone."""
    place = folder / "walk"
    place.mkdir()
    path = place / f"{begun(place, CHECKOUT, rehearsal=True).run.id}.toml"
    sent: list[float] = []
    with Terminal(rollout("resume", str(path)), folder=folder, environment=environment(folder)) as terminal:
        terminal.wait_for("Checkout v2", "opened at", "Sign")
        terminal.settle(0.5)
        while (run := _run(path)).closed is None:
            for key in _keys(path, run):
                terminal.press(key)
                # A key that may have recorded is followed by the pause before which no other would.
                terminal.settle(_QUIET if key in " \r" else _TYPING)
                sent.append(terminal.sent)
            _await_more(path, run.seq)
            assert len(sent) < _MOST_KEYS, f"the walk does not come past: {_next(run).text}"
    return [
        alone("bytes of a key, whole walk", "bytes", sent, limit=1024),
        alone(f"… of all {len(sent)} keys", "kB", [sum(sent) / 1e3]),
    ]


def _keys(path: Path, run: Run) -> Iterator[str]:
    """Give the keys that do what is next, one by one."""
    step = _next(run)
    match step.action:
        case "sign":
            yield " "
            item = run.sequence.items[step.item]
            if _asks_for_its_name(item):
                yield from [*item.id.rpartition("/")[2], "\r", "\r", "\r"]
        case "start-phase":
            yield from ["b", "\r"]
        case "measure":
            yield "m"
            for reading in FINE:
                yield from [*reading, "\r"]
        case "go" | "promote":
            yield from ["p", "\r"]
        case "close":
            yield from ["c", *"2.4.0 is live", "\r"]
        case _:
            runs_folder.resume(path, SystemClock(), BOB).act(Sign(step.item, confirm=step.item.rpartition("/")[2]))
            time.sleep(1)


def _asks_for_its_name(item: Item) -> bool:
    return item.step is not None and not item.step.reversible


def _await_more(path: Path, seq: int) -> None:
    """Wait until the journal holds what the keys recorded; a busy machine may take its time."""
    for _ in range(100):
        if _run(path).seq > seq:
            return
        time.sleep(_TYPING)


def _run(path: Path) -> Run:
    run = runs_folder.read(path).run
    assert run is not None
    return run


def _next(run: Run) -> NextStep:
    return next_step(run, Moment(datetime.now(UTC)), Actor("alice"))
