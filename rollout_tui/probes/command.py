"""A command: exit 0 passes, 1 fails, everything else is an error; its last line may be a number.

It has no shell, no terminal, the plan's folder, and an environment of a few named variables. It runs in a session of
its own, which ends with it: nothing that it started is left, or could keep a reader waiting by holding its output.
"""

from __future__ import annotations

import hashlib
import os
import selectors
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import IO

from ..plan.probe import Probe
from . import running
from .deadline import Deadline
from .judge import Judge, finite, is_number
from .outcome import Evidence, error, fail, unknown

_KEPT = 64 * 1024
_TAIL = 400
_INHERITED = ("PATH", "HOME", "LANG")
_LOOK_AGAIN = 0.02


def ask(probe: Probe, judge: Judge | None, folder: Path, evidence: Evidence, deadline: Deadline) -> float | None:
    """Give the number on the last line, None where there is none; what does not hold is raised."""
    environment = evidence.secrets.variables(probe.env, _INHERITED)
    process = _started(probe.command, folder, environment)
    try:
        out, problems, has_ended = _followed(process, deadline)
    except ChildProcessError:
        # Where the parent of this process ignores SIGCHLD, the system keeps no exit code.
        raise error("its exit code is lost: SIGCHLD is ignored where rollout was started") from None
    except OSError as problem:
        raise error(f"{probe.command[0]} can't be followed: {problem.strerror}") from None
    code = process.returncode
    evidence.read(out.kept + problems.kept, code, out.sha256)
    said = f": {problems.last_line}" if problems.last_line else ""
    if not has_ended:
        raise error(f"not ended within {deadline}, and killed{said}")
    if code < 0:
        raise error(f"ended by {_signal(-code)}{said}")
    if code > 1:
        raise error(f"exit code {code}{said}")
    if code == 1:
        raise fail(problems.last_line or out.last_line or "exit code 1")
    if is_number(out.last_line):
        return finite(out.last_line)
    if judge:
        raise unknown(f"its last line is no number that {judge.comparison} could judge")
    return None


def _started(argv: tuple[str, ...], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    try:
        return running.start(
            lambda: subprocess.Popen(
                argv,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                bufsize=0,
            )
        )
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else str(problem)
        where = "" if os.path.isdir(folder) else f", and there is no folder {folder}"
        raise error(f"{argv[0]} can't be started: {why}{where}") from None


def _followed(process: subprocess.Popen[bytes], deadline: Deadline) -> tuple[_Output, _Output, bool]:
    """Read it to its end or to the deadline, and end all that is left of it in any case."""
    with process:
        has_ended = False
        try:
            assert process.stdout
            assert process.stderr
            out, problems = _Output(process.stdout), _Output(process.stderr)
            has_ended = _read(process, (out, problems), deadline)
        finally:
            _end(process, has_ended)
    return out, problems, has_ended


class _Output:
    """What a command writes: the beginning is kept, the last line known, all of it hashed."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.fd = pipe.fileno()
        os.set_blocking(self.fd, False)
        self.kept, self._tail, self._hash = b"", b"", hashlib.sha256()

    def read(self) -> bool:
        """Take what is there; False at the end."""
        try:
            data = os.read(self.fd, _KEPT)
        except BlockingIOError:
            return True
        self._hash.update(data)
        self.kept += data[: _KEPT - len(self.kept)]
        self._tail = (self._tail + data)[-_TAIL:]
        return bool(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    @property
    def last_line(self) -> str:
        """The last line that is not empty; nothing if it is longer than any number or message."""
        lines = self._tail.decode(errors="replace").strip().splitlines()
        if not lines or (len(lines) == 1 and len(self._tail) == _TAIL):
            return ""
        return lines[-1].strip()


def _read(process: subprocess.Popen[bytes], outputs: tuple[_Output, ...], deadline: Deadline) -> bool:
    """Read until the command ends, whoever else holds its output; False if the deadline comes first."""
    with selectors.DefaultSelector() as selector:
        for output in outputs:
            selector.register(output.fd, selectors.EVENT_READ, output)
        while deadline.left:
            # Asked for before the read, so that what it wrote last is read too.
            has_ended = _has_ended(process)
            for key, _ in selector.select(0 if has_ended else min(_LOOK_AGAIN, deadline.left)):
                if not key.data.read():
                    selector.unregister(key.fd)
            if has_ended:
                return True
            if not selector.get_map():
                sleep(min(_LOOK_AGAIN / 10, deadline.left))
    return False


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Say so without reaping it: until then its process group can be no other's."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(process: subprocess.Popen[bytes], has_ended: bool) -> None:
    """End all that is left of the session: politely where the command itself is left, but at once."""
    if not has_ended:
        running.send(process.pid, signal.SIGTERM)
        mercy = Deadline(running.MERCY)
        with suppress(ChildProcessError):
            while mercy.left and not _has_ended(process):
                sleep(_LOOK_AGAIN / 4)
    running.send(process.pid, signal.SIGKILL)
    running.forget(process)
    process.wait()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
