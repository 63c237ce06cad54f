"""The lead of a run handed over, and a second attempt, by commands."""

from __future__ import annotations

import json

from tests.cli.program import PLAN, Program


def test_the_lead_changes_hands(rollout: Program) -> None:
    run = rollout.start()
    assert "Lead      alice\n" in rollout("status", run)
    offered = rollout("hand-over", run, "--to", "bob", "--note", "back at six")
    assert offered.startswith("  stands at Pre-deployment (1 of 7)\n  next: Sign: All tests passing\n")
    assert offered.endswith("alice  offered the lead to bob — back at six\n")
    assert "Offered   to bob by alice at 2026-03-04 09:00 UTC (#1): back at six" in rollout("status", run)
    assert rollout.json("status", run)["offer"]["to"] == "bob"
    assert "needs a reason" in rollout.refused("take-over", run, "--as", "carol", code=2)

    rollout.wait(minutes=5)
    taken = rollout("take-over", run, "--as", "bob")
    assert taken.startswith("  stands at Pre-deployment (1 of 7)\n")
    assert taken.endswith("bob  took the lead over from alice\n")
    assert "Lead      bob since 2026-03-04 09:05 UTC (#2)\n" in rollout("status", run)
    assert "lead this run already" in rollout.refused("take-over", run, "--as", "bob", code=8)
    status = rollout.json("status", run)
    assert (status["lead"], status["offer"]) == ("bob", None)


def test_a_lead_taken_alone_is_told_in_every_report(rollout: Program) -> None:
    run = rollout.start()
    recorded = rollout.json("take-over", run, "--as", "bob", "--reason", "alice is asleep")
    assert recorded["open"][0] == "stands at Pre-deployment (1 of 7)"
    report = rollout("report", run)
    assert "bob took the lead over from alice — alice is asleep (#1)" in report
    assert "stands at Pre-deployment (1 of 7)" in report
    assert "who had not offered it to them: alice is asleep" in report
    assert json.loads(rollout("report", run, "--format", "json"))["run"]["lead"] == "bob"


def test_a_second_attempt_confirms_what_is_in_place(rollout: Program) -> None:
    first = rollout.start()
    rollout.deploy(first)
    assert "is not closed" in rollout.refused("run", str(PLAN), "--detach", "--after", first)
    rollout("abort", first, "--reason", "the ledger was slow", "--confirm", "payments 3.1.0")
    head = rollout.json("status", first, code=4)

    second = rollout.start("--after", first)
    line = f"Second attempt after {first} (head {head['seq']}:{head['head'][:8]}): 3 migration steps in place"
    assert line in rollout.err
    assert f"Attempt   {line}" in rollout("status", second)
    status = rollout.json("status", second)
    assert status["after"] == {"run": first, "head": f"{head['seq']}:{head['head']}"}
    steps = [item for stage in status["stages"] for item in stage["items"] if item["in_place"] is not None]
    assert [(item["id"], item["in_place"], item["state"]) for item in steps] == [
        ("migration/add-table", 7, "open"),
        ("migration/install", 8, "open"),
        ("migration/copy", 9, "open"),
    ]
    rollout.deploy(second)
    report = rollout("report", second)
    assert f"second attempt after {first} (head {head['seq']}:{head['head']})" in " ".join(report.split())
    assert f"signed: Add the ledger table — in place, event 7 of {first}" in " ".join(report.split())
    assert f"**Second attempt** after {first}" in rollout("export", second).replace("\\", "")
    rollout.log(first).unlink()
    assert "open: " in rollout("verify", second), "it verifies without the run before"


def test_a_step_that_the_new_plan_lost_is_told(rollout: Program) -> None:
    first = rollout.start()
    rollout.deploy(first)
    rollout("abort", first, "--reason", "later", "--confirm", "payments 3.1.0")
    other = rollout.folder / "other.plan"
    other.write_text(PLAN.read_text().replace('id = "copy"', 'id = "copy-all"'))
    second = rollout.start("--after", first, plan=other)
    lost = "In place, and no step of this plan: migration/copy (event 9 there)"
    assert lost in rollout.err
    assert lost in rollout("status", second)
    assert rollout.json("status", second)["not_in_plan"] == [{"id": "migration/copy", "event": 9}]
    assert "The migration step migration/copy is in place" in " ".join(rollout("report", second).split())


def test_a_damaged_run_has_no_second_attempt(rollout: Program) -> None:
    first = rollout.start()
    rollout("sign", first, "tests")
    rollout("abort", first, "--reason", "later")
    log = rollout.log(first)
    log.write_bytes(log.read_bytes().replace(b'item = "tests"', b'item = "docs"'))
    assert "damaged" in rollout.refused("run", str(PLAN), "--detach", "--after", first, code=6)
