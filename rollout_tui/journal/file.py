"""A journal's file: made whole or not at all, opened without following anything, written by one write and synced."""

from __future__ import annotations

import fcntl
import os
import stat
import sys
from pathlib import Path

from rollout_tui.errors import Damaged, RolloutError, Taken, Unsynced

JOURNAL_LIMIT = 64 * 1024 * 1024
"""The largest journal in bytes."""

_COPY = "Do not go on with this journal. Copy it to another disk"

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def create(path: Path, data: bytes) -> None:
    """Make a file that is on disk whole before it has its name; Taken if the name is taken.

    Only its owner reads it, in a folder that a group shares (set-group-ID or writable to it) the group too.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        _write_new(temporary, data)
        try:
            os.link(temporary, path)
        finally:
            temporary.unlink()
        try:
            sync_folder(path.parent)
        except OSError:
            path.unlink()
            raise
    except FileExistsError:
        raise Taken(f"{path} exists already; nothing was written", "Resume that run, or start another.") from None
    except OSError as error:
        raise RolloutError(
            f"{path} could not be made: {error.strerror}",
            "Check the folder and its disk, or choose another (--runs DIR).",
        ) from error


def open_regular(path: Path, flags: int) -> int:
    """Open an existing regular file and give its descriptor; never waits, follows no link, makes nothing.

    Damaged if it is something else or too large to be a journal, RolloutError if it can't be opened.
    """
    try:
        _check_kind(path, os.lstat(path))
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _not_opened(path, error) from error
    try:
        _check_kind(path, os.fstat(descriptor))
    except Damaged:
        os.close(descriptor)
        raise
    except OSError as error:
        os.close(descriptor)
        raise RolloutError(f"{path} can't be read: {error.strerror}", "Check the disk.") from error
    return descriptor


def check_same(path: Path, descriptor: int) -> tuple[int, ...]:
    """Damaged if the name no longer leads to the file that is open: what is written would be lost with it.

    Gives the file's marks.
    """
    try:
        opened = os.fstat(descriptor)
        named = _named(path)
    except OSError as error:
        raise RolloutError(
            f"{path} can't be reached: {error.strerror}; nothing was recorded", "Check the disk."
        ) from error
    if named is None or (named.st_ino, named.st_dev) != (opened.st_ino, opened.st_dev):
        what = "removed or renamed" if named is None else "replaced by another file"
        raise Damaged(
            f"{path} was {what} while it was open; nothing was recorded", "Find out who did it; then open it anew."
        )
    return marks_of(opened)


def marks_of(found: os.stat_result) -> tuple[int, ...]:
    """Give what changes with every write to a file, whoever makes it, and with another file in its place."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def read_from(path: Path, descriptor: int, offset: int) -> bytes:
    """Give all bytes from `offset` on; RolloutError if the disk fails, Damaged if there are too many."""
    parts = []
    try:
        while part := os.pread(descriptor, 1024 * 1024, offset):
            parts.append(part)
            offset += len(part)
            if offset > JOURNAL_LIMIT:
                raise _too_large(path)
    except OSError as error:
        raise RolloutError(f"{path} can't be read: {error.strerror}", "Check the disk.") from error
    return parts[0] if len(parts) == 1 else b"".join(parts)


def append(path: Path, descriptor: int, block: bytes, size: int) -> None:
    """Write `block` behind the `size` bytes that the file has, and return when the disk has it.

    RolloutError if it is not recorded; Unsynced if that is unknown.
    """
    try:
        # One write: a full disk may take a part of it without an error, and a buffered file would write the rest later.
        written = os.write(descriptor, block)
        reason = f"the disk took {written} of {len(block)} bytes"
    except OSError as error:
        written, reason = 0, error.strerror or str(error)
    if written != len(block):
        _take_back(path, descriptor, size, reason)
        raise RolloutError(f"Not recorded in {path}: {reason}", "Make room on its disk, then do it again.")
    try:
        sync(descriptor)
    except OSError as error:
        # No second try: the kernel has marked the pages clean, and a sync that succeeds then proves nothing.
        raise Unsynced(
            f"Unknown whether it was recorded in {path}: {error.strerror}",
            f"{_COPY}, and compare its last event with this one:\n{_copying(path)}",
        ) from error


def cut(path: Path, descriptor: int, size: int) -> None:
    """Cut the file off behind `size` bytes and sync it; Unsynced if that fails."""
    try:
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
    except OSError as error:
        raise Unsynced(
            f"The incomplete entry at the end of {path} could not be cut off: {error.strerror}",
            f"{_COPY}:\n{_copying(path)}",
        ) from error


def sync(descriptor: int) -> None:
    """Return when the disk has the file's bytes and its length; OSError if it never will."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(descriptor)


def sync_folder(folder: Path) -> None:
    """Return when the disk has the folder's names; without it a new file may be gone after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def shared_mode(folder: Path) -> int:
    """Give the mode of a new file in `folder`."""
    return 0o660 if folder.stat().st_mode & (stat.S_ISGID | stat.S_IWGRP) else 0o600


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, shared_mode(path.parent))
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def _named(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _take_back(path: Path, descriptor: int, size: int, reason: str) -> None:
    try:
        cut(path, descriptor, size)
    except Unsynced as error:
        raise Unsynced(f"Not recorded in {path}: {reason}. {error.message}", error.hint) from error


def _copying(path: Path) -> str:
    """Give the command that saves what the file has now."""
    import shlex

    other = Path("/another/disk") / path.name
    return f"cp -p {shlex.quote(str(path))} {shlex.quote(str(other))} && rollout verify {shlex.quote(str(other))}"


def _not_opened(path: Path, error: OSError) -> RolloutError:
    """Name the owner and the mode where they are why a file can't be opened."""
    what = f"{path} can't be opened: {error.strerror}"
    if isinstance(error, PermissionError):
        try:
            status = os.stat(path)
        except OSError:
            return RolloutError(what, f"The folder {path.parent} lets you not in: ask its owner.")
        mode = stat.S_IMODE(status.st_mode)
        whose = f"it belongs to {_name(status.st_uid)}, with mode {mode:04o}; you are {_name(os.geteuid())}"
        return RolloutError(f"{what} ({whose})", "Ask its owner for the permission, or for a copy to read.")
    return RolloutError(what, "Check the name and its permissions.")


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _check_kind(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "not a file")
        raise Damaged(f"{path} is {kind}, not a journal", "Name the run's own .toml file.")
    if status.st_size > JOURNAL_LIMIT:
        raise _too_large(path)


def _too_large(path: Path) -> Damaged:
    return Damaged(
        f"{path} is larger than {JOURNAL_LIMIT:,} bytes, which no journal is", "Name the run's own .toml file."
    )
