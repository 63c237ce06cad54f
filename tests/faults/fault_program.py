"""The program with an append that lasts: `fault_program.py MOMENT MARK CODE ARGUMENTS…`.

At the MOMENT (`write`, `sync`, `synced`) of an append it makes the file MARK and waits; at its end it writes CODE.
"""

from __future__ import annotations

import fcntl
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rollout_tui.cli import main
from rollout_tui.clock import SystemClock
from rollout_tui.journal import file
from rollout_tui.tui import quiet_time

_LASTS_SECONDS = 0.4


def _held(call: Callable[..., Any], mark: Path, *, before: bool) -> Callable[..., Any]:
    def held(*arguments: Any) -> Any:
        result = None if before else call(*arguments)
        mark.touch()
        time.sleep(_LASTS_SECONDS)
        return call(*arguments) if before else result

    return held


if __name__ == "__main__":
    moment, mark, code, *arguments = sys.argv[1:]
    name = "append" if moment == "write" else "sync"
    setattr(file, name, _held(getattr(file, name), Path(mark), before=moment != "synced"))
    quiet_time.SECONDS = 0.0
    # In a session of its own, so the terminal is made its own as a login does.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    ended = main(arguments, SystemClock())
    Path(code).write_text(str(ended))
    sys.exit(ended)
