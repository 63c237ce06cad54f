"""`rollout diff`: two runs of one plan, walked by commands, told side by side."""

from __future__ import annotations

import pytest

from tests.cli.program import Program


@pytest.fixture
def two_runs(rollout: Program) -> tuple[str, str]:
    """A run as planned up to its first promotion; and one that waived, held, breached, overrode and rolled back."""
    first = rollout.start()
    rollout.deploy(first)
    rollout.promote(first, "canary")
    rollout.wait(days=1)
    second = rollout.start("--reason", "second try")
    rollout("waive", second, "docs", "--reason", "none changed", "--as", "bob")
    rollout("fail", second, "tests", "--reason", "two red")
    for item in ("tests", "training", "alerts", "rollback-tried"):
        rollout("sign", second, item, "--as", "bob")
    rollout("hold", second, "--reason", "lunch")
    rollout.wait(hours=1)
    rollout("release", second, "--reason", "back")
    rollout("go", second)
    for step in ("add-table", "install", "copy"):
        rollout("sign", second, step)
    rollout("start-phase", second, "canary")
    rollout("measure", second, "error-rate", "7")
    rollout("roll-back", second, "code-bug", "--reason", "errors")
    rollout.wait(minutes=9)
    return first, second


def _said(out: str, subject: str) -> list[str]:
    """What the two runs did, in the lines below a subject."""
    lines = out.splitlines()
    at = lines.index(subject)
    return [line[5:] for line in lines[at + 1 : at + 3]]


def test_what_was_done_differently(rollout: Program, two_runs: tuple[str, str]) -> None:
    out = rollout("diff", *two_runs)
    assert out.splitlines()[0] == f"A  {two_runs[0]}  payments 3.1.0, started 2026-03-04 09:00Z by alice"
    assert "different plans" not in out
    assert _said(out, "Pre-deployment: Documentation updated") == ["signed by alice", "waived by bob (none changed)"]
    assert _said(out, "Pre-deployment: All tests passing") == ["signed by alice", "failed, then signed by bob"]
    assert "Pre-deployment: Support trained" not in out, "another person is no difference"
    assert _said(out, "Canary: gate") == ["passed by alice", "not passed"]
    assert _said(out, "Course: held") == ["—", "1 ×"]
    assert _said(out, "Course: readings in breach") == ["—", "Error rate 1 ×"]
    assert _said(out, "Course: rollback") == ["—", "under way"]
    assert _said(out, "Start: started") == ["as planned", "(second try)"]
    assert _said(out, "Course: outcome") == ["open, in Everyone", "open, in Canary"]


def test_how_long_each_took(rollout: Program, two_runs: tuple[str, str]) -> None:
    lines = [line.split("  ") for line in rollout("diff", *two_runs).splitlines()]
    took = {line[0]: [cell.strip() for cell in line[1:] if cell.strip()] for line in lines}
    assert took["Took"] == ["A", "B", "B − A"]
    assert took["Pre-deployment"] == ["0 s", "1 h", "+1 h"]
    assert took["Migration"] == ["0 s", "0 s", "±0"]
    assert took["Canary"] == ["2 h", "0 s", "−2 h"]


def test_as_json(rollout: Program, two_runs: tuple[str, str]) -> None:
    found = rollout.json("diff", *two_runs)
    assert (found["format"], found["same_plan"]) == ("rollout-diff/1", True)
    assert [run["run"] for run in found["runs"]] == list(two_runs)
    assert {"what": "Canary", "seconds": [7200, 0]} in found["took"]
    assert {"stage": "Canary", "subject": "gate", "was": ["passed by alice", "not passed"]} in found["differences"]


def test_a_run_with_itself(rollout: Program) -> None:
    run = rollout.start()
    assert rollout("diff", run, run).splitlines()[-1] == "Nothing was done differently."


def test_overrides_and_finished_rollbacks(rollout: Program, two_runs: tuple[str, str]) -> None:
    first, second = two_runs
    for item in ("rollback/code-bug/1", "rollback/flag/new-ledger"):
        rollout.json("status", second)
        if any(each["id"] == item for each in rollout.json("status", second)["rollback"]["items"]):
            rollout("sign", second, item)
    rollout("finish-rollback", second, "restored", "--reason", "the rest was not needed")
    rollout("close", second, "--note", "restored late")
    rollout("start-phase", first, "everyone")
    blocking = [each["id"] for each in rollout.json("status", first)["blockers"]]
    rollout("promote", first, "everyone", "--override", *blocking, "--reason", "agreed")
    out = rollout("diff", first, second)
    assert _said(out, "Everyone: gate")[0].startswith("passed by alice past ")
    assert "restored after 9 min (over its target 5 min)" in _said(out, "Course: rollback")[1]
    assert _said(out, "Course: outcome")[1] == "rolled-back"


def test_runs_of_different_plans_are_told_so(rollout: Program, two_runs: tuple[str, str]) -> None:
    rollout("rehearse", "--keep", str(rollout.log("x").parents[1] / "other.toml"), code=2)
    other = rollout.folder.parent / "other.toml"
    from tests.cli.program import PLAN

    other.write_text(
        PLAN.read_text().replace('id = "docs"\ntitle = "Documentation updated"', 'title = "Manual reprinted"')
    )
    third = rollout.start("--reason", "third", plan=other)
    out = rollout("diff", two_runs[0], third)
    assert "They followed different plans" in out
    assert _said(out, "Pre-deployment: Documentation updated") == ["signed by alice", "not in its plan"]
    assert _said(out, "Pre-deployment: Manual reprinted") == ["not in its plan", "untouched"]


def test_a_damaged_log_is_compared_as_far_as_it_goes(rollout: Program, two_runs: tuple[str, str]) -> None:
    first, second = two_runs
    log = rollout.log(second)
    log.write_bytes(log.read_bytes().replace(b'reason = "lunch"', b'reason = "brunc"'))
    assert "compared as far as it goes" in (rollout("diff", first, second, code=6), rollout.err)[1]
    log.write_bytes(b"a = 1\n")
    assert "rollout verify" in rollout.refused("diff", first, second, code=6)
    rollout.refused("diff", first, "nothing", code=2)
