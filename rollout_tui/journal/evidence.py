"""Files kept as evidence beside a journal, each under the SHA-256 of its bytes."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from rollout_tui.errors import Damaged, RolloutError, Taken
from rollout_tui.frozen import dataclass
from rollout_tui.journal import file as files
from rollout_tui.run.events import Entry

EVIDENCE_LIMIT = 64 * 1024 * 1024
"""The largest file that is kept, in bytes."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class EvidenceProblem:
    """A file that event number `seq` names, and that is not there or not what it was."""

    seq: int
    name: str
    sha256: str
    what: Literal["missing", "altered"]


class Kept(NamedTuple):
    """A file that is kept under the SHA-256 of its bytes: its name and its size in bytes are what it had."""

    sha256: str
    name: str
    size: int


def keep(journal: Path, file: Path) -> tuple[Kept, bool]:
    """Copy a file to the journal's evidence, durable on return; tells whether this made the copy.

    RolloutError if it can't be read, is no regular file or is larger than `EVIDENCE_LIMIT`; Damaged if the evidence
    has other bytes under its hash.
    """
    data = read_file(file)
    digest = sha256(data).hexdigest()
    folder = folder_of(journal)
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
            if files.shared_mode(journal.parent) & 0o060:
                # Asked for when it is made, the umask would take the group's part away.
                folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o070)
            files.sync_folder(journal.parent)
        is_made = _put(folder / digest, data)
    except OSError as error:
        raise RolloutError(
            f"{file} could not be kept in {folder}: {error.strerror}; nothing was recorded", "Check the disk."
        ) from error
    return Kept(digest, file.name, len(data)), is_made


def is_there(journal: Path, digest: str) -> bool:
    """Give whether something lies under the hash, whatever its bytes are."""
    return os.path.lexists(folder_of(journal) / digest)


def remove(journal: Path, digest: str) -> None:
    """Remove a file that no entry names. Under the journal's lock: who names it there needs it to be there."""
    with suppress(OSError):
        (folder_of(journal) / digest).unlink()


def kept(journal: Path, digest: str) -> bytes:
    """Give the bytes of a file that was kept; RolloutError if it is not there, Damaged if it was altered."""
    path = folder_of(journal) / digest
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise RolloutError(f"{journal} has no evidence {digest[:12]}.", "rollout verify tells what is missing.")
    data = read_file(path)
    if sha256(data).hexdigest() != digest:
        raise Damaged(f"{path} does not have the bytes that its name says.", "Find out who altered it.")
    return data


def check(journal: Path, entries: Iterable[Entry]) -> tuple[EvidenceProblem, ...]:
    """Give what is missing or altered of the evidence that the entries name."""
    folder = folder_of(journal)
    found = []
    for entry in entries:
        kept = entry.extras
        if kept.evidence and (what := _problem(folder, kept.evidence, kept.evidence_size)):
            found.append(EvidenceProblem(entry.seq, kept.evidence_name, kept.evidence, what))
    return tuple(found)


def folder_of(journal: Path) -> Path:
    """Give the folder of a journal's evidence."""
    return journal.with_name(f"{journal.stem}.evidence")


def read_file(file: Path) -> bytes:
    """Read a file that is to be kept; one that is none, or too large, is refused."""
    try:
        with _open_regular(file, os.O_RDONLY) as opened:
            data = opened.read(EVIDENCE_LIMIT + 1)
    except OSError as error:
        raise RolloutError(
            f"{file} can't be read: {error.strerror}; nothing was recorded", "Name another file."
        ) from error
    if len(data) > EVIDENCE_LIMIT:
        raise RolloutError(
            f"{file} is larger than {EVIDENCE_LIMIT:,} bytes; nothing was recorded",
            "Keep it elsewhere, and attach its address as a note or a smaller extract.",
        )
    return data


def _put(path: Path, data: bytes) -> bool:
    """Give whether the file was made, and not kept before."""
    while True:
        try:
            files.create(path, data)
        except Taken:
            if not _problem(path.parent, path.name, len(data)):
                return False
            # Who had made it may have removed it just now.
            if os.path.lexists(path):
                raise Damaged(
                    f"{path} does not have the bytes that its name says; nothing was recorded",
                    "Find out who altered it.",
                ) from None
        else:
            return True


def _problem(folder: Path, digest: str, size: int) -> Literal["missing", "altered"] | None:
    # A hash that is none could lead out of the folder.
    if not _DIGEST.fullmatch(digest):
        return "missing"
    hashed = sha256()
    try:
        with _open_regular(folder / digest, os.O_RDONLY | os.O_NOFOLLOW) as opened:
            if os.fstat(opened.fileno()).st_size != size:
                return "altered"
            while part := opened.read(1024 * 1024):
                hashed.update(part)
    except OSError:
        return "missing"
    return None if hashed.hexdigest() == digest else "altered"


def _open_regular(path: Path, flags: int) -> BinaryIO:
    # Without O_NONBLOCK a pipe would wait for someone who writes to it.
    descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return open(descriptor, "rb")
