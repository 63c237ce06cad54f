"""The lease of a run: who senses for it. It is a lock on a file beside the journal, and ends with its holder."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from rollout_tui.errors import RolloutError
from rollout_tui.text import one_line

from .file import shared_mode

_LONGEST = 200


class Lease:
    """Held or not, for one open journal; nothing of it is kept once its holder has ended, however that was."""

    def __init__(self, journal: Path) -> None:
        self._path = journal.with_name(f"{journal.stem}.lease")
        self._descriptor = -1

    def take(self, who: str) -> str:
        """Give nothing where it is held here now, else the name of who holds it; RolloutError without a lock."""
        if self._descriptor >= 0:
            return ""
        descriptor = -1
        try:
            descriptor = _opened(self._path)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, one_line(who, limit=_LONGEST).encode(), 0)
        except BlockingIOError:
            holder = os.pread(descriptor, 4 * _LONGEST, 0).decode(errors="replace")
            os.close(descriptor)
            return one_line(holder, limit=_LONGEST) or "another process"
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            raise RolloutError(
                f"{self._path} can't be locked: {error.strerror}; nothing is sensed",
                "Whoever looks for this run has to be able to read and write this file: ask its owner.",
            ) from error
        self._descriptor = descriptor
        return ""

    def end(self) -> None:
        """Let somebody else take it. The file stays: removing it could take it from who locks it just now."""
        if self._descriptor >= 0:
            with suppress(OSError):
                # A command that is begun just now has the descriptor too, until it is another program.
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1


def _opened(path: Path) -> int:
    """Open the file, made first where there is none: whoever may write the journal may, whoever looked before."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        # Not made in the same call: in a folder with the sticky bit, that fails at a file of somebody else.
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        descriptor = os.open(path, flags | os.O_CREAT, 0o600)
    with suppress(PermissionError):
        # Only its owner can, and a file that somebody else made has its mode.
        os.fchmod(descriptor, shared_mode(path.parent))
    return descriptor
