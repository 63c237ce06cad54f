"""Vouching: whether somebody whom the user trusts has signed the plan that a run follows, where the user says so."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import EVENT_NAMESPACE, HEADER_NAMESPACE
from ..contents import contents
from ..errors import RolloutError
from ..frozen import dataclass
from ..run.events import Entry
from ..run.state import Run

if TYPE_CHECKING:
    from .signatures import Signed
    from .signers import Signers


@dataclass(frozen=True)
class Vouched:
    """By whose signature a plan may be followed, in words; or why it may not: one of the two is empty."""

    word: str = ""
    why_not: str = ""


Vouch = Callable[[Run, Sequence[Entry]], Vouched]
"""Says of a run, and of the entries that lead to it, who vouches for its plan."""


class Vouching:
    """Looks who signed the entry that holds a run's plan, by a file of signers which only the user writes.

    It is asked again and again: what was verified is remembered, as long as the file is as it was. A key whose time is
    over vouches for nothing any more, whenever it says that it signed.
    """

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._file, self._now = file, now
        self._read: tuple[str, Signers] | None = None
        self._verified: dict[tuple[str, str], Signed] = {}

    def __call__(self, run: Run, entries: Sequence[Entry]) -> Vouched:
        entry = entries[run.redlined[0].seq if run.redlined else 0]
        what = f"redline #{entry.seq}" if entry.seq else "start"
        if not entry.signature:
            return Vouched(why_not=f"its {what} is not signed")
        if run.follows.plan_file != run.plan_file or not os.path.isabs(run.plan_file):
            return Vouched(why_not=f"its {what} does not say where the plan lies")
        try:
            self._need_own()
            marks = contents(str(self._file))
            signers = self._signers(marks)
        except RolloutError as error:
            return Vouched(why_not=error.message)
        except OSError as error:
            return Vouched(why_not=f"{self._file} can't be read ({error.strerror})")
        found = self._verified.get((marks, entry.hash))
        if found is None:
            found = self._verified[marks, entry.hash] = _verified(entry, entries, signers)
        if found.kind != "signed":
            return Vouched(why_not=f"its {what} is {found.words}, as {self._file} says")
        if not _is_listed(entry, signers, self._now()):
            return Vouched(why_not=f"its {what} is signed by {found.by}'s key, whose time is over")
        return Vouched(f"its {what} is {found.words}, as {self._file} says")

    def _need_own(self) -> None:
        """Whoever else could write the file could let anybody's plan run as the user."""
        found = self._file.stat()
        if found.st_uid not in {0, os.geteuid()} or stat.S_IMODE(found.st_mode) & 0o022:
            raise RolloutError(f"{self._file} can be written by others")

    def _signers(self, marks: str) -> Signers:
        if self._read is None or self._read[0] != marks:
            from .signers import load

            self._read = marks, load(self._file)
        return self._read[1]


def _verified(entry: Entry, entries: Sequence[Entry], signers: Signers) -> Signed:
    from .verify import check

    (found,) = check(entries[: entry.seq + 1], signers, only={entry.seq}).rows
    return found


def _is_listed(entry: Entry, signers: Signers, at: datetime) -> bool:
    from ..sshsig import parse

    purpose = EVENT_NAMESPACE if entry.seq else HEADER_NAMESPACE
    return signers.find(parse(entry.signature).key, entry.stamp.by, at, purpose).standing == "listed"
