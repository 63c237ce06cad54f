"""Writers killed at each of their system calls, and at random: what they acknowledged is there."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from rollout_tui.errors import RolloutError
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import NoteAdded, Stamp
from rollout_tui.runs.file_store import FileStore, recover
from rollout_tui.runs.folder import FolderRuns
from tests.faults import stepper
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import AT, append_event, folder_in_memory, is_sound, lost_entries, short_journal
from tests.faults.writers import Writer

_TORN = b'\n[[event]]\nkind = "gate_he'
_LARGE = 60_000


def _append(scale: Scale, folder: Path) -> Iterator[str]:
    yield from _append_block(folder, number=1 if scale == "share" else 2, size=1, every=3 if scale == "share" else 1)
    if scale == "whole":
        yield from _append_block(folder, number=1, size=_LARGE, every=1)


def _append_block(folder: Path, number: int, size: int, every: int) -> Iterator[str]:
    place = folder / str(size)
    place.mkdir()
    path = short_journal(place)
    before = path.read_bytes()

    def prepare() -> Writer:
        path.write_bytes(before)
        return Writer("append", path, number=number, size=size)

    yield from _at_each_call(prepare, lambda writer: _has_all(path, writer), every)


def _create(scale: Scale, folder: Path) -> Iterator[str]:
    path = folder / "new" / "checkout-2.toml"
    path.parent.mkdir()

    def prepare() -> Writer:
        path.unlink(missing_ok=True)
        return Writer("create", path)

    def check(writer: Writer) -> str:
        if not path.exists():
            return "acknowledged and lost" if writer.acknowledged else _listed(path.parent, 0)
        return lost_entries(path, writer.acknowledged) or _has_all(path, writer) or _listed(path.parent, 1)

    yield from _at_each_call(prepare, check, every=8 if scale == "share" else 1)


def _recover(scale: Scale, folder: Path) -> Iterator[str]:
    path = short_journal(folder)
    before = path.read_bytes() + _TORN

    def prepare() -> Writer:
        for each in folder.glob("*.torn-*"):
            each.unlink()
        path.write_bytes(before)
        return Writer("recover", path)

    def check(writer: Writer) -> str:
        kept = [each.read_bytes() for each in folder.glob("*.torn-*")]
        if not path.read_bytes().endswith(_TORN) and _TORN not in kept:
            return "the incomplete entry's bytes are nowhere"
        if writer.acknowledged and verify(path).verdict != "open":
            return "acknowledged, and still torn"
        return _has_all(path, writer)

    yield from _at_each_call(prepare, check, every=12 if scale == "share" else 1)


def _at_each_call(prepare: Callable[[], Writer], check: Callable[[Writer], str], every: int) -> Iterator[str]:
    """Let a writer work up to its n-th edge of a system call, kill it, check; for every n until it ends by itself."""
    number, has_ended = 0, False
    while not has_ended:
        number += every
        with prepare() as writer:
            stepper.attach(writer.process.pid)
            writer.begin()
            has_ended = not all(stepper.step(writer.process.pid) for _ in range(number))
            writer.kill()
            wrong = check(writer)
        if has_ended and not writer.acknowledged:
            wrong = wrong or f"it ended without an acknowledgement: {writer.refused}"
        yield f"killed at edge {number} of its system calls: {wrong}" if wrong else ""


def _has_all(path: Path, writer: Writer) -> str:
    """Say what speaks against a journal after a crash, and go on with it."""
    found = verify(path)
    if not is_sound(found):
        return found.words
    if wrong := lost_entries(path, writer.acknowledged):
        return wrong
    try:
        if found.verdict == "torn":
            recover(path, Stamp(AT, "bob", "bob@host")).close()
        with FileStore(path) as store:
            append_event(store, NoteAdded("after the crash"))
    except RolloutError as error:
        return f"it can't be gone on with: {error}"
    return ""


def _listed(folder: Path, number: int) -> str:
    found = list(folder.glob("[!.]*.toml"))
    return (
        "" if len(found) == number == len(list(FolderRuns(folder).list())) else f"{len(found)} journals in the folder"
    )


def _at_random(scale: Scale, folder: Path) -> Iterator[str]:
    kills = 4 if scale == "share" else 200
    random = Random(20261122)
    with folder_in_memory(folder) as memory:
        for first in range(0, kills, 5):
            # A new journal now and then: it grows fast, for large blocks are what a kill can interrupt.
            place = memory / str(first)
            place.mkdir()
            yield from _kill_one_of_two(short_journal(place), min(5, kills - first), random)
            shutil.rmtree(place)


def _kill_one_of_two(path: Path, kills: int, random: Random) -> Iterator[str]:
    acknowledged: list[tuple[int, str]] = []

    def start(name: str) -> Writer:
        writer = Writer("append", path, name, number=0, size=random.choice((20, _LARGE // 3)))
        writer.begin()
        return writer

    writers = [start("alice"), start("bob")]
    for kill in range(kills):
        time.sleep(random.uniform(0, 0.01))
        victim = random.randrange(2)
        acknowledged += writers[victim].kill().acknowledged
        found = verify(path)
        wrong = "" if is_sound(found) else found.words
        yield f"kill {kill}: {wrong}" if wrong else ""
        writers[victim] = start(f"writer-{kill}")
    for writer in writers:
        acknowledged += writer.kill().acknowledged
    numbers = [seq for seq, _ in acknowledged]
    if len(set(numbers)) != len(numbers):
        yield "two writers were told the same number"
    if wrong := lost_entries(path, acknowledged):
        yield wrong


FAULTS = (
    Fault("SIGKILL at every system call of an append", "0 acknowledged events lost", _append, stepper.missing),
    Fault("SIGKILL at every system call of a run's start", "whole or not there", _create, stepper.missing),
    Fault("SIGKILL at every system call of a recovery", "0 bytes lost", _recover, stepper.missing),
    Fault("random kills with two writers", "0 acknowledged events lost", _at_random),
)
