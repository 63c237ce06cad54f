"""Commands from start to end, beside a Python that imports what they can't do without."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.bench.measure import Taken, environment, in_turn, python, rollout, spawned
from tests.bench.samples import begun, plan_of
from tests.bench.table import Row, compared

ROUNDS = 20
IMPORTS = "import argparse, tomllib, dataclasses, datetime, hashlib"


def rows(folder: Path) -> list[Row]:
    place = folder / "commands"
    place.mkdir()
    run = begun(place, plan_of(folder, 50)).run.id
    known = environment(folder)

    def start(command: list[str]) -> Callable[[], Taken]:
        return partial(spawned, command, known, folder)

    numbers = count(1)
    taken = in_turn(
        {
            "argparse": start(python("import argparse")),
            "imports": start(python(IMPORTS)),
            "--help": start(rollout("--help")),
            "--version": start(rollout("--version")),
            "status": start(rollout("status", run, "--runs", str(place))),
            "sign": lambda: spawned(rollout("sign", run, f"i{next(numbers)}", "--runs", str(place)), known, folder),
            "verify": start(rollout("verify", str(place / f"{run}.toml"))),
        },
        ROUNDS,
    )
    informing = [
        compared(f"rollout {name}", taken[name], "import argparse", taken["argparse"], budget=1.3)
        for name in ("--help", "--version")
    ]
    working = [
        compared(f"rollout {name}", taken[name], "import argparse, tomllib, …", taken["imports"], budget=1.5)
        for name in ("status", "sign", "verify")
    ]
    return informing + working
