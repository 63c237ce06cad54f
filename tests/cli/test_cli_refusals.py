"""Refusals through the command line: the reason, what would help, and nothing written."""

from pathlib import Path

from tests.cli.program import PLAN, Program


def test_signing_out_of_turn(rollout: Program) -> None:
    run = rollout.start()
    said = rollout.refused("sign", run, "health")
    assert "'Health checks respond' is out of turn: Post-deployment is not open yet." in said
    assert "Post-deployment opens when Everyone is done. Now: Pre-deployment." in said


def test_promoting_past_a_blocker(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    said = rollout.refused("promote", run, "canary")
    for blocker in ("canary/flag/new-ledger]", "canary/criterion/ledger-balances-to-the-cent]", "[soak]"):
        assert blocker in said
    assert "[unread:error-rate]: measure it" in said


def test_an_override_that_misses_a_blocker(rollout: Program) -> None:
    run = rollout.start()
    said = rollout.refused("go", run, "--override", "open:tests", "open:docs", "--reason", "hurry")
    assert "Go is blocked by 3 things" in said
    assert "[open:tests]" not in said


def test_cleanup_before_validation(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    assert "(R7)" in rollout.refused("sign", run, "drop-old", "--confirm", "drop-old")


def test_backfill_before_schema(rollout: Program) -> None:
    run = rollout.start()
    for item in ("tests", "docs", "training", "alerts", "rollback-tried"):
        rollout("sign", run, item)
    rollout("go", run)
    said = rollout.refused("sign", run, "copy")
    assert "schema → code → backfill → cleanup (R7)" in said
    assert "First: 'Add the ledger table' (migration/add-table)." in said


def test_closing_with_post_deployment_open(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout.promote(run, "canary")
    rollout.promote(run, "everyone")
    rollout("sign", run, "health")
    said = rollout.refused("close", run, "--note", "done")
    assert "Post-deployment validation always runs (R5)" in said
    assert "One payment of each kind" in said


def test_what_a_rule_proves_is_not_waived(rollout: Program) -> None:
    run = rollout.start()
    said = rollout.refused("waive", run, "rollback-tried", "--reason", "no time")
    assert "it proves rollback-tested, which a rule needs" in said


def test_what_is_done_already_is_a_conflict(rollout: Program) -> None:
    run = rollout.start()
    rollout("sign", run, "tests", "--as", "bob")
    assert "already signed, by bob at 09:00 UTC (#1)" in rollout.refused("sign", run, "tests", code=8)


def test_rolling_back_before_the_go(rollout: Program) -> None:
    run = rollout.start()
    assert "the go was not given" in rollout.refused("roll-back", run, "code-bug", "--reason", "bug")


def test_evidence_that_is_not_there(rollout: Program) -> None:
    run = rollout.start()
    assert "nothing was recorded" in rollout.refused("sign", run, "tests", "--evidence", "nowhere.log", code=1)


def test_a_plan_that_breaks_a_rule_starts_only_past_an_override(rollout: Program) -> None:
    broken = rollout.folder.parent / "plan.toml"
    broken.write_text(PLAN.read_text().replace('proves = "rollback-tested"\n', ""))
    said = rollout.refused("run", str(broken), "--detach")
    assert "R1: No pre-deployment item proves" in said
    assert "--override R1 --reason WHY" in said
    run = rollout.start("--override", "R1", "--reason", "tried last week", plan=broken)
    assert "Override  start past R1: tried last week" in rollout("status", run)


def test_a_plan_with_placeholders_does_not_start(rollout: Program) -> None:
    template = rollout.folder.parent / "plan.toml"
    template.write_text(PLAN.read_text().replace('owner = "Alice Meyer"', 'owner = "[Owner]"'))
    assert "[Owner] is still to be filled in" in rollout.refused("run", str(template), "--detach", code=2)
    assert not rollout.folder.exists()


def test_a_time_that_lies_in_the_future_or_is_none(rollout: Program) -> None:
    run = rollout.start()
    said = rollout.refused("sign", run, "tests", "--happened", "2026-03-04T09:00:01Z", code=2)
    assert "lies in the future" in said
    assert "time zone" in rollout.refused("sign", run, "tests", "--happened", "2026-03-04T09:00", code=2)
    assert "not a time" in rollout.refused("sign", run, "tests", "--happened", "yesterday", code=2)


def test_brackets_that_may_be_meant_start_with_an_override(rollout: Program, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.read_text().replace("All tests passing", "All tests passing [EU]"))
    said = rollout.refused("run", str(plan), "--detach")
    assert "[EU] looks like something to fill in." in said
    assert "--override placeholder --reason WHY" in said
    run = rollout("run", str(plan), "--detach", "--override", "placeholder", "--reason", "the region").strip()
    assert rollout.json("verify", run)[0]["verdict"] == "open"
    plan.write_text(PLAN.read_text().replace("All tests passing", "All tests passing [X]"))
    rollout.refused("run", str(plan), "--detach", "--override", "placeholder", "--reason", "a second run", code=2)
