"""The demo with probes: a canary is seen to go wrong and is rolled back, while nobody types a number."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.demo.past import Past
from rollout_tui.demo.shop import Shop
from rollout_tui.plan.probe import Probe
from rollout_tui.plan.quantities import Comparison
from rollout_tui.plan.toml import load
from rollout_tui.probes import Look, Outcome
from rollout_tui.rehearsal import FIRST
from rollout_tui.run.events import MetricMeasured, Observed, RollbackStarted, TriggerFired
from rollout_tui.run.intents import RollBack, Sign
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.starting import start_run
from rollout_tui.sensing import Sensing
from rollout_tui.session import Session
from rollout_tui.tui.demo.canary import CanaryApp
from rollout_tui.tui.demo.story import END, YOURS
from rollout_tui.tui.screens.gate import GateScreen
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import ALICE, NOON, Show

CANARY = Path(__file__).parents[2] / "plans" / "canary.toml"
STEP = timedelta(seconds=0.5)


class World:
    """A shop whose time is set, and a run of the plan whose probes read it."""

    def __init__(self, folder: Path) -> None:
        loaded = load(CANARY)
        self.clock = SimulatedClock(NOON)
        self.shop, self.past = Shop(NOON.timestamp()), Past()
        self.exposed: list[float] = []
        self.waits: list[float] = []
        asked = Start(rehearsal=True, plan_file=str(CANARY))
        store = start_run(FolderRuns(folder), loaded.plan, loaded.text, asked, self.clock, FIRST)
        self.session = Session(store, self.clock, FIRST)
        self.app = CanaryApp(self.session, ALICE, self._expose)
        sensing = Sensing(self.session, lambda _: True, {}, begin=_at_once, look=self._look)
        self.app.worker.__dict__["sensing"] = sensing

    async def go_on(self) -> None:
        """Let the demo go on, and the time until it does so again go by."""
        self.waits.append(0)
        await self.app.go_on()
        end = self.clock.now() + timedelta(seconds=self.waits[-1])
        while self.clock.now() < end:
            self.clock.advance(STEP)
            self.past.add(self._now, self.shop.counters(self._now))
            await self.app.worker.sense()

    @property
    def events(self) -> list[Any]:
        return [entry.event for entry in self.session.entries]

    @property
    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _expose(self, percent: float) -> None:
        self.exposed.append(percent)
        self.shop.expose(percent, self._now)

    def _look(self, probe: Probe, _: Any, threshold: Comparison | None = None, *, now: datetime, **__: Any) -> Look:
        if probe.http:
            is_fine = probe.contains in {"ok", f": {self.shop.percent:g} %"}
            return Look(Outcome.PASS if is_fine else Outcome.FAIL, None, "", probe.http, "", "", 200, now)
        found = self.past.ask(probe.query, self._now)
        if not found or found[0].number != found[0].number:
            return Look(Outcome.UNKNOWN, None, "nothing there", probe.query, "", "", 200, now)
        value = found[0].number
        breaks = threshold.breached_by(value) if threshold else not (probe.expect and probe.expect.breached_by(value))
        return Look(Outcome.FAIL if breaks else Outcome.PASS, value, "", probe.query, "", "", 200, now)


def _at_once(work: Callable[[], Any]) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(work())
    return future


@asynccontextmanager
async def demo(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[World, Show]]:
    # It looks and goes on when the test says so.
    monkeypatch.setattr("rollout_tui.tui.app.LOOK_SECONDS", 100_000)
    world = World(folder)
    monkeypatch.setattr(CanaryApp, "after", lambda _, seconds: world.waits.append(seconds))
    async with world.app.run_test(size=size) as pilot:
        show = Show(world.app, pilot)
        await show.settle()
        yield world, show


async def test_a_canary_goes_wrong_and_is_rolled_back_in_two_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with demo(tmp_path, monkeypatch) as (world, show):
        said: dict[str, type] = {}
        while world.app.playing and sum(world.waits) < 200:
            await world.go_on()
            await show.pilot.pause(0)
            said.setdefault(world.app.saying, type(show.screen))
        assert 60 < sum(world.waits) < 120
        assert world.exposed == [10, 0]
        run = world.session.run
        assert run.closed is not None
        assert run.closed.outcome == "rolled-back"
        assert run.rollback is not None
        assert run.rollback.shown == "readings"
        events = world.events
        assert not any(isinstance(event, MetricMeasured | TriggerFired) for event in events)
        fired = next(
            event
            for event in events
            if isinstance(event, Observed) and "/trigger/" in event.subject and event.outcome == "fail"
        )
        assert (
            events.index(fired) == next(n for n, event in enumerate(events) if isinstance(event, RollbackStarted)) - 1
        )
        for staged in (
            "sensed",
            "person besides",
            "go gate",
            "10 % of users",
            "flag",
            "soak",
            "breach",
            "fired",
            "way back",
        ):
            assert any(staged in words for words in said), staged
        assert {GateScreen, RollbackScreen, RunScreen} <= set(said.values())
        assert world.app.saying == END


async def test_who_takes_over_goes_on_with_the_same_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with demo(tmp_path, monkeypatch) as (world, show):
        while not world.exposed:
            await world.go_on()
        await show.press("j")
        assert world.app.saying == YOURS
        before = world.session.run.seq
        await world.go_on()
        assert world.session.run.seq == before
        await world.app.worker.record(RollBack("bad-prices", "I have seen enough"))
        await world.app.worker.record(Sign("rollback/bad-prices/1"))
        assert world.exposed == [10, 0]
        assert world.session.entries[-1].stamp.by == "alice"
