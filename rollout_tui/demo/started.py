"""The service, started for as long as a block: where it is, and how many users are told to get to its new version."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from ..errors import RolloutError
from ..frozen import dataclass

# The package from where this one is, and nothing from the folder in which the demo is called.
_PROGRAM = f"""\
import sys
sys.path.append({str(Path(__file__).parents[2])!r})
from {__package__}.service import main
main()
"""
_PATIENCE_SECONDS = 5


@dataclass(frozen=True)
class Service:
    """Addresses as HOST:PORT; `stand_in` says why no real Prometheus answers, where none does."""

    shop: str
    prometheus: str
    stand_in: str
    _process: subprocess.Popen[str]

    def expose(self, percent: float) -> None:
        """Let so many users get to the new version; nobody hears it once the service has ended."""
        assert self._process.stdin
        with suppress(OSError, ValueError):
            print(percent, file=self._process.stdin, flush=True)


@contextmanager
def started() -> Iterator[Service]:
    """Start it; raises RolloutError where it does not come up."""
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as problems:
        # In a session of its own no key of this terminal reaches it; its input ends with this process.
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=problems,
            text=True,
            start_new_session=True,
        )
        try:
            yield _service(process, problems)
        finally:
            _end(process)


def _service(process: subprocess.Popen[str], problems: TextIO) -> Service:
    assert process.stdout
    try:
        return Service(**json.loads(process.stdout.readline()), _process=process)
    except ValueError:
        problems.seek(0)
        raise RolloutError("The demo's shop did not start.", problems.read().strip().rpartition("\n")[2]) from None


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()
    process.stdout.close()
