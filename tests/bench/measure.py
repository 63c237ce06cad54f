"""How a figure is taken: ours and its floor in turn, a round to warm up dropped; medians, p95, processor time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Act = Callable[[], object]
Measured = Callable[[], "Taken"]


@dataclass(frozen=True)
class Taken:
    """What one act took, in milliseconds: of the wall's clock, and of the processor's."""

    wall: float
    cpu: float


def in_turn(acts: Mapping[str, Measured], rounds: int, warm_up: int = 1) -> dict[str, list[Taken]]:
    """Do all acts round after round, each time in another order, so that a busy moment meets all of them."""
    taken: dict[str, list[Taken]] = {name: [] for name in acts}
    names = list(acts)
    for number in range(warm_up + rounds):
        for name in names:
            found = acts[name]()
            if number >= warm_up:
                taken[name].append(found)
        names.append(names.pop(0))
    return taken


def timed(act: Act) -> Measured:
    """Take the time of an act within this process."""

    def measured() -> Taken:
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        return Taken((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)

    return measured


def spawned(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Taken:
    """Take the time of a process from its start to its end; AssertionError if it fails."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.stderr is not None
    with child.stderr:
        said = child.stderr.read().decode(errors="replace")
    assert child.returncode in {0, 3}, f"{command} ended with {child.returncode}: {said}"  # 3: unfinished
    return Taken(wall * 1e3, (used.ru_utime + used.ru_stime) * 1e3)


def environment(home: Path) -> dict[str, str]:
    """Give the environment of a person who has nothing set up but a name."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "ROLLOUT_OPERATOR": "alice",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def rollout(*arguments: str) -> list[str]:
    """Give the command of the installed program."""
    return [str(Path(sys.executable).parent / "rollout"), *arguments]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def p95(figures: Sequence[float]) -> float:
    """Give the figure that 95 of 100 do not exceed."""
    return sorted(figures)[min(len(figures) - 1, round(len(figures) * 0.95))]


def middle(figures: Sequence[float]) -> float:
    return median(figures)
