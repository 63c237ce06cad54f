"""A writer in a process of its own: `fault_writer.py WHAT PATH NAME COUNT SIZE`, one line on stdin begins it.

It writes `SEQ HASH` to stdout after each event that the store called recorded, and `! KIND MESSAGE` after each
that it did not.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from unittest.mock import patch

from rollout_tui.errors import RolloutError
from rollout_tui.journal import file
from rollout_tui.run.events import Entry, NoteAdded, RunStarted, Stamp
from rollout_tui.runs.appending import Behind, Draft, Recorded, Unknown
from rollout_tui.runs.file_store import FileStore, create, recover


def print_line(line: str) -> None:
    # One write, unbuffered: what the parent reads was said before whatever happens next.
    os.write(1, f"{line}\n".encode())


def acknowledge(entry: Entry) -> None:
    print_line(f"{entry.seq} {entry.hash}")


def main(what: str, path: Path, name: str, number: int, size: int) -> None:
    stamp = Stamp(datetime(2026, 11, 22, tzinfo=UTC), name, f"{name}@host")
    match what:
        case "create":
            _ready()
            started = RunStarted(path.stem, "checkout", "1", (), ("", ""), _SHA256_OF_A_LINE_FEED)
            acknowledge(create(path, started, stamp).read(-1)[0])
        case "recover":
            _ready()
            acknowledge(recover(path, stamp).read(-1)[-1])
        case "append" | "stopped":
            if what == "stopped":
                # It has written and not synced yet: the lock is its own.
                patch.object(file, "sync", _stopped_before(file.sync)).start()
            store = FileStore(path)
            if store.torn:
                store.close()
                store = recover(path, replace(stamp, at=datetime.now(UTC).replace(microsecond=0)))
            _ready()
            for place in range(number) if number else count():
                _append(store, stamp, f"{name} {place} {'x' * Random().randint(size // 2, size)}")
        case _:
            raise ValueError(what)


_SHA256_OF_A_LINE_FEED = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"


def _ready() -> None:
    print_line("ready")
    sys.stdin.readline()


def _stopped_before(sync: Callable[[int], None]) -> Callable[[int], None]:
    def stopped(descriptor: int) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        sync(descriptor)

    return stopped


def _append(store: FileStore, stamp: Stamp, text: str) -> None:
    try:
        while isinstance(recorded := store.append(Draft(NoteAdded(text), stamp, store.head), store.head), Behind):
            pass
        if isinstance(recorded, Unknown):
            raise recorded.error
        assert isinstance(recorded, Recorded)
    except RolloutError as error:
        print_line(f"! {type(error).__name__} {error.message}")
    else:
        acknowledge(recorded.entry)


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    except RolloutError:
        # A journal that could not be opened: who started this sees that it never was ready.
        os._exit(1)
    # Nothing of the interpreter's own end is of interest to whoever counts system calls.
    os._exit(0)
