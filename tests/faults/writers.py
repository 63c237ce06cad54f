"""Writers as their parent sees them: what they acknowledged is what came through the pipe."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_WRITER = Path(__file__).with_name("fault_writer.py")


class Writer:
    """A writer that is ready to begin; it is killed, if it still runs, when the block is left."""

    def __init__(
        self, what: str, path: Path, name: str = "alice", *, number: int = 1, size: int = 1, under: Sequence[str] = ()
    ) -> None:
        command = [*under, sys.executable, str(_WRITER), what, str(path), name, str(number), str(size)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._input, self._output = self.process.stdin, self.process.stdout
        self.acknowledged: list[tuple[int, str]] = []
        self.refused: list[str] = []
        self.is_ready = self._output.readline() == "ready\n"

    def begin(self) -> None:
        self._input.write("go\n")
        self._input.flush()

    def finish(self) -> Self:
        """Read what it says until it ends."""
        for line in self._output:
            if line.startswith("! "):
                self.refused.append(line[2:].strip())
            elif line.endswith("\n"):
                seq, digest = line.split()
                self.acknowledged.append((int(seq), digest))
        self._end()
        return self

    def kill(self) -> Self:
        self.process.kill()
        return self.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self._end()

    def _end(self) -> None:
        self.process.wait()
        self._output.close()
        with suppress(BrokenPipeError):
            self._input.close()
