"""The lock that writers take on a journal: held for one append, never while a person thinks."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rollout_tui.errors import Locked, RolloutError
from rollout_tui.text import safe

# The operator has the message within 5 seconds.
WAIT_SECONDS = 4.8
_POLL_SECONDS = 0.01


@contextmanager
def locked(descriptor: int, path: Path, sleep: Callable[[float], None]) -> Iterator[None]:
    """Hold the lock on an open journal; Locked, naming the holder, after `WAIT_SECONDS` without it."""
    # flock, not lockf: a lockf lock vanishes when any descriptor of the file closes.
    _acquire(descriptor, path, sleep)
    try:
        yield
    finally:
        # What was recorded stays recorded: the lock then ends with the descriptor, and others are told who has it.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _acquire(descriptor: int, path: Path, sleep: Callable[[float], None]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Locked(
                    f"{path} is locked by {_holder(descriptor)}; nothing was recorded",
                    "A lock lasts milliseconds: that process hangs or is stopped. Let it go on or end it; try again.",
                ) from None
        except OSError as error:
            raise RolloutError(
                f"{path} can't be locked: {error.strerror}; nothing was recorded",
                "Keep runs on a file system that has locks (--runs DIR).",
            ) from error
        sleep(_POLL_SECONDS)


def _holder(descriptor: int) -> str:
    try:
        inode = os.fstat(descriptor).st_ino
        locks = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return "another process"
    for line in locks:
        # "1: FLOCK  ADVISORY  WRITE 4711 08:01:131078 0 EOF"; one who waits has "->" in the second place.
        words = line.split()
        if words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return f"process {words[4]}{_command(words[4])}"
    return "another process"


def _command(process: str) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return ""
    return f" ({safe(b' '.join(words).decode(errors='replace'), limit=80)})"
