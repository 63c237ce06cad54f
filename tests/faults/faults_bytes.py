"""Bytes that a disk, a copy or a hand altered: none of it verifies, and what is said of it is where it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate, combinations
from pathlib import Path
from unittest.mock import patch

from rollout_tui.errors import Damaged
from rollout_tui.journal import reader, verification
from rollout_tui.journal.reader import FileReader
from rollout_tui.journal.verification import verify
from rollout_tui.runs.file_store import FileStore
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import blocks_of, closed_journal, short_journal

_INSERTED = (b"\n", b" ", b"\0", b'"', b"a")


def _cut(scale: Scale, folder: Path) -> Iterator[str]:
    path = _journal(scale, folder)
    data = path.read_bytes()
    ends = list(accumulate(map(len, blocks_of(data))))
    with FileReader(path) as opened:
        entries = opened.read(-1)
    last = (entries[-1].seq, entries[-1].hash[:12])
    for size in range(len(data) - 1, -1, -1):
        os.truncate(path, size)
        whole = [end for end in ends if end <= size]
        found = verify(path)
        seen = (found.verdict, found.events, found.damaged_event, found.damaged_byte)
        if not whole:
            wrong = found.verdict not in {"damaged", "not-a-journal"} or found.damaged_byte not in {0, None}
        elif whole[-1] == size:
            # A shorter journal: nothing in it can tell, so it says that later events can't be ruled out.
            wrong = seen != ("open", len(whole) - 1, None, None) or verify(path, last).expected is not False
        else:
            wrong = seen != ("torn", len(whole) - 1, len(whole), whole[-1])
        yield f"cut to {size} bytes: {seen}" if wrong else ""


def _flipped(scale: Scale, folder: Path) -> Iterator[str]:
    path = _journal(scale, folder)
    data = path.read_bytes()
    for place in range(len(data)):
        # A share flips one bit of each byte, another one from byte to byte.
        for bit in range(8) if scale == "whole" else (place % 8,):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            yield _verifies(path, data, bytes(changed), f"bit {bit} of byte {place} flipped")


def _dropped_or_inserted(scale: Scale, folder: Path) -> Iterator[str]:
    path = _journal(scale, folder)
    data = path.read_bytes()
    for place in range(len(data)):
        yield _verifies(path, data, data[:place] + data[place + 1 :], f"byte {place} deleted")
        for inserted in _INSERTED if scale == "whole" else _INSERTED[place % 5 : place % 5 + 1]:
            changed = data[:place] + inserted + data[place:]
            yield _verifies(path, data, changed, f"{inserted!r} inserted at byte {place}")


def _zeros(scale: Scale, folder: Path) -> Iterator[str]:
    path = _journal(scale, folder)
    data = path.read_bytes()
    for place in range(len(data)):
        yield _verifies(path, data, data[:place] + bytes(len(data) - place), f"zeros from byte {place} on")


def _moved(scale: Scale, folder: Path) -> Iterator[str]:
    path = _journal(scale, folder)
    blocks = blocks_of(path.read_bytes())
    for place in range(len(blocks)):
        if place < len(blocks) - 1:
            yield _opens(path, [*blocks[:place], *blocks[place + 1 :]], f"block {place} dropped")
        yield _opens(path, [*blocks[: place + 1], *blocks[place:]], f"block {place} doubled")
    for one, other in combinations(range(len(blocks)), 2):
        swapped = list(blocks)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        yield _opens(path, swapped, f"blocks {one} and {other} swapped")


@contextmanager
def _nobody_writing() -> Iterator[None]:
    """Let a torn end be judged at once: there is no write in progress to wait for."""
    with patch.object(verification, "_MOMENT_SECONDS", 0.0), patch.object(reader, "_MOMENT_SECONDS", 0.0):
        yield


def _journal(scale: Scale, folder: Path) -> Path:
    return short_journal(folder) if scale == "share" else closed_journal(folder)


def _put(path: Path, data: bytes) -> None:
    """Write in place: a file system may wait for the disk where a file is emptied and written anew."""
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()


def _verifies(path: Path, data: bytes, changed: bytes, what: str) -> str:
    """Write the changed bytes and say if they verify, or if the damage is said to be behind the first of them."""
    _put(path, changed)
    found = verify(path)
    if found.verdict in {"whole", "open"}:
        return f"{what}: verifies"
    # Of two equal bytes it can't be told which one was deleted or inserted.
    first = next((place for place, (old, new) in enumerate(zip(data, changed, strict=False)) if old != new), len(data))
    return f"{what}: named at byte {found.damaged_byte}" if (found.damaged_byte or 0) > first else ""


def _opens(path: Path, blocks: list[bytes], what: str) -> str:
    _put(path, b"".join(blocks))
    if verify(path).verdict not in {"damaged", "not-a-journal"}:
        return f"{what}: verifies"
    try:
        FileStore(path).close()
    except Damaged:
        return ""
    return f"{what}: opens for writing"


def _fault(figure: str, bound: str, tries: Callable[[Scale, Path], Iterator[str]]) -> Fault:
    def tried(scale: Scale, folder: Path) -> Iterator[str]:
        with _nobody_writing():
            yield from tries(scale, folder)

    return Fault(figure, bound, tried)


FAULTS = (
    _fault("cut at every byte", "0 unseen, 0 wrong offsets", _cut),
    _fault("every bit flipped", "0 verify", _flipped),
    _fault("every byte deleted, one of five inserted", "0 verify", _dropped_or_inserted),
    _fault("zeros from every offset on", "0 verify", _zeros),
    _fault("each block dropped, doubled, swapped", "all refused", _moved),
)
