"""The blockers that are about time, health and people, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import PLAN, Program

WINDOW = """downtime = "maintenance-window"
[strategy.window]
start = 2026-03-02T09:00:00+00:00
end = 2026-03-03T07:00:00+00:00
reason = "the book is closed"

[[pre_deployment]]
id = "tests"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def test_a_go_behind_the_window_is_overridden_once(rollout: Program, plan: Path) -> None:
    plan.write_text(PLAN.read_text().replace('[[pre_deployment]]\nid = "tests"\n', WINDOW, 1))
    run = rollout.start(plan=plan)
    for item in ("tests", "docs", "training", "alerts", "rollback-tried"):
        rollout("sign", run, item)
    said = rollout.refused("go", run)
    assert "outside the maintenance window: it closed 1 day 2 h ago  [window]" in said
    rollout("go", run, "--override", "window", "--reason", "agreed with the bank")
    for step in ("add-table", "install", "copy"):
        rollout("sign", run, step)
    rollout("start-phase", run, "canary")
    report = rollout("report", run)
    assert "alice gave the go outside the maintenance window" in report
    assert "alice started Canary outside the maintenance window" in report


def test_a_breach_behind_a_promotion_blocks_the_next_start(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout.promote(run, "canary")
    rollout("measure", run, "error-rate", "9")
    assert "[breach:error-rate]: mend it and measure again" in rollout.refused("start-phase", run, "everyone")
    assert rollout("status", run, "--line", code=0)
    rollout("measure", run, "error-rate", "0.1")
    rollout("start-phase", run, "everyone")


def test_a_late_start_is_approved_by_a_second_person(rollout: Program, plan: Path) -> None:
    phase = 'name = "Canary"\n'
    plan.write_text(PLAN.read_text().replace(phase, f"{phase}approvals = 2\n", 1))
    run = rollout.start(plan=plan)
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    rollout("sign", run, "canary/flag/new-ledger")
    rollout.wait(hours=2)
    rollout("sign", run, "ledger-balances-to-the-cent")
    rollout("measure", run, "error-rate", "0.2")
    rollout("sign", run, "canary/approval", "--as", "bob")
    assert "it needs two people" in rollout.refused("promote", run, "canary", "--as", "Bob")
    rollout("promote", run, "canary")
    rollout.wait(hours=3)
    assert "[approval:everyone/start]: sign everyone/start" in rollout.refused("start-phase", run, "everyone")
    rollout("sign", run, "everyone/start", "--as", "bob")
    assert "You approved the start of Everyone" in rollout.refused("start-phase", run, "everyone", "--as", "BOB")
    rollout("start-phase", run, "everyone")
