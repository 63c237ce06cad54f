"""The condition of a run as commands tell it: each says the same word, in the line where it is looked for first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import PLAN, Program


def words(rollout: Program, run: str) -> set[str]:
    """The rank as every command says it."""
    (listed,) = rollout.json("list")
    line = rollout("status", run, "--line").split(" · ")[1].split()[0]
    return {
        rollout("status", run).split()[0].lower(),
        rollout.json("status", run)["condition"]["rank"],
        rollout("list").split()[1],
        listed["condition"],
        line.lower() if line.isupper() else "calm",
    }


@pytest.fixture
def run(rollout: Program) -> str:
    run = rollout.start()
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    return run


def trigger(rollout: Program, run: str) -> str:
    items = [item for stage in rollout.json("status", run)["stages"] for item in stage["items"]]
    return next(str(item["id"]) for item in items if item["id"].startswith("canary/trigger/"))


def test_every_command_says_the_same_word(rollout: Program, run: str) -> None:
    said = [words(rollout, run)]
    fired = trigger(rollout, run)
    for command in (
        ("hold", run, "--reason", "lunch"),
        ("fire", run, fired, "--reason", "two charges"),
        ("roll-back", run, "code-bug", "--reason", "two charges"),
    ):
        rollout(*command)
        said.append(words(rollout, run))
    assert said == [{"calm"}, {"attention"}, {"alarm"}, {"rollback"}]


def test_what_is_wrong_stands_first_with_what_helps(rollout: Program, run: str) -> None:
    fired = trigger(rollout, run)
    rollout("fire", run, fired, "--reason", "two charges")
    rollout("fail", run, "canary/flag/new-ledger", "--reason", "it stays off")
    first, helps, *_ = rollout("status", run).splitlines()
    assert first.startswith("ALARM     ROLLBACK TRIGGER FIRED: ")
    assert first.endswith(f", 09:00)  [{fired}]  (and 1 more)")
    assert helps == f"Helps     rollout roll-back {run} (rolls back) · rollout clear {run} (clears)"
    assert rollout("status", run, "--line").startswith("payments 3.1.0 · ALARM rollback trigger fired +1 · Canary")
    found = rollout.json("status", run)["condition"]
    assert (found["item"], found["more"]) == (fired, 1)
    assert found["helps"] == [
        {"action": "roll-back", "does": "rolls back"},
        {"action": "clear", "does": "clears"},
    ]
    assert found["text"] in rollout("list")
    assert rollout.json("list")[0]["wrong"] == found["text"]


def test_a_changed_plan_file_is_told_by_all(rollout: Program, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.read_text())
    run = rollout.start(plan=plan)
    plan.write_text(PLAN.read_text().replace('title = "Documentation updated"', 'title = "Documents updated"'))
    assert rollout.json("status", run)["plan_file"]["state"] == "changed"
    assert words(rollout, run) == {"attention"}


def test_a_damaged_log_is_an_alarm(rollout: Program, run: str) -> None:
    log = rollout.log(run)
    log.write_text(log.read_text().replace('"canary"', '"canarx"'))
    assert rollout("status", run, code=6).startswith("ALARM     LOG IN TROUBLE: damaged: event ")


def test_a_closed_run_has_none(rollout: Program) -> None:
    run = rollout.start()
    rollout("abort", run, "--reason", "no", code=0)
    assert rollout("status", run, code=4).startswith("payments 3.1.0\n")
    assert rollout.json("status", run, code=4)["condition"]["rank"] == "calm"
    assert rollout.json("list")[0]["condition"] == "aborted"
