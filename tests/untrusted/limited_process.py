"""Tries commands on one bomb after the other, each in a process of its own that may take no more than it should.

A process that has loaded the commands forks for each case; the child may add `ROOM` bytes of address space to what it
began with, and use `CPU_SECONDS`. So what is counted is what the file costs, not what the program does.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.untrusted.bombs import BOMBS

ROOM = 200 * 1024 * 1024
CPU_SECONDS = 8
COMMANDS = {
    "plan": ("check", "run", "verify"),
    "journal": ("verify", "list", "check"),
    "large journal": ("verify", "status", "list", "check"),
    "file": ("check", "run", "verify", "status", "list"),
}


def arguments(command: str, path: Path) -> list[str]:
    return {
        "check": ["check", str(path)],
        "run": ["run", str(path), "--detach", "--as", "alice", "--runs", str(path.parent.with_name("new"))],
        "verify": ["verify", str(path)],
        "status": ["status", str(path)],
        "list": ["list", "--runs", str(path.parent)],
    }[command]


def run_limited(command: str, path: Path) -> dict[str, Any]:
    """Run one command on a file, and give its exit code, what it printed and what it took."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os._exit(_with_limits(command, path))
        _, status, usage = os.wait4(child, 0)
        said.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "said": said.read(4_000_000).decode(errors="surrogateescape"),
            "cpu": usage.ru_utime + usage.ru_stime,
            "mib": usage.ru_maxrss / 1024,
        }


def _with_limits(command: str, path: Path) -> int:
    from rollout_tui.cli import main
    from rollout_tui.clock import SystemClock

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + ROOM,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        return main(arguments(command, path), SystemClock())
    except BaseException:  # noqa: BLE001 (told to the test)
        traceback.print_exc()
        return 99
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, MemoryError):
                stream.flush()


def run_commands_on(names: list[str]) -> Iterator[dict[str, Any]]:
    import rollout_tui.cli.check
    import rollout_tui.cli.listing
    import rollout_tui.cli.start
    import rollout_tui.cli.status
    import rollout_tui.cli.verify
    import rollout_tui.plan.locate
    import rollout_tui.plan.validation  # noqa: F401 (loaded before the forks)

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            runs = Path(folder) / "runs"
            runs.mkdir()
            path = runs / "bomb.toml"
            BOMBS[name](path)
            for command in COMMANDS[name.partition(":")[0]]:
                found = run_limited(command, path)
                yield {"bomb": name, "command": command, **found, "mib": max(0.0, found["mib"] - base)}
            shutil.rmtree(runs, ignore_errors=True)


if __name__ == "__main__":
    for each in run_commands_on(sys.argv[1:] or list(BOMBS)):
        print(json.dumps(each), flush=True)
