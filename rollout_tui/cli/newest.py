"""The newest unfinished run of a folder, found without reading the logs that are closed: a prompt asks all the time."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from .. import reading
from ..errors import RolloutError
from ..journal.folder import logs
from ..reading import Listed

_TAIL = 4096
# No value holds a line feed, so what looks like the line of a close is one.
_CLOSE = b'\nkind = "run_closed"\n'
_NEVER = datetime.min.replace(tzinfo=UTC)


def newest_unfinished(folder: Path) -> Listed | None:
    """Read the unfinished run that something was recorded in last; None if there is none."""
    found = [reading.read(path) for path in _open_logs(folder)]
    unfinished = [each for each in found if each.unfinished]
    return max(unfinished, key=lambda each: (each.entries[-1].stamp.at, each.path.name), default=None)


def _open_logs(folder: Path) -> list[Path]:
    """The logs that do not end in a close; one with so many follow-ups that its close lies further up is kept too."""
    try:
        paths = logs(folder)
    except RolloutError:
        # No folder, no run; where it matters, finding the run by name says what is wrong.
        return []
    return [path for path in paths if path.is_file() and _CLOSE not in _tail(path)]


def _tail(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            return file.read(_TAIL)
    except OSError:
        return b""
