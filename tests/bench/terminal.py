"""A program on a pseudo-terminal, seen from outside: a key goes in, and the clock runs until a text has come out."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^\[\]]")
_TIMEOUT = 60.0


class Terminal:
    """A program in a terminal of a size in columns and lines; it is killed when the block is left."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        size: tuple[int, int] = (120, 40),
    ) -> None:
        self._command, self._folder, self._environment, self._size = list(command), folder, environment, size
        self.sent = 0
        self._output = bytearray()

    def __enter__(self) -> Self:
        self._master, slave = os.openpty()
        columns, lines = self._size
        termios.tcsetwinsize(slave, (lines, columns))
        fcntl.fcntl(self._master, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        self._begun = time.perf_counter()
        self._child = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            preexec_fn=partial(os.login_tty, slave),
        )
        os.close(slave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        os.close(self._master)

    def press(self, keys: str) -> None:
        """Send keys; from here on the clock runs, and what came out before is forgotten."""
        self._output.clear()
        self.sent = 0
        self._begun = time.perf_counter()
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str) -> float:
        """Give the milliseconds from the start or the last key until all of the texts have come out."""
        missing = [text.encode() for text in texts]
        deadline = time.perf_counter() + _TIMEOUT
        while missing:
            if not self.read(deadline - time.perf_counter()):
                shown = _ESCAPES.sub(b" ", bytes(self._output)).decode(errors="replace")
                raise AssertionError(f"waited for {texts} in vain; {missing} did not come out:\n{shown[-2000:]}")
            arrived = time.perf_counter()
            shown_bytes = _ESCAPES.sub(b"", bytes(self._output))
            missing = [text for text in missing if text not in shown_bytes]
        return (arrived - self._begun) * 1e3

    def settle(self, quiet: float = 0.1) -> None:
        """Read on until nothing has come out for `quiet` seconds."""
        while self.read(quiet):
            pass

    def fileno(self) -> int:
        return self._master

    @property
    def output(self) -> bytes:
        """What came out since the start or the last key."""
        return bytes(self._output)

    @property
    def cpu(self) -> float:
        """The processor's milliseconds that the program has used, in all of its threads."""
        tasks = Path(f"/proc/{self._child.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    @property
    def peak_memory(self) -> float:
        """The most memory that the program had, in megabytes."""
        status = Path(f"/proc/{self._child.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def read(self, seconds: float) -> bool:
        """Read what has come out, or comes out within so many seconds; whether there was anything."""
        if not select.select([self._master], [], [], max(0, seconds))[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            # Linux's way to say that the program has closed its end.
            return False
        self._output += data
        self.sent += len(data)
        return bool(data)


def listen(terminals: Iterable[Terminal], seconds: float) -> None:
    """Read what comes out of all of them for so many seconds: what nobody reads keeps a program waiting."""
    everyone, deadline = list(terminals), time.perf_counter() + seconds
    while (left := deadline - time.perf_counter()) > 0:
        for terminal in select.select(everyone, [], [], left)[0]:
            terminal.read(0)
