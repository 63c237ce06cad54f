"""The moments that the screenshots show: real journals of plans/checkout.toml, walked on a simulated clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan import toml
from rollout_tui.run import intents
from rollout_tui.run.next import next_step
from rollout_tui.run.stages import ItemKind
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.replay import replayed
from rollout_tui.runs.starting import start_run
from rollout_tui.session import Session
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.screens.audit import AuditScreen, audited
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run import RunScreen

PLANS = Path(__file__).parent.parent / "plans"
EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
ALICE, BOB = Actor("alice", "alice", "bastion"), Actor("bob", "bob", "bastion")

READINGS = {"error-rate": 0.2, "p95": 612, "cpu-usage": 48, "memory-usage": 61}
SENSED = {
    "error-rate": (0.2, 0.3, 0.2, 0.4, 0.6, 0.9, 1.4),
    "response-time": (120.0, 121.0, 119.0, 124.0, 131.0, 133.0, 140.0),
    "orders": (255.0, 254.0, 257.0, 251.0, 240.0, 236.0, 231.0),
}


class Walk:
    """A run of the checkout plan, taken to wherever a picture is wanted."""

    def __init__(self, folder: Path, plan: str = "checkout.toml") -> None:
        self.folder, self.clock = folder, SimulatedClock(EVENING)
        loaded = toml.load(PLANS / plan)
        self.session: Session = Session(
            start_run(FolderRuns(folder), loaded.plan, loaded.text, Start(), self.clock, ALICE), self.clock, ALICE
        )

    def do(self, *asked: intents.Intent, by: Actor = ALICE) -> Walk:
        for intent in asked:
            self.clock.advance(timedelta(minutes=2, seconds=11))
            self.session.operator = by
            self.session.act(intent)
        self.session.operator = ALICE
        return self

    def sign(self, count: int, by: Actor = ALICE) -> Walk:
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
        self.to_ready_gate().do(intents.Promote("phase-1"), intents.StartPhase("phase-2"))
        return self.sign(1)

    def to_ready_gate(self) -> Walk:
        self.to_phase_1()
        self.clock.advance(timedelta(days=1))
        return self.sign(2, by=BOB).measure("phase-1")

    def to_rollback(self) -> Walk:
        self.to_phase_2().measure("phase-2", error_rate=3.1)
        self.do(intents.RollBack("code-bug", "5xx at 3.1 % and rising since the flag went to 25 %"))
        return self.sign(1)

    def to_alarm(self) -> Walk:
        """A trigger fired in the middle of a checklist, by somebody else."""
        self.to_phase_2().measure("phase-2")
        charged = next(
            each for each in self.session.run.sequence.stage("phase-2").items if each.kind is ItemKind.TRIGGER
        )
        return self.do(intents.Fire(charged.id, "order 7741 was charged twice, seen in the ledger"), by=BOB)

    def to_sensed(self) -> Walk:
        """A canary that is sensed, and whose errors begin to rise; another machine does the looking."""
        runs = FolderRuns(self.folder)
        runs.open(self.session.ref).take_lease("probe-bot (probe-bot@bastion)")
        bot, run = Actor("probe-bot", "probe-bot", "bastion"), self.session.run
        for item in run.stage.items:
            self.do(intents.Sign(item.id), by=BOB)
        for name, fine in SENSED.items():
            self.do(intents.Observe(name, "pass", value=fine[0]), by=bot)
        self.do(intents.Go(), intents.StartPhase("canary"), intents.Sign("canary/flag/price-engine"))
        for place in range(len(SENSED["error-rate"])):
            for name, values in SENSED.items():
                since, value = self.clock.now(), values[place]
                self.clock.advance(timedelta(seconds=2))
                breach = run.sequence.metrics[name].threshold.breached_by(value)
                window = since.isoformat(), self.clock.now().isoformat()
                self.session.operator = bot
                self.session.act(intents.Observe(name, "fail" if breach else "pass", "", value, "", *window, 2))
        self.session.operator = ALICE
        return self

    def held(self) -> Walk:
        return self.to_phase_2().measure("phase-2").do(intents.Hold("waiting for the bank's answer"), by=BOB)

    def measure(self, stage: str, **readings: float) -> Walk:
        for item in self.session.run.sequence.stage(stage).items:
            if item.metric is not None:
                name = item.id.rpartition("/")[2]
                self.do(intents.Measure(name, readings.get(name.replace("-", "_"), READINGS.get(name, 40))), by=BOB)
        return self


@dataclass(frozen=True)
class Scene:
    """A moment: the app that shows it, made in an empty folder, and the keys that lead there."""

    name: str
    make: Callable[[Path], RolloutApp]
    keys: str = ""
    size: tuple[int, int] = (100, 30)


def _run(walked: Callable[[Walk], Walk]) -> Callable[[Path], RolloutApp]:
    return lambda folder: RolloutApp(RunScreen(), walked(Walk(folder)).session, quiet=0)


def _sensed(folder: Path) -> RolloutApp:
    return RolloutApp(RunScreen(), Walk(folder, "canary.toml").to_sensed().session, quiet=0)


def _home(folder: Path) -> RolloutApp:
    walk = Walk(folder).to_phase_2()
    return RolloutApp(HomeScreen(FolderRuns(walk.folder), PLANS, ALICE, walk.clock))


def _audit(folder: Path) -> RolloutApp:
    runs = FolderRuns(Walk(folder).to_rollback().folder)
    (ref,) = runs.refs()
    return RolloutApp(AuditScreen(audited(replayed(runs.read(ref)), runs.verify(ref))))


# Who comes back to what others recorded is caught up first; escape leads from there to the run.
SCENES: tuple[Scene, ...] = (
    Scene("home", _home),
    Scene("pre-deployment", _run(lambda walk: walk.sign(4))),
    Scene("phase", _run(lambda walk: walk.to_phase_2().measure("phase-2", error_rate=1.4)), "escape"),
    Scene("gate", _run(Walk.to_ready_gate), "escape p"),
    Scene("override", _run(lambda walk: walk.to_phase_2().measure("phase-2")), "escape p o"),
    Scene("rollback", _run(Walk.to_rollback)),
    Scene("audit", _audit),
    Scene("narrow", _run(Walk.to_phase_2), size=(60, 20)),
    Scene("plan", _run(Walk.to_phase_2), "P j j j"),
    Scene("catch-up", _run(lambda walk: walk.to_phase_2().measure("phase-2", error_rate=1.4))),
    Scene("sensed", _sensed, "escape", (120, 40)),
    Scene("wide", _run(lambda walk: walk.to_phase_2().measure("phase-2")), "escape", (200, 60)),
)


# How a run stands, told apart from two metres away and without colour.
CONDITIONS: dict[str, Callable[[Walk], Walk]] = {
    "calm": lambda walk: walk.to_phase_1().measure("phase-1"),
    "attention": Walk.held,
    "alarm": Walk.to_alarm,
    "rollback": Walk.to_rollback,
}
SIZES = ((60, 20), (80, 24), (120, 40))
OF_CONDITIONS = tuple(
    Scene(f"{name}-{size[0]}x{size[1]}", _run(walked), "escape", size)
    for name, walked in CONDITIONS.items()
    for size in SIZES
)
SCENES += OF_CONDITIONS


async def draw(scene: Scene, folder: Path) -> str:
    """Give the scene as SVG; the same code gives the same picture."""
    app = scene.make(folder)
    async with app.run_test(size=scene.size) as pilot:
        await _settle(pilot)
        for key in scene.keys.split():
            await pilot.press(key)
            await _settle(pilot)
        return app.export_screenshot(title="")


async def _settle(pilot: Pilot[int]) -> None:
    for _ in range(5):
        await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
