"""An error from each call that an append makes: nothing is called recorded that is not, and no sync is tried again."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rollout_tui.errors import RolloutError, Unsynced
from rollout_tui.journal.verification import verify
from rollout_tui.run.events import NoteAdded
from rollout_tui.runs.file_store import FileStore
from tests.faults.fault import Fault, Scale
from tests.faults.fault_journals import append_event, short_journal
from tests.faults.writers import Writer

_CALLS = (
    *((os, name) for name in ("fstat", "lstat", "pread", "write", "ftruncate", "fsync", "fdatasync")),
    (fcntl, "flock"),
)
_SHORT = 0
_ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ENOLCK, errno.EROFS, errno.ESTALE, _SHORT)


@dataclass
class _Disk:
    """Counts the calls of an append, in order, and lets those with the given numbers fail."""

    failing: dict[int, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with ExitStack() as stack:
            for module, name in _CALLS:
                stack.enter_context(patch.object(module, name, self._watched(name, getattr(module, name))))
            yield

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            code = self.failing.get(len(self.made))
            self.made.append(name)
            if code is None or (code == _SHORT and name not in {"write", "pread"}):
                return call(*arguments, **options)
            if code == _SHORT:
                descriptor, what, *rest = arguments
                return call(descriptor, what[: len(what) // 2] if name == "write" else what // 2**13, *rest)
            raise OSError(code, os.strerror(code))

        return watched

    def syncs_after_a_failed_one(self) -> int:
        failed = [place for place in self.failing if place < len(self.made) and "sync" in self.made[place]]
        return sum("sync" in name for name in self.made[failed[0] + 1 :]) if failed else 0


def _in_process(scale: Scale, folder: Path) -> Iterator[str]:
    path = short_journal(folder)
    before = path.read_bytes()
    whole = _Disk()
    _try(path, before, whole)
    # A failed write is followed by calls that a good append does not make: a few numbers more.
    numbers = range(len(whole.made) + 4)
    for code in _ERRORS[:2] if scale == "share" else _ERRORS:
        for number in numbers:
            yield _try(path, before, _Disk({number: code}))
    if scale == "whole":
        for first, second in combinations(numbers, 2):
            for codes in ((errno.EIO, errno.EIO), (errno.ENOSPC, errno.EIO), (_SHORT, errno.EIO)):
                yield _try(path, before, _Disk(dict(zip((first, second), codes, strict=True))))


def _try(path: Path, before: bytes, disk: _Disk) -> str:
    """Append on a disk that fails, then on one that does not, and say what is wrong with what was told."""
    path.write_bytes(before)
    told: list[str] = []
    with FileStore(path) as store:
        unknown = False
        for text, failing in (("first", disk), ("second", _Disk())):
            try:
                with failing():
                    append_event(store, NoteAdded(text))
                told.append(text)
            except Unsynced:
                unknown = True
            except RolloutError:
                if unknown or failing is not disk:
                    return _explain(disk, "a later append on a good disk was not recorded")
            except OSError as error:
                return _explain(disk, f"told as {error!r}")
        shown = [entry.event.text for entry in store.read(2) if isinstance(entry.event, NoteAdded)]
    if unknown and shown != told:
        return _explain(disk, f"told {told}, and shown as recorded {shown}")
    if unknown and "second" in told:
        return _explain(disk, "it went on after a sync that failed")
    found = verify(path)
    texts = [text for text in ("first", "second") if f'text = "{text}"'.encode() in path.read_bytes()]
    if not unknown and (found.verdict != "open" or texts != told):
        return _explain(disk, f"told {told}, recorded {texts}, {found.words}")
    if unknown and not set(told) <= set(texts):
        return _explain(disk, f"told {told}, recorded {texts}")
    if disk.syncs_after_a_failed_one():
        return _explain(disk, "a failed sync was tried again")
    return ""


def _explain(disk: _Disk, wrong: str) -> str:
    failing = [
        f"{disk.made[place] if place < len(disk.made) else '-'} ({place}): {errno.errorcode.get(code, 'short')}"
        for place, code in disk.failing.items()
    ]
    return f"{', '.join(failing)}: {wrong}"


@cache
def _missing() -> str:
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "strace can't trace here" if done.returncode else ""


def _in_the_kernel(scale: Scale, folder: Path) -> Iterator[str]:
    path = short_journal(folder)
    before = path.read_bytes()
    log = folder / "log"
    trace = ("strace", "-o", str(log), "-P", str(path))
    with Writer("append", path, number=2, under=trace) as writer:
        writer.begin()
        writer.finish()
    calls = re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE)
    seen: dict[str, int] = {}
    cases = []
    for name in calls:
        seen[name] = seen.get(name, 0) + 1
        cases += [(name, seen[name], code) for code in ("EIO", "ENOSPC")]
    if scale == "share":
        cases = [case for case in cases if case[0] in {"write", "fdatasync", "flock"} and case[1:] == (1, "EIO")]
    for name, number, code in cases:
        path.write_bytes(before)
        with Writer("append", path, number=2, under=(*trace, f"-einject={name}:error={code}:when={number}")) as writer:
            if writer.is_ready:
                writer.begin()
            writer.finish()
        yield _judge(path, log.read_text(), writer, f"{name} number {number}: {code}")


def _judge(path: Path, log: str, writer: Writer, what: str) -> str:
    if "(INJECTED)" not in log:
        return f"{what}: was not injected"
    found = verify(path)
    unknown = any(told.startswith("Unsynced") for told in writer.refused)
    if found.verdict != "open" or found.events - 2 - len(writer.acknowledged) not in {0, int(unknown)}:
        return f"{what}: {found.words}, {len(writer.acknowledged)} acknowledged, told {writer.refused}"
    if len(writer.acknowledged) + len(writer.refused) != 2 and writer.is_ready:
        return f"{what}: the writer ended in the middle"
    after = log.partition("(INJECTED)")[2]
    if re.search(r"sync\(.*INJECTED", log) and "sync(" in after:
        return f"{what}: a failed sync was tried again"
    return ""


FAULTS = (
    Fault("an error from each call, and each two, of an append", '0 false "recorded", 0 syncs again', _in_process),
    Fault("an error injected into each system call", '0 false "recorded", 0 syncs again', _in_the_kernel, _missing),
)
