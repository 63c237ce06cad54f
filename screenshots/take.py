"""Takes the screenshots: real journals of plans/checkout.toml, walked on a simulated clock, in the real screens."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ["TEXTUAL_ANIMATIONS"] = "none"

import resvg_py
from textual.pilot import Pilot

from rollout_tui import runs
from rollout_tui.clock import SimulatedClock
from rollout_tui.operator import Operator
from rollout_tui.plan import toml
from rollout_tui.run import intents
from rollout_tui.run.decisions.ending import Start
from rollout_tui.run.next import next_step
from rollout_tui.session import Session
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.screens.audit import AuditScreen, audited
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run import RunScreen

HERE = Path(__file__).parent
PLANS = HERE.parent / "plans"
EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
ALICE, BOB = Operator("alice", "alice", "bastion"), Operator("bob", "bob", "bastion")

READINGS = {"error-rate": 0.2, "p95": 612, "cpu-usage": 48, "memory-usage": 61}


class Walk:
    """A run of the checkout plan, taken to wherever a picture is wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, SimulatedClock(EVENING)
        loaded = toml.load(PLANS / "checkout.toml")
        self.session: Session = runs.begin(folder, loaded.plan, loaded.text, Start(), self.clock, ALICE)

    def do(self, *asked: intents.Intent, by: Operator = ALICE) -> Walk:
        for intent in asked:
            self.clock.advance(timedelta(minutes=2, seconds=11))
            self.session.operator = by
            self.session.act(intent)
        self.session.operator = ALICE
        return self

    def sign(self, count: int, by: Operator = ALICE) -> Walk:
        """Sign what comes next, so many times."""
        for _ in range(count):
            self.do(intents.Sign(next_step(self.session.run, self.session.moment()).item), by=by)
        return self

    def to_phase_1(self) -> Walk:
        self.sign(3).sign(2, by=BOB)
        docs = next_step(self.session.run, self.session.moment()).item
        self.do(intents.Defer(docs, "phase-2", "the shop's page waits for its translation"))
        self.sign(3).do(intents.Go()).sign(3, by=BOB).do(intents.StartPhase("phase-1"))
        return self.sign(2)

    def to_phase_2(self) -> Walk:
        self.to_phase_1()
        self.clock.advance(timedelta(days=1))
        self.sign(2, by=BOB).measure("phase-1").do(intents.Promote("phase-1"), intents.StartPhase("phase-2"))
        return self.sign(1)

    def measure(self, stage: str, **readings: float) -> Walk:
        for item in self.session.run.sequence.stage(stage).items:
            if item.metric is not None:
                name = item.id.rpartition("/")[2]
                self.do(intents.Measure(name, readings.get(name.replace("-", "_"), READINGS.get(name, 40))), by=BOB)
        return self


async def picture(name: str, app: RolloutApp, size: tuple[int, int], keys: str = "") -> None:
    async with app.run_test(size=size) as pilot:
        await _settle(pilot)
        for key in keys.split():
            await pilot.press(key)
            await _settle(pilot)
        svg = app.export_screenshot(title="")
    (HERE / f"{name}.svg").write_text(svg)
    png = resvg_py.svg_to_bytes(svg_string=svg, font_dirs=["/usr/share/fonts"], monospace_family="DejaVu Sans Mono")
    (HERE / f"{name}.png").write_bytes(bytes(png))
    print(f"{name}: {size[0]}×{size[1]}")


async def _settle(pilot: Pilot[int]) -> None:
    for _ in range(5):
        await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def at_run(make: Callable[[Walk], Walk], folder: Path) -> RolloutApp:
    return RolloutApp(RunScreen(), make(Walk(folder)).session, quiet=0)


async def take(folder: Path) -> None:
    def fresh(name: str) -> Path:
        return folder / name

    await picture("pre-deployment", at_run(lambda walk: walk.sign(4), fresh("a")), (100, 30))
    phase = at_run(lambda walk: walk.to_phase_2().measure("phase-2", error_rate=1.4), fresh("b"))
    await picture("phase", phase, (100, 30))
    gate = at_run(_to_ready_gate, fresh("c"))
    await picture("gate", gate, (100, 30), "p")
    blocked = at_run(lambda walk: walk.to_phase_2().measure("phase-2"), fresh("d"))
    await picture("override", blocked, (100, 30), "p o")
    rollback = at_run(_to_rollback, fresh("e"))
    await picture("rollback", rollback, (100, 30))
    await picture("narrow", at_run(lambda walk: walk.to_phase_2(), fresh("f")), (60, 20))
    rolled_back = _to_rollback(Walk(fresh("h")))
    log = next(rolled_back.folder.glob("*.toml"))
    await picture("audit", RolloutApp(AuditScreen(audited(runs.read(log), runs.verified(log)))), (100, 30))
    walk = Walk(fresh("g")).to_phase_2()
    await picture("home", RolloutApp(HomeScreen(walk.folder, PLANS, ALICE, walk.clock)), (100, 30))


def _to_ready_gate(walk: Walk) -> Walk:
    walk.to_phase_1()
    walk.clock.advance(timedelta(days=1))
    return walk.sign(2, by=BOB).measure("phase-1")


def _to_rollback(walk: Walk) -> Walk:
    walk.to_phase_2().measure("phase-2", error_rate=3.1)
    walk.do(intents.RollBack("code-bug", "5xx at 3.1 % and rising since the flag went to 25 %"))
    return walk.sign(1)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(take(Path(scratch)))
