"""What a file holds, by its SHA-256: worked out once, and again where the file may have changed."""

from __future__ import annotations

import hashlib
import os
import stat
from time import time_ns

# A clock of files may stand still for as long as this: one that was written now can be written again unnoticed.
_SETTLED_NS = 2_000_000_000

_Marks = tuple[int, ...]
_known: dict[str, tuple[_Marks, str]] = {}


def contents(path: str) -> str:
    """Say what there is at a path; it is opened each time, as a disk of the network tells of a change only then."""
    try:
        if not is_file(path):
            return "is no file" if os.path.lexists(path) else "is not there"
        return f"is sha256:{_sha256(path)}"
    except (OSError, ValueError):
        return "can't be read"


def is_file(path: str) -> bool:
    """Ask for the kind before anything is opened: opening a pipe waits, opening a device may act on it."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def opener(path: str, flags: int) -> int:
    """Open what may be another kind than it was when it was asked for: a pipe that nobody writes keeps nobody."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _sha256(path: str) -> str:
    with open(path, "rb", opener=opener) as file:
        marks = _marks(file.fileno())
        known = _known.get(path)
        if known is not None and known[0] == marks:
            return known[1]
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        is_settled = time_ns() - marks[0] > _SETTLED_NS
        if is_settled and _marks(file.fileno()) == marks:
            _known[path] = marks, sha256
    return sha256


def _marks(descriptor: int) -> _Marks:
    found = os.fstat(descriptor)
    return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev
