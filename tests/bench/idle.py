"""What a screen costs that nobody touches: the processor's time and the bytes of a second."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.bench.measure import environment, rollout
from tests.bench.samples import at_a_soak
from tests.bench.start import FLOOR, OURS, floor_app, resuming
from tests.bench.table import Row, plain
from tests.bench.terminal import Terminal, listen

SECONDS = 5
ROUNDS = 3
_HOUR = 3600


def rows(folder: Path) -> list[Row]:
    """Leave four screens alone at once: ours, ours in a soak, Textual with a clock and without."""
    place = folder / "soak"
    place.mkdir()
    commands = {
        "checklist": (resuming(folder, "idle", 50, 8), OURS),
        "soak": (rollout("resume", str(at_a_soak(place))), ("Checkout v2", "opened at", "Sign")),
        "clock": (floor_app(50, "clock"), FLOOR),
        "still": (floor_app(50), FLOOR),
    }
    with ExitStack() as stack:
        screens: dict[str, Terminal] = {}
        for name, (command, texts) in commands.items():
            screens[name] = stack.enter_context(Terminal(command, folder=folder, environment=environment(folder)))
            screens[name].wait_for(*texts)
        for screen in screens.values():
            screen.settle(0.2)
        listen(screens.values(), 2)
        cpu: dict[str, list[float]] = {name: [] for name in screens}
        sent: dict[str, list[float]] = {name: [] for name in screens}
        for _ in range(ROUNDS):
            before = {name: (screen.sent, screen.cpu) for name, screen in screens.items()}
            listen(screens.values(), SECONDS)
            for name, screen in screens.items():
                sent[name].append((screen.sent - before[name][0]) / SECONDS)
                cpu[name].append((screen.cpu - before[name][1]) / SECONDS)
    still = "Textual, no clock"
    clock = "Textual, a line clock"
    return [
        plain("idle second", "ms of cpu", cpu["checklist"], clock, cpu["clock"], limit=5),
        plain("idle second in a soak", "ms of cpu", cpu["soak"], clock, cpu["clock"], limit=5),
        plain("idle second", "ms of cpu", cpu["checklist"], still, cpu["still"]),
        plain("bytes of an idle second", "bytes", sent["checklist"], clock, sent["clock"], limit=200),
        plain("bytes of a second in a soak", "bytes", sent["soak"], clock, sent["clock"], limit=200),
        plain("bytes of an idle hour", "kB", _hour(sent["checklist"]), clock, _hour(sent["clock"])),
    ]


def _hour(sent: list[float]) -> list[float]:
    return [each * _HOUR / 1000 for each in sent]
