"""A journal that is replaced, removed or not ours: nothing is written to what is no longer it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from rollout_tui.errors import Damaged
from rollout_tui.run.events import NoteAdded
from rollout_tui.runs.file_store import FileStore
from rollout_tui.runs.protocols import Draft
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import ALICE, short_journal


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


FAULTS = (Fault("replaced, removed or moved while open", "0 writes to the old one", _replaced),)
