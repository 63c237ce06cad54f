"""The service as a process: exporter and Prometheus, or its stand-in, until its standard input ends.

It ends so with whoever started it, however that ends. It says on its first line where the two are, as JSON; each line
that it is given is the percentage of users that gets to the new version from then on.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from .exporter import Exporter
from .prometheus import NotStarted, prometheus
from .serving import serving
from .stand_in import stand_in


def run(folder: Path, told: Iterable[str], out: TextIO) -> None:
    """Serve until nothing more is told."""
    exporter = Exporter()
    with ExitStack() as stack:
        shop = stack.enter_context(serving(exporter.answer))
        try:
            port, why = stack.enter_context(prometheus(folder, shop)), ""
        except NotStarted as reason:
            port, why = stack.enter_context(stand_in(exporter.counters)), str(reason)
        places = {"shop": f"127.0.0.1:{shop}", "prometheus": f"127.0.0.1:{port}", "stand_in": why}
        print(json.dumps(places), file=out, flush=True)
        for line in told:
            exporter.expose(float(line))


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    with TemporaryDirectory(prefix="rollout-shop-") as folder:
        run(Path(folder), sys.stdin, sys.stdout)


def _end(*_: object) -> None:
    sys.exit(0)
