"""A soak over a real Prometheus: its exporter goes wrong and dies; what was fired stays fired, and nothing passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollout_tui.clock import SystemClock
from rollout_tui.plan.model import Plan
from rollout_tui.plan.toml import parse
from rollout_tui.run import intents
from rollout_tui.run.blocker import BlockerKind
from rollout_tui.run.events import Observed
from rollout_tui.run.gates import blockers
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.starting import start_run
from rollout_tui.sensing import Sensing
from rollout_tui.session import Session
from tests.probes.real_prometheus import MISSING, Exporter, Prometheus, wait_for
from tests.sensing.world import ALICE, PLAN

TRIGGER = (
    '{ text = "Errors for 2 s", for = "2 s", on_fire = "hold", probe = '
    '{ source = "prod", query = "burst", expect = "< 2 %", unit = "%", every = "1 s" } }'
)


def plan(port: int) -> str:
    return (
        PLAN.replace("[TRIGGERS]", f"[{TRIGGER}]")
        .replace(":9", f":{port}")
        .replace('query = "errors", unit = "%"', 'query = "errors", unit = "%", every = "1 s"')
        .replace('probe = { command = ["./latency"], unit = "ms" }\n', "")
        .replace('probe = { command = ["./look"] }\n', "")
        .replace('channel = "pager"\n', 'channel = "pager"\nmax_age = "3 s"\n')
    )


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_the_exporter_is_killed_in_the_middle_of_a_soak(tmp_path: Path) -> None:
    exporter = Exporter("errors 0.2\nburst 0.1\n")
    with Prometheus(tmp_path, scrapes=(exporter,)) as server:
        session = begun(tmp_path, plan(server.port))
        sensing = Sensing(session, lambda _: True, {})

        def sees(outcome: str, subject: str = "errors") -> bool:
            list(sensing.step())
            found = [entry.event for entry in session.entries if isinstance(entry.event, Observed)]
            return any(each.outcome == outcome and each.subject == subject for each in found[-3:])

        sensing.ask(["errors"])
        wait_for(lambda: sees("pass") or sensing.ask(["errors"]))
        for item in ("tests", "plan-b", "alerts"):
            session.act(intents.Sign(item))
        session.act(intents.Measure("latency", 120.0))
        session.act(intents.Go())
        session.act(intents.StartPhase("canary"))
        (trigger,) = (item.id for item in session.run.stage.items if item.trigger is not None)
        wait_for(lambda: sees("pass", trigger))
        exporter.says("errors 0.2\nburst 40\n")
        wait_for(lambda: sees("fail", trigger))
        assert session.run.fired
        assert session.run.held is not None
        exporter.kill()
        wait_for(lambda: sees("unknown", trigger))
        wait_for(lambda: sees("unknown"))
        assert session.run.fired, "data that went away clears nothing"
        found = {each.kind for each in blockers(session.run, session.moment())}
        assert {BlockerKind.TRIGGER, BlockerKind.HOLD, BlockerKind.UNREAD, BlockerKind.SOAK} <= found


def begun(folder: Path, text: str) -> Session:
    made = parse(text, "plan.toml")
    assert isinstance(made, Plan), made
    clock = SystemClock()
    return Session(start_run(FolderRuns(folder / "runs"), made, text, Start(), clock, ALICE), clock, ALICE)
