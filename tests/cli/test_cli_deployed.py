"""What is deployed, told by status, report, both as JSON, the audit and the plan's screen: they agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rollout_tui.run.audit import findings
from rollout_tui.run.deployed import parts
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.replay import replayed
from rollout_tui.tui.plan_rows import of_plan, states_of
from tests.cli.program import Program
from tests.run.run_plans import CANARY

PLAN = (
    CANARY.replace('database_migration = "before"', 'database_migration = "before"')
    .replace("approvals = 2\n", "")
    .replace('[[feature_flags]]\nname = "late"\ndefault = false\nrollout = { "Some" = true }\n', "")
    .replace(
        'steps = ["Flags off", "Redeploy 1.0.0"]\n',
        'steps = ["Flags off", "Redeploy 1.0.0"]\nreverses = ["1: flag:new_shop", "1: flag:wallet", "2: install"]\n',
    )
    .replace(
        'release = "2.0.0"', 'release = "2.0.0"\nartifacts = ["sha256:9b2c"]\nprevious_artifacts = ["sha256:41af"]'
    )
)
NAMES = {
    "column": "Add a column",
    "code": "Install 2.0.0",
    "fill": "Fill the column",
    "drop": "Drop the old column",
    "shop": "flag new-shop",
    "wallet": "flag wallet",
}
States = dict[str, str]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "shop.plan"
    path.write_text(PLAN)
    return path


def told(rollout: Program, run: str, code: int = 0) -> States:
    """What all of them say, as the state of each part, and of a flag its value; they say one thing."""
    status = rollout.json("status", run, code=code)["deployed"]
    assert json.loads(rollout("report", run, "--format", "json"))["deployed"] == status
    found = {each["title"]: each["state"] for each in status}
    log = replayed(FolderRuns(rollout.folder).read(FolderRuns(rollout.folder).find(run)))
    assert log.run is not None
    text = " ".join(rollout("status", run, code=code).split())
    report = " ".join(rollout("report", run).split())
    drawn = of_plan(log.run.plan, (), {}, states_of(log.run)).parts
    rows = [line.row.right.plain for name in ("migration", "feature_flags") for line in drawn[name]]
    for part in parts(log.run):
        if part.effect.mark is not None:
            at = f", at {part.effect.value}" if found[part.title] == "applied" and part.kind == "flag" else ""
            by = f", alice at {part.effect.mark.at:%Y-%m-%d %H:%M} UTC (#{part.effect.mark.seq})"
            assert f"{part.title}: {found[part.title]}{at}" in text
            assert by in text
            assert f"#{part.effect.mark.seq}" in report
        assert any(found[part.title] in row for row in rows)
    if log.run.closed is not None:
        (left,) = [each.text for each in findings(log.run, log.entries) if each.kind == "deployed"] or [""]
        assert all(f"{title}: {state}" in left for title, state in found.items()) or not left
    return {short: found[title] for short, title in NAMES.items()}


def states(**said: str) -> States:
    return dict.fromkeys(NAMES, "not yet") | said


def to_phase_2(rollout: Program, run: str) -> None:
    for item in ("tests", "security", "monitoring", "rollback-plan"):
        rollout("sign", run, item)
    rollout("measure", run, "errors", "0.1")
    rollout("measure", run, "uptime", "99.9")
    rollout("go", run)
    for step in ("add-column", "install", "fill"):
        rollout("sign", run, step)
    rollout("start-phase", run, "inside")
    for item in ("inside/flag/new-shop", "inside/flag/wallet", "orders-go-through"):
        rollout("sign", run, item)
    rollout.wait(hours=1)
    rollout("measure", run, "errors", "0.1")
    rollout("measure", run, "uptime", "99.9")
    rollout("promote", run, "inside")
    rollout("start-phase", run, "some")
    rollout("sign", run, "some/flag/new-shop")


UP = states(column="applied", code="applied", fill="applied", shop="applied", wallet="applied")


def test_from_the_go_to_a_second_attempt_and_a_data_rollback(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    assert told(rollout, run) == states()
    to_phase_2(rollout, run)
    assert told(rollout, run) == UP
    rollout("roll-back", run, "bug", "--reason", "errors")
    rollout("sign", run, "rollback/bug/2")
    assert told(rollout, run) == UP | {"code": "undone"}
    rollout(
        "finish-rollback",
        run,
        "restored",
        "--reason",
        "flags by hand",
        "--found",
        "add-column=there",
        "new_shop=undone",
    )
    back = UP | {"code": "undone", "shop": "undone", "fill": "unknown", "wallet": "unknown"}
    assert told(rollout, run) == back
    rollout("close", run, "--note", "back on 1.0.0")
    assert told(rollout, run, code=4) == back
    left = json.loads(rollout("report", run, "--format", "json"))["closing"]["left"]
    assert left == [
        "migration step Add a column",
        "not known: flag wallet at internal",
        "not known: migration step Fill the column",
    ]

    second = rollout.start("--after", run, plan=plan)
    assert told(rollout, second) == states(column="applied", fill="unknown", wallet="unknown")
    blocking = [each["id"] for each in rollout.json("status", second)["blockers"]]
    assert {"unknown:migration/fill", "unknown:flag:wallet"} <= set(blocking)
    assert "not known whether it is there" in rollout.refused("go", second)
    rollout("found", second, "fill", "undone", "--note", "no value is set")
    rollout("found", second, "flag:wallet", "undone", "--note", "looked at the flag service")
    assert told(rollout, second) == states(column="applied", fill="undone", wallet="undone")
    to_phase_2(rollout, second)
    rollout("roll-back", second, "data", "--reason", "rows are wrong")
    rollout("sign", second, "rollback/data/1")
    rollout(
        *("finish-rollback", second, "restored", "--reason", "the snapshot is in"),
        *("--found", "add-column=undone", "install=there", "new_shop=there", "wallet=there"),
    )
    assert told(rollout, second) == UP | {"column": "undone", "fill": "unknown"}


def test_a_rollback_called_off_half_way(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    to_phase_2(rollout, run)
    rollout("roll-back", run, "bug", "--reason", "errors")
    rollout("sign", run, "rollback/bug/2")
    rest = ("add-column=there", "fill=there", "new_shop=there", "wallet=there")
    rollout("finish-rollback", run, "called-off", "--reason", "the graph was wrong", "--found", *rest)
    assert told(rollout, run) == UP | {"code": "undone"}
    status = rollout.json("status", run)
    assert status["stage"] == "some"
    blocking = {each["id"] for each in status["blockers"]}
    assert {"hold", "open:migration/install", "open:some/start", "open:some/flag/new-shop"} <= blocking
    assert "called the rollback off: the graph was wrong" in " ".join(rollout("report", run).split())
    rollout("release", run, "--reason", "again")
    rollout("sign", run, "install")
    rollout("start-phase", run, "some")
    assert told(rollout, run) == UP


def test_a_rollback_called_off_before_a_step_asks_nothing(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    to_phase_2(rollout, run)
    rollout("roll-back", run, "bug", "--reason", "errors")
    rollout("finish-rollback", run, "called-off", "--reason", "a false alarm")
    assert told(rollout, run) == UP
    assert "open:some/start" not in [each["id"] for each in rollout.json("status", run)["blockers"]]


def test_what_is_installed_is_named(rollout: Program, plan: Path) -> None:
    run = rollout.start(plan=plan)
    status = rollout.json("status", run)
    assert (status["artifacts"], status["previous_artifacts"]) == (["sha256:9b2c"], ["sha256:41af"])
    assert "sha256:9b2c" in rollout("report", run)
