"""The lease of a run: who senses for it. It is a lock on a file beside the journal, and ends with its holder."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from rollout_tui.errors import RolloutError
from rollout_tui.text import one_line

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
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
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
                f"{self._path} can't be locked: {error.strerror}; nothing is sensed", "Check the folder of the run."
            ) from error
        self._descriptor = descriptor
        return ""

    def end(self) -> None:
        """Let somebody else take it. The file stays: removing it could take it from who locks it just now."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
