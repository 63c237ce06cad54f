"""Fill a disk in a process of its own: `fault_full_disk.py HOW FOLDER EVERY`, one line for each case on stdout.

`tmpfs` mounts a tiny one on the folder, for which the process needs mounts of its own; `limit` lets no file grow.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from rollout_tui.errors import RolloutError, Unsynced
from rollout_tui.run.events import NoteAdded
from rollout_tui.runs.file_store import FileStore
from tests.faults.fault_journals import append_event, ends_in_nothing_else, short_journal

_PAGE = 4096
_TEXT = "does it fit?"


def main(how: str, folder: Path, every: int) -> None:
    room_for = {"tmpfs": _full_tmpfs, "limit": _limited}[how]
    if how == "tmpfs":
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    length = _length(folder)
    for room in [*range(0, length, every), length - 1, length]:
        with FileStore(short_journal(folder, notes=1)) as store:
            _end_before_page(store, room)
            wrong = _try(store, room, length, room_for)
            store.path.unlink()
        print(f"{how}, room for {room} of {length} bytes: {wrong}" if wrong else "", flush=True)


def _try(
    store: FileStore, room: int, length: int, room_for: Callable[[Path, int], AbstractContextManager[None]]
) -> str:
    before = store.path.read_bytes()
    with room_for(store.path, room):
        try:
            append_event(store, NoteAdded(_TEXT))
            acknowledged = True
        except Unsynced as error:
            return f"it can't be gone on with: {error}"
        except RolloutError:
            acknowledged = False
        grown = store.path.read_bytes() != before
    if acknowledged != (room >= length) or acknowledged != grown:
        return f"acknowledged: {acknowledged}, and the file grew: {grown}"
    if wrong := ends_in_nothing_else(store.path):
        return wrong
    number = append_event(store, NoteAdded("there is room again")).seq
    expected = 5 if acknowledged else 4
    return ends_in_nothing_else(store.path) or ("" if number == expected else f"the next event has number {number}")


def _length(folder: Path) -> int:
    with FileStore(short_journal(folder, notes=1)) as store:
        for _ in range(2):
            append_event(store, NoteAdded("x"))
        before = store.path.stat().st_size
        append_event(store, NoteAdded(_TEXT))
        length = store.path.stat().st_size - before
        store.path.unlink()
        return length


@contextmanager
def _limited(path: Path, room: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _end_before_page(store: FileStore, room: int) -> None:
    """Let the file end `room` bytes before a page does: that is what a full tmpfs still takes."""
    size = store.path.stat().st_size
    append_event(store, NoteAdded("x"))
    block = store.path.stat().st_size - size
    padding = (-room - size - 2 * block) % _PAGE
    append_event(store, NoteAdded("x" * (padding + 1)))


@contextmanager
def _full_tmpfs(path: Path, _room: int) -> Iterator[None]:
    filler = path.with_name("filler")
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(_PAGE))
    try:
        yield
    finally:
        filler.unlink()


if __name__ == "__main__":
    os.umask(0o077)
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
