"""The demo: a rehearsal that plays itself in about a minute, and is the operator's from the first key on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rollout_tui.plan.toml import load
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.run.events import Entry, GatePromoted, ItemDeferred, ItemSigned, MetricMeasured
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.tui.demo.captions import END, YOURS
from rollout_tui.tui.demo.player import DemoApp
from rollout_tui.tui.quiet_time import QuietTime
from rollout_tui.tui.screens.audit import AuditScreen
from rollout_tui.tui.screens.gate import GateScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.runs import runs_folder
from tests.tui.stage import ALICE, NOON, Show

CHECKOUT = Path(__file__).parents[2] / "plans" / "checkout.toml"

# Slower than any test: it goes on when the test says so.
SLOWLY = 100_000


class Shown(Show):
    """The demo as it goes on."""

    app: DemoApp

    def __init__(self, app: DemoApp, pilot: object, folder: Path) -> None:
        super().__init__(app, pilot)  # type: ignore[arg-type]
        self._folder = folder

    async def go_on(self, times: int = 1) -> None:
        for _ in range(times):
            await self.app.go_on()
            await self.pilot.pause(0)
        await self.drawn()

    def caption(self) -> str:
        """The line above the screen, as far as it is drawn."""
        region = self.screen.query_one("#caption").region
        lines = [self.strips()[y].text[region.x : region.right].strip() for y in range(region.y, region.bottom)]
        return " ".join(lines).strip()

    def journal(self) -> tuple[Entry, ...]:
        (log,) = self._folder.glob("*.toml")
        return runs_folder.read(log).entries


@asynccontextmanager
async def _demo(folder: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    loaded = load(CHECKOUT)
    app = DemoApp(Rehearsal(FolderRuns(folder), loaded.plan, loaded.text, NOON), ALICE, pace=SLOWLY)
    async with app.run_test(size=size) as pilot:
        show = Shown(app, pilot, folder)
        while not app.saying:
            await show.settle()
        yield show


async def test_it_plays_a_whole_rollout_in_about_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[float] = []
    monkeypatch.setattr(DemoApp, "after", lambda _, seconds: passed.append(seconds))
    async with _demo(tmp_path, size=(60, 20)) as show:
        said = {show.app.saying: show.screen}
        while show.app.playing:
            await show.app.go_on()
            await show.pilot.pause(0)
            if show.app.playing and show.app.saying not in said:
                await show.drawn()
                assert show.caption() == f"DEMO (any key: yours) {show.app.saying}", "all of it can be read"
                said[show.app.saying] = show.screen
        await show.settle()
        run = show.run
        assert run.closed is not None
        assert run.closed.outcome == "completed"
        assert run.started.rehearsal
        assert 50 < sum(passed) < 80
        events = [entry.event for entry in show.journal()]
        assert any(isinstance(event, ItemDeferred) for event in events)
        assert any(isinstance(event, MetricMeasured) and event.value == 1.4 for event in events)
        gates = [words for words, screen in said.items() if isinstance(screen, GateScreen)]
        assert len(gates) == 4, "go, and three promotions"
        for staged in ("checklist", "deferred", "go gate", "migration", "exposes", "soak", "In breach", "comes due"):
            assert any(staged in words for words in said), staged
        assert len(said) > 17
        assert show.caption() == END
        await show.press("L")
        assert isinstance(show.screen, AuditScreen)


@pytest.mark.parametrize("steps", [0, 12])
async def test_any_key_takes_over_and_does_nothing_else(steps: int, tmp_path: Path) -> None:
    async with _demo(tmp_path) as show:
        show.app.quiet = QuietTime(1_000, show.app.set_timer)
        await show.go_on(steps)
        before = show.run.seq
        await show.press("space", "space")
        assert show.run.seq == before, "a key held down records nothing"
        assert not show.app.playing
        assert show.caption() == YOURS
        assert "alice" in show.line("#top")
        await show.go_on()
        assert show.run.seq == before
        show.app.quiet = QuietTime(0, show.app.set_timer)
        await show.press("enter" if isinstance(show.screen, GateScreen) else "space")
        assert show.run.seq == before + 1
        assert isinstance(show.journal()[-1].event, GatePromoted if steps else ItemSigned)
        assert show.journal()[-1].stamp.by == "alice"
        assert not show.screen.query("#caption")


async def test_a_click_takes_over_too(tmp_path: Path) -> None:
    async with _demo(tmp_path) as show:
        await show.pilot.click("#items")
        await show.settle()
        assert show.caption() == YOURS
        assert isinstance(show.screen, RunScreen)


async def test_q_leaves_at_once(tmp_path: Path) -> None:
    async with _demo(tmp_path) as show:
        await show.go_on(3)
        await show.pilot.press("q")
        assert show.app.return_value == 3


async def test_its_clock_goes_on_between_the_steps(tmp_path: Path) -> None:
    async with _demo(tmp_path) as show:
        before = show.app.worker.moment().at
        show.app.tick()
        after = show.app.worker.moment()
        assert (after.at - before).total_seconds() == 1
        assert not after.jump
