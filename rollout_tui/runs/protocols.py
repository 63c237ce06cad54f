"""What a place where runs are kept can do: `Runs`, all of them, and `Store`, one that is open.

A folder of files is one such place; whoever lists, opens or records asks for no more than stands here.
Every call answers within 5 seconds, all that it waits for together (a lock, a network), but for `wait`. The tests of a
store derive the classes of tests/runs/contract_*.py, which hold what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..frozen import dataclass
from ..run.events import Entry, RunStarted, Stamp
from .appending import Draft, Outcome

if TYPE_CHECKING:
    from ..journal.chain import Damage, Torn
    from ..journal.evidence import Kept
    from ..journal.verdicts import AskAuthorities as AskAuthorities
    from ..journal.verdicts import AskSigners as AskSigners
    from ..journal.verdicts import Verification as Verification


@dataclass(frozen=True)
class RunRef:
    """Which run: `name` is its id, or what its log goes by where no id can be read.

    `place` says where it is kept, such as a file's path: it is shown as it is, and leads to the run again. It alone
    decides which run is meant; `name` is for people.
    """

    name: str
    place: str

    @property
    def label(self) -> str:
        """What its place ends with, such as a file's name."""
        return self.place.rpartition("/")[2]


@dataclass(frozen=True)
class RunLog:
    """A run's log as it was read: what verifies of it, and what is wrong with it, if anything.

    `starts` is the byte at which the block of each entry begins. `problem` says in words what is wrong: with `damage`
    the entries are those before it, without it nothing can be read. A `torn` end is no problem: it never happened.
    `version` is the store's own mark of what was read, of a log that can't be read too: `Runs.wait` compares it.
    """

    ref: RunRef
    entries: Sequence[Entry] = ()
    starts: Sequence[int] = ()
    torn: Torn | None = None
    damage: Damage | None = None
    problem: str = ""
    version: object = None


class Store(Protocol):
    """One run's entries, open for one operator.

    Any thread may call it, one at a time; `wait` may go on in another meanwhile. After `close` nothing is called.
    Every call raises RolloutError where the run can't be reached or is gone, and Damaged where what is kept is not what
    was written: an end that was lost or changed is told by the next call that reads or appends.
    """

    @property
    def ref(self) -> RunRef:
        """Which run it is."""
        ...

    @property
    def read_only(self) -> str:
        """Why nothing can be appended; empty where it can."""
        ...

    @property
    def written(self) -> datetime | None:
        """When the run was last written by the clock of the place that keeps it, in UTC; None where that is unknown."""
        ...

    @property
    def torn(self) -> Torn | None:
        """The incomplete entry at the end, as of the last read: appending waits for `Runs.recover`."""
        ...

    @property
    def warning(self) -> str:
        """What the operator should know of the place where the run is kept, or nothing."""
        ...

    def read(self, after: int) -> list[Entry]:
        """Give the whole entries with a number above `after` (-1 for all); Damaged where the known end is lost."""
        ...

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        """Record one event, durable on return, if the last entry's hash still is `expected_head`.

        An error means that it was not recorded: Conflict where the run never had the expected head, or that which the
        draft's author saw, and where others keep a lock for too long; RolloutError where the run would grow over
        `journal.file.JOURNAL_LIMIT`, or where its block would not read back. A lost end is Lost, or Damaged. The end is
        verified before each, before a promotion or a close every entry.
        """
        ...

    def wait(self, after: int, timeout: float) -> bool:
        """Return when there may be entries above `after`, or after `timeout` seconds; tell which it was.

        True also where something else happened to the run, which the next call tells.
        """
        ...

    def keep_evidence(self, file: Path) -> Kept:
        """Keep a copy of a file beside this run, durable on return; RolloutError if it is no file that can be kept.

        What no entry names may go again, once an append came to nothing: keep it anew for the next.
        """
        ...

    def drop_evidence(self) -> None:
        """Let go of what was kept for an entry that is not to be recorded after all."""
        ...

    def take_lease(self, who: str) -> str:
        """Take the lease of sensing for this run, or keep it: one store has it until it gives it back or ends.

        Gives nothing where it is held here now, else who holds it, as they named themselves. Nothing else asks for it.
        """
        ...

    def end_lease(self) -> None:
        """Let another store take the lease, if this one has it."""
        ...

    def evidence(self, sha256: str) -> bytes:
        """Give a file that was kept beside this run; RolloutError if it is not there, Damaged if it was altered."""
        ...

    def copy_to(self, path: Path) -> Entry:
        """Write the whole entries to a new journal file and give the last of them; evidence is not copied.

        Taken if there is such a file; Damaged, and nothing is written, where the entries are not what was written.
        """
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class Runs(Protocol):
    """All runs that are kept in one place, which need not be there before the first; called by any thread at any time.

    What is asked of a run that is not there, or no more, is a RolloutError.
    """

    @property
    def where(self) -> str:
        """The place, as a user names it."""
        ...

    def refs(self) -> Sequence[RunRef]:
        """Give every run by its name, without reading any; RolloutError if the place can't be read."""
        ...

    def list(
        self, *, unfinished: bool = False, service: str | None = None, waiting_for: str | None = None
    ) -> Iterator[RunLog]:
        """Give the logs, that where something was recorded last first, each read when it is asked for.

        That is the newest end, by the time of its entry, not the newest start. `unfinished` leaves out what is closed,
        `service` what is of another one: a log that can't be read so far may be both, and is given. `waiting_for`
        leaves out what does not wait for this person. The call does nothing before the first log is asked for, and
        raises then: RolloutError if the place can't be read.
        """
        ...

    def find(self, name: str | None, *, unfinished: bool = False) -> RunRef:
        """Find a run by its id, a unique beginning of it, or its place; without a name (None) that with the newest end.

        UsageError if there is none or several, and for an empty name. Without a name what makes no run is passed over,
        with `unfinished` what is closed too.
        """
        ...

    def read(self, ref: RunRef) -> RunLog:
        """Read one log without touching it, up to its damage if there is any.

        Never raises a RolloutError: what is wrong, or that there is no such run, is the log's `problem`.
        """
        ...

    def wait(self, log: RunLog, timeout: float) -> bool:
        """Return when a log may have changed since it was read, or after `timeout` seconds; tell which it was.

        That a log can't be read, as before, is no change.
        """
        ...

    def start(self, started: RunStarted, stamp: Stamp, signature: str = "") -> Store:
        """Make a new run of this id, durable on return; Taken if there is one, and for no other reason.

        `signature` is its author's over the header's words.

        A lock that others keep, or a place that can't be used, is another RolloutError: after Taken, and only then, who
        starts runs tries the next number.
        """
        ...

    def open(self, ref: RunRef) -> Store:
        """Open a run to go on with it; Damaged if its log is not what was written, RolloutError if there is none."""
        ...

    def recover(self, ref: RunRef, stamp: Stamp) -> Store:
        """Open a run whose log ends in an incomplete entry, after keeping its bytes and recording that.

        Conflict if it ends in none.
        """
        ...

    def evidence(self, ref: RunRef, sha256: str) -> bytes:
        """Give a file that was kept beside the run; RolloutError if it is not there, Damaged if it was altered."""
        ...

    def verify(
        self,
        ref: RunRef,
        expect_head: tuple[int, str] | None = None,
        signers: AskSigners | None = None,
        authorities: AskAuthorities | None = None,
    ) -> Verification:
        """Say whether a log and its evidence are whole and unaltered, its events make a run, an expected head is in it.

        The head is an event's number and at least four digits of its hash; UsageError for what is none. `signers` gives
        the verifier's own file, which says whose key signed; it is asked where anybody did. `authorities` gives the
        file of who vouches for time stamps, where the log has any. RolloutError if there is no such run.
        """
        ...
