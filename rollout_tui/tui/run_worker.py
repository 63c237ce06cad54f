"""The one worker that owns a session's I/O: the screen's thread never waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ..errors import Unsynced
from ..people import Actor
from ..run.events import Entry, row
from ..run.intents import Intent
from ..run.moment import Moment
from ..run.stages import Item
from ..runs.plan_drift import PlanDrift, plan_drift
from ..session import Session

Result = TypeVar("Result")


class RunWorker:
    """A session worked from a screen: `run` is swapped when an append or a poll has come back, and never in between."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thread = ThreadPoolExecutor(1, "journal")
        self.run = session.run
        self.entries: tuple[Entry, ...] = ()
        self._about: dict[str, list[Entry]] = {}
        self._take(session.entries)
        self.recording = False
        self._own: set[int] = set()
        self._news_until = self.run.seq
        self.on_doubt: Callable[[Unsynced], None] = lambda _: None
        self.plan_file = PlanDrift(self.run.plan_file, "unknown")
        self._seen_of_file: tuple[object, ...] = ()

    @property
    def warning(self) -> str:
        """What the operator should know of the place where the journal lies."""
        return self._session.warning

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded; empty where it can."""
        return self._session.read_only

    @property
    def operator(self) -> Actor:
        return self._session.operator

    def history(self, item: Item) -> Sequence[Entry]:
        """Give what happened to an item, the oldest first."""
        return self._about.get(item.id, ())

    def moment(self) -> Moment:
        return self._session.moment()

    async def record(self, intent: Intent, happened: datetime | None = None) -> Entry:
        """Do what the intent asks; the entry is on disk when this comes back. Raises as Session.act does."""
        seen = self.run.head
        return await self.record_by(lambda: self._session.act(intent, happened, seen))

    async def record_by(self, act: Callable[[], Entry]) -> Entry:
        """Let something else act on the session, such as a rehearsal; as `record` does."""
        self.recording = True
        try:
            return await self._do(lambda: self._own_entry(act))
        except Unsynced as error:
            self._swap()
            self.on_doubt(error)
            raise
        finally:
            self.recording = False
            self._swap()

    async def copy_to(self, path: Path) -> Entry:
        """Copy the journal's whole entries to a new file, and give the last of them; raises RolloutError."""
        return await self._do(lambda: self._session.copy_to(path))

    async def poll(self) -> tuple[Entry, ...]:
        """Look for what others recorded, and whether the plan's file changed; give the news."""
        await self._do(self._look)
        self._swap()
        return self.news()

    def news(self) -> tuple[Entry, ...]:
        """Give what others recorded since this was last asked, whether a poll or an append found it."""
        found = tuple(entry for entry in self.entries[self._news_until + 1 :] if entry.seq not in self._own)
        self._news_until = self.run.seq
        return found

    def close(self) -> None:
        """Wait for an append under way, and end the worker."""
        self._thread.shutdown()

    def _look(self) -> None:
        if self._session.wait(0):
            self._session.refresh()
        run = self._session.run
        seen = (_marks(Path(run.plan_file)) if run.plan_file else None, run.follows.plan_sha256)
        if seen != self._seen_of_file:
            self._seen_of_file = seen
            self.plan_file = plan_drift(run)

    def _own_entry(self, act: Callable[[], Entry]) -> Entry:
        entry = act()
        self._own.add(entry.seq)
        return entry

    async def _do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _swap(self) -> None:
        if self.run is not self._session.run:
            self.run = self._session.run
            self._take(self._session.entries[len(self.entries) :])

    def _take(self, entries: Sequence[Entry]) -> None:
        self.entries = (*self.entries, *entries)
        for entry in entries:
            self._about.setdefault(row(entry.event), []).append(entry)


def _marks(path: Path) -> tuple[int, int] | None:
    """What tells that a file was written again, without reading it; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
