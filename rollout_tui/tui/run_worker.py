"""The one worker that owns a session's I/O: the screen's thread never waits for the disk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import RolloutError, Unsynced
from ..people import Actor
from ..run.condition import Condition, condition, in_trouble, with_plan_file
from ..run.course import key_of
from ..run.events import Entry, row
from ..run.intents import Intent
from ..run.moment import Moment
from ..run.probed import in_soak
from ..run.ranks import with_unsensed
from ..run.stages import Item, metric_row
from ..run.state import Run
from ..runs.plan_drift import PlanDrift, marks, plan_drift
from ..session import Session
from .acting import Acts
from .courses import Courses, read_kept
from .examiner import Examiner
from .subscribers import Subscribers
from .updates import Changed, Doubtful, Lost, Unsensed, Update

if TYPE_CHECKING:
    from ..run.samples import Sample
    from ..sensing import Sensing
    from ..signing.signer import Signs
    from ..signing.vouching import Vouch

Result = TypeVar("Result")

_AT_ONCE = 40


class RunWorker:
    """A session worked from a screen: `run` is swapped when an append or a look has come back, and never in between.

    What comes of either is published once in `updates`, after the swap; whoever shows the run subscribes.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thread = ThreadPoolExecutor(1, "journal")
        self.updates: Subscribers[Update] = Subscribers()
        self.run = session.run
        self.entries: tuple[Entry, ...] = ()
        self.courses = Courses(self._unrecorded)
        self.examiner = Examiner(session.ref.place)
        # The run as it was when its operator last looked at each gate.
        self.gates_seen: dict[str, tuple[Run, datetime]] = {}
        self._about: dict[str, list[Entry]] = {}
        self._take(session.entries)
        self.recording = False
        # The digest of what may be looked at for this time alone, and whose signature lets a plan be looked at.
        self.trusts = ""
        self.vouch: Vouch | None = None
        self._own: set[int] = set()
        self.acts = Acts(session, self._thread, lambda entry: self._own.add(entry.seq), self.updates.publish)
        self._published = self.run.seq
        self._lost = self._unsensed = ""
        self._rests = False
        self.plan_file = PlanDrift(self.run.plan_file, "unknown")
        self._seen_of_file: tuple[object, ...] = ()

    @property
    def warning(self) -> str:
        """What the operator should know of the place where the journal lies."""
        return self._session.warning

    @property
    def is_appending(self) -> bool:
        """Whether the journal's thread is busy with an entry: while a key is waited for, it is not."""
        return self.recording and not self.acts.awaits_key

    @property
    def signer(self) -> Signs | None:
        """What signs what the operator says here, if anything does."""
        return self._session.signer

    def sign_by(self, signer: Signs | None) -> None:
        self._session.sign_as(self._session.operator, signer)

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded; empty where it can."""
        return self._session.read_only

    @property
    def trouble(self) -> str:
        """Why nothing can be recorded or read; empty where both can."""
        return self.read_only or self._lost

    def condition(self) -> Condition:
        """Rank how the run stands now, with what no entry says."""
        found = in_trouble(condition(self.run, self.moment(), self.operator), self.examiner.trouble, stops=False)
        found = in_trouble(found, self.trouble)
        found = with_unsensed(found, self.sensing.why_not if self._has_sensed else "")
        return with_plan_file(found, changed=self.plan_file.state == "changed" and self.run.closed is None)

    @cached_property
    def sensing(self) -> Sensing:
        """What looks for this session; most plans have nothing to look at, and pay for nothing of it."""
        from ..sensing import Sensing

        return Sensing(self._session, self._may_look, os.environ)

    def _may_look(self, run: Run) -> bool:
        from ..sensing.trusted import is_trusted

        return is_trusted(run, self._session.entries, self.trusts, self.vouch)

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
        self.acts.need_free()
        return await self._told(self.acts.act(intent, happened, self.run.head))

    async def record_by(self, act: Callable[[], Entry]) -> Entry:
        """Let something else act on the session, such as a rehearsal; as `record` does."""
        return await self._told(self.acts.by(act))

    async def record_each(self, intents: Iterable[Intent]) -> AsyncIterator[Entry]:
        """Do one after the other, as `record` does; they are published together, as the last that was recorded."""
        self.acts.need_free()
        entry: Entry | None = None
        try:
            for intent in intents:
                entry = await self._append(self.acts.act(intent, None, self.run.head))
                yield entry
        finally:
            self._publish(entry)

    async def copy_to(self, path: Path) -> Entry:
        """Copy the journal's whole entries to a new file, and give the last of them; raises RolloutError."""
        return await self._do(lambda: self._session.copy_to(path))

    async def look(self) -> None:
        """Look once for what others recorded and whether the plan's file changed, but not during an append."""
        if self.is_appending:
            return
        file = self.plan_file
        try:
            await self._do(self._refresh)
        except RolloutError as error:
            if self._lost != error.message:
                self._lost = error.message
                self.updates.publish(Lost(error))
            return
        self._lost = ""
        self._swap()
        self._publish(None, file_changed=self.plan_file != file)
        await self._read_looks()
        await self._examine(self.examiner.verify)

    async def sense(self) -> None:
        """Let the run look for itself, a step; each entry by a turn of its own: a sign-off waits for one at most."""
        if self._lost or not (in_soak(self.run) or (self._has_sensed and self.sensing.is_busy)):
            return
        sensed, steps = [], self.sensing.step()
        try:
            while (entry := await self._do(partial(self._step, steps))) is not None:
                self._own.add(entry.seq)
                sensed.append(entry)
        except RolloutError as error:
            if self._unsensed != error.message:
                self._unsensed = error.message
                self.updates.publish(Unsensed(error))
        else:
            self._unsensed = ""
        if sensed:
            self._swap()
            self._publish(None, sensed=tuple(sensed))

    async def judge(self) -> None:
        """Decide every entry again and verify who signed it, beside the journal's own thread; publish what is wrong."""
        await self._examine(self.examiner.judge)

    async def _examine(self, examine: Callable[[Sequence[Entry]], tuple[Update, ...]]) -> None:
        for update in await asyncio.to_thread(examine, self.entries):
            self.updates.publish(update)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Keep what was seen, and let somebody else look for as long as this process stands still."""
        self._rests = True
        if self._has_sensed:
            self._thread.submit(self._end_sensing).result()
        try:
            yield
        finally:
            self._rests = False

    def _step(self, steps: Iterator[Entry]) -> Entry | None:
        return None if self._rests else next(steps, None)

    def close(self) -> None:
        """Wait for an append under way, for no key, keep what was seen, end what still looks, and let go of the run."""
        self.acts.close()
        if self._has_sensed:
            from ..probes import end_all

            self._thread.submit(self._end_sensing)
            end_all()
        self._thread.shutdown()
        self._session.close()

    @property
    def _has_sensed(self) -> bool:
        return "sensing" in self.__dict__

    def _end_sensing(self) -> None:
        # Who leaves is not kept by what can't be recorded: its looks are what is lost.
        with suppress(RolloutError):
            for _ in self.sensing.end():
                pass

    async def _told(self, act: Coroutine[Any, Any, Entry]) -> Entry:
        entry: Entry | None = None
        try:
            entry = await self._append(act)
            return entry
        finally:
            self._publish(entry)

    async def _append(self, act: Coroutine[Any, Any, Entry]) -> Entry:
        self.recording = True
        try:
            return await act
        except Unsynced as error:
            self._swap()
            self.updates.publish(Doubtful(error))
            raise
        finally:
            self.recording = False
            self._swap()

    def _publish(self, own: Entry | None, *, file_changed: bool = False, sensed: tuple[Entry, ...] = ()) -> None:
        others = tuple(entry for entry in self.entries[self._published + 1 :] if entry.seq not in self._own)
        self._published = self.run.seq
        if own is not None or others or sensed or file_changed:
            self.updates.publish(Changed(own, others, sensed))

    async def _read_looks(self) -> None:
        """Read once the looks that were kept with windows, some at a time: keys wait for those, a sign-off for one."""
        windows = tuple(islice(self.courses.unread(), _AT_ONCE))
        for each in windows:
            self.courses.put(each, await self._do(partial(read_kept, each, self._session.evidence)))
        if windows:
            self.updates.publish(Changed())

    def _unrecorded(self, metric: str) -> tuple[Sample, ...]:
        return self.sensing.unrecorded(metric) if "sensing" in self.__dict__ else ()

    def _refresh(self) -> None:
        if self._session.wait(0):
            self._session.refresh()
        run = self._session.run
        seen = (marks(Path(run.plan_file)) if run.plan_file else None, run.follows.plan_sha256)
        if seen != self._seen_of_file:
            self._seen_of_file = seen
            self.plan_file = plan_drift(run)

    async def _do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _swap(self) -> None:
        if self.run is not self._session.run:
            self.run = self._session.run
            self._take(self._session.entries[len(self.entries) :])

    def _take(self, entries: Sequence[Entry]) -> None:
        self.entries = (*self.entries, *entries)
        self.courses.take(entries, self.run)
        for entry in entries:
            read_of = key_of(entry.event, self.run.sequence)
            self._about.setdefault(metric_row(*read_of) if read_of else row(entry.event), []).append(entry)
