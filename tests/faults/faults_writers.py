"""Several writers at once, and one that stops in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from rollout_tui.errors import Locked
from rollout_tui.journal import locks
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import ItemSigned, NoteAdded
from rollout_tui.runs.file_store import FileStore
from tests.faults import fault_runs
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import append_event, ends_in_nothing_else, lost_entries, short_journal
from tests.faults.writers import Writer

_BOUND_SECONDS = 5.0


def _eight_of_sixty(scale: Scale, folder: Path) -> Iterator[str]:
    writers, events = (4, 15) if scale == "share" else (8, 60)
    path = short_journal(folder, notes=0)
    with ExitStack() as stack:
        started = [
            stack.enter_context(Writer("append", path, f"writer-{number}", number=events)) for number in range(writers)
        ]
        for writer in started:
            writer.begin()
        for writer in started:
            writer.finish()
    acknowledged = sorted(each for writer in started for each in writer.acknowledged)
    numbers = [seq for seq, _ in acknowledged]
    wrong = ends_in_nothing_else(path) or lost_entries(path, acknowledged)
    refused = [told for writer in started for told in writer.refused]
    for number in range(1, writers * events + 1):
        yield "" if numbers.count(number) == 1 else f"event {number} was acknowledged {numbers.count(number)} times"
    if wrong or refused or verify(path).events != writers * events:
        yield f"{wrong} {refused}, {verify(path).events} events"


def _one_item(scale: Scale, folder: Path) -> Iterator[str]:
    rounds = 8 if scale == "share" else 120
    path = folder / "runs" / f"{fault_runs.begin(folder, checks=rounds).run.id}.toml"
    names = ("alice", "bob")
    with ExitStack() as stack:
        both = [stack.enter_context(_operator(path, name)) for name in names]
        for number in range(rounds):
            item = f"pre-deployment/check-{number}"
            for each in both:
                _write_line(each, item)
            told = [_read_line(each) for each in both]
            yield _judge(path, item, dict(zip(names, told, strict=True)))
        for each in both:
            each.communicate()


def _operator(path: Path, name: str) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("fault_operator.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert _read_line(process) == "ready"
    return process


def _write_line(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _judge(path: Path, item: str, told: dict[str, str]) -> str:
    with FileStore(path) as store:
        signed = [e for e in store.read(-1) if isinstance(e.event, ItemSigned) and e.event.item == item]
    if len(signed) != 1:
        return f"{item}: signed {len(signed)} times"
    first = signed[0].stamp.by
    (second,) = told.keys() - {first}
    if told[first] != f"recorded {signed[0].seq}":
        return f"{item}: signed by {first}, who was told {told[first]!r}"
    if not told[second].startswith("Conflict") or first not in told[second]:
        return f"{item}: signed by {first}, and {second} was told {told[second]!r}"
    return ""


def _stopped_holder(scale: Scale, folder: Path) -> Iterator[str]:
    for number in range(1 if scale == "share" else 5):
        place = folder / str(number)
        place.mkdir()
        yield from _behind_a_stopped_one(short_journal(place))


def _behind_a_stopped_one(path: Path) -> Iterator[str]:
    waited = [0.0]

    def sleep(seconds: float) -> None:
        waited[0] += seconds

    with FileStore(path, sleep=sleep) as store, Writer("stopped", path, "bob") as holder:
        holder.begin()
        os.waitpid(holder.process.pid, os.WUNTRACED)
        before = path.read_bytes()
        with patch.object(locks, "time", SimpleNamespace(monotonic=lambda: waited[0])):
            try:
                append_event(store, NoteAdded("behind a stopped one"))
                told = "recorded"
            except Locked as error:
                told = error.message
        names_it = f"process {holder.process.pid}" in told or not os.path.exists("/proc/locks")
        yield "" if "locked by" in told and names_it else f"told {told!r}"
        yield "" if waited[0] <= _BOUND_SECONDS else f"told after {waited[0]:.2f} s"
        yield "" if path.read_bytes() == before else "something was written behind the lock"
        os.kill(holder.process.pid, signal.SIGCONT)
        holder.finish()
        store.read(-1)
        append_event(store, NoteAdded("after it went on"))
        yield ends_in_nothing_else(path) or lost_entries(path, holder.acknowledged)


FAULTS = (
    Fault("8 writers of 60", "480 events, no gap", _eight_of_sixty),
    Fault("two operators sign one item at once", "one accepted, the other told who", _one_item),
    Fault("a lock holder that is stopped", "told within 5 s, by its number", _stopped_holder),
)
