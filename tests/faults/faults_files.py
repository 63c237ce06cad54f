"""A journal that is replaced, removed or not ours: nothing is written to what is no longer it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from rollout_tui.errors import Damaged
from rollout_tui.run.events import GatePromoted, NoteAdded, RunClosed
from rollout_tui.runs.appending import Draft
from rollout_tui.runs.file_store import FileStore
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import ALICE, append_event, blocks_of, short_journal


def _copy(path: Path) -> None:
    """As many editors save: a new file takes the old one's name."""
    new = path.with_suffix(".new")
    shutil.copy2(path, new)
    new.replace(path)


def _link(path: Path) -> None:
    real = path.with_suffix(".real")
    path.rename(real)
    path.symlink_to(real)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _empty(path: Path) -> None:
    path.unlink()
    path.touch()


def _other_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


_WAYS: tuple[Callable[[Path], object], ...] = (
    Path.unlink,
    lambda path: path.rename(path.with_suffix(".old")),
    _copy,
    _empty,
    _link,
    _folder,
    _pipe,
    _other_folder,
)


def _replaced(_scale: Scale, folder: Path) -> Iterator[str]:
    for number, way in enumerate(_WAYS):
        place = folder / str(number) / "runs"
        place.mkdir(parents=True)
        path = short_journal(place)
        before = path.read_bytes()
        with FileStore(path) as store, path.open("rb") as old:
            way(path)
            for use in (
                lambda: store.append(Draft(NoteAdded("x"), ALICE, store.head), store.head),
                lambda: store.read(-1),
            ):
                try:
                    use()
                    told = "nothing"
                except Damaged as error:
                    told = error.message
                is_told = "was removed or renamed" in told or "was replaced by another file" in told
                yield "" if is_told else f"way {number}: told {told!r}"
            named = path.read_bytes() if path.is_file() else b""
            yield "" if old.read() == before and named in {b"", before} else f"way {number}: something was written"


_USES: dict[str, Callable[[FileStore], object]] = {
    "a note": lambda store: append_event(store, NoteAdded("x")),
    "a gate": lambda store: append_event(store, GatePromoted("pre-deployment")),
    "a close": lambda store: append_event(store, RunClosed("completed", len(store.entries), "done")),
    "a look": lambda store: store.read(-1),
}


def _altered_while_open(_scale: Scale, folder: Path) -> Iterator[str]:
    """A byte of each old entry, with and without the file's time set back, and behind what others appended."""
    for (name, use), time_set_back, others in product(_USES.items(), (False, True), (False, True)):
        path = short_journal(folder)
        for number in range(len(blocks_of(path.read_bytes())) - 1):
            with FileStore(path) as store:
                if others:
                    with FileStore(path) as other:
                        append_event(other, NoteAdded("of somebody else"))
                    store.read(-1)
                changed = _with_another_byte(path, number, time_set_back=time_set_back)
                try:
                    use(store)
                    told = "nothing"
                except Damaged as error:
                    told = error.message
            is_told = f"event {number}," in told if number else "the header," in told
            kept = path.read_bytes() == changed
            yield "" if is_told and kept else f"{name}, block {number}, others {others}: {told}"
            path.unlink()
            short_journal(folder)
        path.unlink()


def _with_another_byte(path: Path, number: int, *, time_set_back: bool) -> bytes:
    """Change one byte of a block in place, and give what the file holds then."""
    data, times = path.read_bytes(), os.stat(path)
    blocks = blocks_of(data)
    place = len(b"".join(blocks[:number])) + blocks[number].index(b'by = "') + len(b'by = "')
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"X")
    if time_set_back:
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return path.read_bytes()


FAULTS = (
    Fault("an old entry changed under an open writer", "0 recorded behind it", _altered_while_open),
    Fault("replaced, removed or moved while open", "0 writes to the old one", _replaced),
)
