"""The program as journeys start it: `entry.py CLOCK QUIET ARGUMENTS…`, the product with a clock that they move.

CLOCK is a file with one or two numbers: seconds by which both clocks are ahead, and by which the wall clock alone is.
QUIET is how many seconds no key may have recorded before one does; `real` leaves it as it is.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from rollout_tui.cli import main
from rollout_tui.clock import SystemClock


class MovedClock:
    """The machine's clocks, ahead by what the file says."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._real = SystemClock()

    def now(self) -> datetime:
        both, wall = self._ahead()
        return self._real.now() + timedelta(seconds=both + wall)

    def monotonic(self) -> float:
        return self._real.monotonic() + self._ahead()[0]

    @property
    def boot(self) -> str:
        return self._real.boot

    def _ahead(self) -> tuple[float, float]:
        both, wall, *_ = [*map(float, self._file.read_text().split()), 0.0, 0.0]
        return both, wall


if __name__ == "__main__":
    clock, quiet, *arguments = sys.argv[1:]
    if quiet != "real":
        from rollout_tui.tui import quiet_time, type_ahead

        # Journeys wait for each receipt, and press the next key sooner than people do.
        quiet_time.SECONDS = type_ahead.PAUSE = float(quiet)
    sys.exit(main(arguments, MovedClock(Path(clock))))
