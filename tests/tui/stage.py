"""A run on a simulated clock, walked to where a test wants it, and the app that shows it, driven by keys."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError
from rollout_tui.journal.chain import Torn
from rollout_tui.journal.evidence import Kept
from rollout_tui.people import Actor
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.events import Entry, Event, RunStarted
from rollout_tui.run.next import next_step
from rollout_tui.run.soak import soak_left
from rollout_tui.run.state import Run
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.appending import Draft, Outcome, Recorded
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef, Store
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.screens.run_view import RunView
from rollout_tui.tui.widgets.lines import Lines
from rollout_tui.tui.widgets.row_list import RowList
from tests.runs import runs_folder

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SHOP = Path(__file__).with_name("shop.toml")
ALICE = Actor("alice", "alice", "host")
BOB = Actor("bob", "bob", "host")
REASON = "because of the ledger"


class Staged:
    """A run in a folder of its own, and ways to get it somewhere before the app opens it."""

    def __init__(self, folder: Path, plan: Path = SHOP, operator: Actor = ALICE, **start: Any) -> None:
        self.clock = SimulatedClock(NOON)
        loaded = load(plan)
        self.folder = folder / "runs"
        self.session = runs_folder.begin(self.folder, loaded.plan, loaded.text, Start(**start), self.clock, operator)

    @property
    def path(self) -> Path:
        return self.folder / f"{self.session.run.id}.toml"

    @property
    def run(self) -> Run:
        return self.session.run

    def entries(self) -> tuple[Entry, ...]:
        """What the journal on disk holds, read anew."""
        found = runs_folder.read(self.path)
        assert not found.problem
        return found.entries

    def do(self, intent: intents.Intent, by: Actor | None = None) -> Self:
        me = self.session.operator
        self.session.operator = by or me
        try:
            self.session.act(intent)
        finally:
            self.session.operator = me
        return self

    def wait(self, **span: float) -> Self:
        self.clock.advance(timedelta(**span))
        return self

    def step(self) -> None:
        """Do what comes next, as a person who follows the screen does; a soak passes first."""
        run = self.run
        state = run.phases.get(run.stage.id)
        if state is not None and state.soak_from is not None:
            self.clock.advance(soak_left(run, run.stage, self.session.moment()))
        step = next_step(run, self.session.moment())
        item = run.sequence.items.get(step.item)
        signed = run.state(step.item).approvals
        match step.action:
            case "start-phase":
                self.do(intents.StartPhase(run.stage.id))
            case "measure":
                self.do(intents.Measure(step.item, 0.5))
            case "go":
                self.do(intents.Go())
            case "promote":
                self.do(intents.Promote(run.stage.id))
            case "close":
                self.do(intents.Close("done"))
            case "finish-rollback":
                self.do(intents.FinishRollback("restored"))
            case _:
                assert item is not None, step
                other = bool(signed) or item.id == run.stage.start_id or item.id == run.stage.approval_id
                self.do(intents.Sign(item.id, confirm=item.id), BOB if other else None)

    def until(self, reached: Callable[[Run], bool]) -> Self:
        for _ in range(80):
            if reached(self.run):
                return self
            self.step()
        raise AssertionError(f"never reached: {self.run.stage.id}, {next_step(self.run, self.session.moment())}")

    def to_gate(self) -> Self:
        """Everything before the go is signed."""
        return self.until(lambda _: next_step(self.run, self.session.moment()).action == "go")

    def to_stage(self, stage: str) -> Self:
        return self.until(lambda run: run.stage.id == stage)

    def to_started(self, phase: str) -> Self:
        return self.until(lambda run: phase in run.phases)

    def to_ready(self, phase: str) -> Self:
        """The phase waits for its promotion, and nothing blocks."""
        self.to_started(phase)
        return self.until(lambda run: next_step(run, self.session.moment()).text.startswith("Nothing blocks"))

    def rolling_back(self, scenario: str = "code-bug") -> Self:
        return self.to_started("canary").do(intents.RollBack(scenario, REASON))

    def wrap(self, wrapper: Callable[[Store], Store]) -> None:
        """Put another store between the session and its journal."""
        self.session._store = wrapper(self.session._store)

    @asynccontextmanager
    async def shown(
        self, size: tuple[int, int] = (100, 30), quiet: float = 0, *, caught_up: bool = True
    ) -> AsyncIterator[Show]:
        """The app at this run; who is caught up has read what others recorded, and left that screen."""
        app = RolloutApp(RunScreen(), self.session, quiet=quiet)
        async with app.run_test(size=size) as pilot:
            show = Show(app, pilot, self)
            await show.settle()
            if caught_up and isinstance(show.screen, CatchUpScreen):
                await show.press("escape")
            yield show


class Show:
    """The app while it runs: keys in, lines of the screen out."""

    def __init__(self, app: RolloutApp, pilot: Pilot[int], staged: Staged | None = None) -> None:
        self.app = app
        self.pilot = pilot
        self._staged = staged

    @property
    def staged(self) -> Staged:
        assert self._staged is not None
        return self._staged

    @property
    def screen(self) -> Screen[Any]:
        return self.app.screen

    @property
    def run_view(self) -> RunView:
        """The screen, where it is one that shows a run."""
        screen = self.app.screen
        assert isinstance(screen, RunView), screen
        return screen

    @property
    def cursor(self) -> str:
        """The id of the item that keys act on; none is ""."""
        item = self.run_view.selected
        return item.id if item else ""

    def rows(self, selector: str = "#items") -> RowList:
        return self.screen.query_one(selector, RowList)

    @property
    def run(self) -> Run:
        """The run as the screen sees it."""
        return self.app.worker.run

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when what the one before began has been recorded."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def push(self, *keys: str) -> None:
        """Press keys without waiting for what they record."""
        await self.pilot.press(*keys)
        await self.drawn()

    async def burst(self, *keys: str) -> None:
        """Press keys as a slow line or a busy machine hands them over: all at once, before the first has acted."""
        for key in keys:
            character = " " if key == "space" else key if len(key) == 1 else None
            self.app.post_message(events.Key(key, character))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is recording and all messages were taken."""
        await self.drawn()
        if any(not each.is_finished for each in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.drawn()

    async def drawn(self) -> None:
        """Wait until every widget has taken its messages."""
        await self.pilot.pause(0)
        for _ in range(30):
            await self.pilot.pause(0)
            if not any(each.message_queue_size for each in (self.app, *self.screen.walk_children(with_self=True))):
                return

    async def fill(self, *texts: str) -> None:
        """Type texts into the fields of the form, from the one that has the focus on; none is recorded yet."""
        for place, text in enumerate(texts):
            if place:
                await self.press("enter")
            field = self.app.focused
            assert isinstance(field, Input), field
            field.value = text
        await self.drawn()

    async def look_at(self, item: str) -> None:
        """Put the cursor of the run screen on an item, by the keys that go there."""
        sequence = self.run.sequence
        wanted = sequence.items[item].stage
        screen = self.app.screen
        assert isinstance(screen, RunScreen)
        while screen.stage.id != wanted:
            before = screen.stage.id
            await self.press("right" if sequence.index[wanted] > sequence.index[before] else "left")
            assert screen.stage.id != before
        rows = screen.query_one("#items", RowList)
        await self.press("g")
        while rows.key != item:
            before_key = rows.key
            await self.press("j")
            assert rows.key != before_key, f"{item} is not listed"

    def strips(self) -> list[Strip]:
        return self.screen._compositor.render_strips()

    def lines(self) -> list[str]:
        """The screen as it is drawn, line by line."""
        return [strip.text.rstrip() for strip in self.strips()]

    def text(self) -> str:
        return "\n".join(self.lines())

    def line(self, selector: str) -> str:
        """The first line of a widget of the run's screen, as it is drawn."""
        region = self.screen.query_one(selector).region
        return self.strips()[region.y].text[region.x : region.right].strip()

    def error(self) -> str:
        """What the open form says is wrong."""
        shown = self.screen.query_one("#form-error", Lines)
        return shown.render().plain

    @property
    def receipt(self) -> str:
        return self.app.receipts.line.plain

    def notices(self) -> list[str]:
        """What there is to say besides: title and text."""
        return [f"{title}: {text}" for title, text in self.app.notices.whole()]

    def said(self) -> str:
        """Take all notices away and give them in one text."""
        text = "\n".join(self.notices())
        self.app.notices.take_back(*self.app.notices.said)
        self.app.notices.take_news_back()
        return text

    def journal(self) -> tuple[Entry, ...]:
        return self.staged.entries()

    def last_event(self) -> Event:
        """The journal's last event, read from disk; the screen stands where it does."""
        entries = self.journal()
        assert self.run.seq == entries[-1].seq
        assert self.run.head == entries[-1].hash
        return entries[-1].event


@asynccontextmanager
async def home(folder: Path, plans: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Show]:
    """The app at home."""
    clock = SimulatedClock(NOON + timedelta(hours=3))
    app = RolloutApp(HomeScreen(FolderRuns(folder), plans, ALICE, clock), quiet=0)
    async with app.run_test(size=size) as pilot:
        show = Show(app, pilot)
        await show.settle()
        yield show


class Between:
    """A store between a session and its own: whatever is asked of it is passed on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def ref(self) -> RunRef:
        return self._store.ref

    @property
    def read_only(self) -> str:
        return self._store.read_only

    @property
    def torn(self) -> Torn | None:
        return self._store.torn

    @property
    def warning(self) -> str:
        return self._store.warning

    @property
    def written(self) -> datetime | None:
        return self._store.written

    def read(self, after: int) -> list[Entry]:
        return self._store.read(after)

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        return self._store.append(draft, expected_head)

    def wait(self, after: int, timeout: float) -> bool:
        return self._store.wait(after, timeout)

    def keep_evidence(self, file: Path) -> Kept:
        return self._store.keep_evidence(file)

    def drop_evidence(self) -> None:
        self._store.drop_evidence()

    def take_lease(self, who: str) -> str:
        return self._store.take_lease(who)

    def end_lease(self) -> None:
        self._store.end_lease()

    def evidence(self, sha256: str) -> bytes:
        return self._store.evidence(sha256)

    def copy_to(self, path: Path) -> Entry:
        return self._store.copy_to(path)

    def close(self) -> None:
        self._store.close()


class Blocking(Between):
    """A store whose append waits until it is let go: a slow disk."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.go = threading.Event()
        self.reached = threading.Event()

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        self.reached.set()
        assert self.go.wait(20)
        return super().append(draft, expected_head)


class Failing(Between):
    """A store that can't append: a full disk. `mended` makes it work again."""

    mended = False

    def append(self, draft: Draft, expected_head: str) -> Outcome:
        if not self.mended:
            raise RolloutError("The disk is full; nothing was recorded.", "Make room.")
        return super().append(draft, expected_head)


class Memory:
    """A store that keeps entries as they are, whatever their texts hold."""

    ref = RunRef("2026-03-02-shop-1", "memory")
    read_only = warning = ""
    written: datetime | None = None
    torn: Torn | None = None

    def __init__(self, *entries: Entry) -> None:
        self.entries = list(entries)

    def read(self, after: int) -> list[Entry]:
        return self.entries[after + 1 :]

    def append(self, draft: Draft, expected_head: str) -> Outcome:  # noqa: ARG002 (nobody else is here)
        seq = len(self.entries)
        entry = Entry(seq, draft.stamp, draft.event, hashlib.sha256(bytes(seq)).hexdigest(), draft.sees, draft.extras)
        self.entries.append(entry)
        return Recorded(entry)

    def wait(self, after: int, timeout: float) -> bool:  # noqa: ARG002 (nothing comes while one waits)
        return len(self.entries) > after + 1

    def keep_evidence(self, file: Path) -> Kept:
        return Kept("0" * 64, file.name, 3)

    def drop_evidence(self) -> None:
        """None is kept."""

    def take_lease(self, who: str) -> str:  # noqa: ARG002 (nobody else is here)
        return ""

    def end_lease(self) -> None:
        """Nobody else is here."""

    def evidence(self, sha256: str) -> bytes:
        raise RolloutError(f"There is no evidence {sha256}.")

    def copy_to(self, path: Path) -> Entry:
        raise AssertionError(path)

    def close(self) -> None:
        """Nothing is open."""


def started(items: tuple[str, ...], plan: str = "", **more: Any) -> RunStarted:
    """The header of a run that stands in memory alone."""
    return RunStarted("2026-03-02-shop-1", "shop", "3.1.0", items, tuple(plan.split("\n")), "0" * 64, **more)
