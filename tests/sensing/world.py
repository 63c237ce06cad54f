"""A world for sensing: a clock that stands until it is moved, and a source that answers as it is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan
from rollout_tui.plan.probe import Probe
from rollout_tui.plan.quantities import Comparison
from rollout_tui.plan.toml import parse
from rollout_tui.probes import Look, Outcome
from rollout_tui.run import intents
from rollout_tui.run.events import Entry, Observed
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.starting import start_run
from rollout_tui.sensing import Sensing
from rollout_tui.session import Session

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ALICE = Actor("alice", "alice", "bastion")

PLAN = """
format = 1
[plan]
name = "Shop 2"
service = "shop"
release = "2.0.0"
owner = "alice"
[strategy]
kind = "canary"
rollback_time = "5 min"
[sources.prod]
prometheus = "http://127.0.0.1:9"
[[pre_deployment]]
id = "tests"
title = "All tests passing"
probe = { command = ["./look"] }
[[pre_deployment]]
id = "plan-b"
title = "Rollback tested"
proves = "rollback-tested"
[[pre_deployment]]
id = "alerts"
title = "Monitoring ready"
proves = "monitoring-ready"
[[phases]]
name = "Canary"
audience = "5% of users"
duration = "48 h"
rollback_triggers = [TRIGGERS]
[[rollback]]
scenario = "Bug"
kind = "code"
action = "Redeploy"
time = "5 min"
[[monitoring]]
id = "errors"
metric = "Error rate"
threshold = "> 1 %"
channel = "pager"
action = "look"
probe = { source = "prod", query = "errors", unit = "%" }
[[monitoring]]
id = "latency"
metric = "Latency"
threshold = "> 500 ms"
channel = "pager"
action = "look"
probe = { command = ["./latency"], unit = "ms" }
[[post_deployment]]
title = "Health"
"""

PLAIN = PLAN.replace("[TRIGGERS]", '["Paid twice"]')
SUSTAINED = PLAN.replace(
    "[TRIGGERS]",
    '[{ text = "Errors for 5 min", for = "5 min", on_fire = "hold", '
    'probe = { source = "prod", query = "burst", expect = "< 2 %", unit = "%" } }]',
)


class World:
    """One run and who senses for it; `says` holds what each query or command gives now: a number, or an outcome."""

    def __init__(self, folder: Path, text: str = PLAIN, start: datetime = NOON) -> None:
        self.clock = SimulatedClock(start)
        self.runs = FolderRuns(folder / "runs")
        self.says: dict[str, float | Outcome] = {
            "errors": 0.2,
            "./latency": 120.0,
            "./look": Outcome.PASS,
            "burst": 0.1,
        }
        self.asked: list[str] = []
        # What a source remembers, by its query: when it came to what.
        self.history: Callable[[str, datetime], float | None] = lambda _query, _at: None
        # How often it still refuses to say what it remembers.
        self.refuses = 0
        self.trusted = True
        # Looks that have not come back: filled as long as the source is slow.
        self.is_slow = False
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        plan = parse(text, "plan.toml")
        assert isinstance(plan, Plan), plan
        store = start_run(self.runs, plan, text, Start(reason="test"), self.clock, ALICE)
        self.session = Session(store, self.clock, ALICE)
        self.sensing = self.senses(self.session)

    def senses(self, session: Session) -> Sensing:
        return Sensing(session, lambda _run: self.trusted, {}, begin=self._begin, look=self._look, back=self._back)

    def join(self, name: str = "bob") -> tuple[Session, Sensing]:
        """Let another session at the same run sense as well."""
        store = self.runs.open(self.session.ref)
        session = Session(store, self.clock, Actor(name, name, "laptop"))
        return session, self.senses(session)

    def sign(self, *names: str) -> None:
        for name in names:
            self.session.act(intents.Sign(name))

    def go(self) -> World:
        """Stand in the phase, its soak begun, with the readings of the baseline taken."""
        self.sensing.ask(["tests", "errors", "latency"])
        self.step()
        self.sign("plan-b", "alerts")
        self.session.act(intents.Go())
        self.session.act(intents.StartPhase(self.session.run.stage.id))
        return self

    def step(self) -> list[Entry]:
        return list(self.sensing.step())

    def run_for(self, span: timedelta, step: timedelta = timedelta(seconds=30)) -> list[Entry]:
        """Let time go by with somebody who looks."""
        entries, end = [], self.clock.now() + span
        while self.clock.now() < end:
            self.clock.advance(step)
            entries += self.step()
        return entries

    def observed(self, subject: str = "") -> list[Observed]:
        events = [entry.event for entry in self.session.entries if isinstance(entry.event, Observed)]
        return [event for event in events if subject in {"", event.subject}]

    def _begin(self, work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        if self.is_slow:
            self.waiting.append((future, work))
        else:
            future.set_result(work())
        return future

    def answer(self) -> None:
        """Let the source answer what it was asked for."""
        for future, work in self.waiting:
            future.set_result(work())
        self.waiting.clear()

    def _look(
        self, probe: Probe, _sources: Any, threshold: Comparison | None = None, *, now: datetime, **_: Any
    ) -> Look:
        name = probe.query or probe.command[0]
        self.asked.append(name)
        return _judged(name, self.says[name], threshold, probe, now)

    def _back(
        self,
        probe: Probe,
        _sources: Any,
        threshold: Comparison | None,
        since: datetime,
        until: datetime,
        now: datetime,
        max_age: timedelta,
        **_: Any,
    ) -> tuple[Look, ...] | None:
        assert max_age == timedelta(hours=1)
        if probe.kind != "prometheus":
            return None
        if self.refuses:
            self.refuses -= 1
            return (Look(Outcome.ERROR, None, "503 Service Unavailable", probe.query, "", "", 503, now),)
        found, at = [], since
        while at <= until:
            value = self.history(probe.query, at)
            found.append(_judged(probe.query, Outcome.UNKNOWN if value is None else value, threshold, probe, at))
            at += probe.every.value
        return tuple(found)


def _judged(name: str, said: float | Outcome, threshold: Comparison | None, probe: Probe, at: datetime) -> Look:
    if isinstance(said, Outcome):
        reason = "" if said is Outcome.PASS else f"{said} as told"
        return Look(said, None, reason, name, "", "", None, at)
    holds = not threshold.breached_by(said) if threshold else probe.expect is None or probe.expect.breached_by(said)
    return Look(Outcome.PASS if holds else Outcome.FAIL, said, "", name, f"{said}", "", 200, at)
