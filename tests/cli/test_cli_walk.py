"""Whole runs walked by commands alone."""

from datetime import timedelta

from tests.cli.program import PLAN, Program


def test_a_run_from_start_to_completed(rollout: Program) -> None:
    run = rollout.start()
    assert run == "2026-03-04-payments-3.1.0-1"
    assert "next: Sign: All tests passing  [tests]" in rollout.err

    _pre_deployment(rollout, run)
    _migration(rollout, run)
    _canary(rollout, run)
    _everyone(rollout, run)
    _to_the_end(rollout, run)

    status = rollout.json("status", run)
    assert status["outcome"] == "completed"
    assert status["blockers"] == []
    assert "whole: closed" in rollout("verify", run)
    assert "completed" in rollout("list")
    assert rollout("list", "--unfinished") == ""


def _pre_deployment(rollout: Program, run: str) -> None:
    line = rollout("sign", run, "tests", "--note", "build 812")
    assert line.startswith("recorded #1 ")
    assert line.endswith("  alice  signed: All tests passing — build 812\n")
    rollout("waive", run, "training", "--reason", "nothing changes for them")
    rollout("defer", run, "docs", "everyone", "--reason", "the writer is ill")
    rollout("sign", run, "alerts")
    rollout("status", run, "--gate", code=3)
    rollout("sign", run, "rollback-tried")
    rollout("status", run, "--gate")
    rollout("go", run)
    assert rollout.json("status", run)["stage"] == "migration"


def _migration(rollout: Program, run: str) -> None:
    rollout("sign", run, "add-table")
    rollout("hold", run, "--reason", "lunch")
    rollout("sign", run, "install")
    assert "next: held by alice: lunch: release the hold" in rollout.err
    assert rollout.json("status", run)["held"]["reason"] == "lunch"
    assert "held by alice: lunch: release the hold" in rollout("status", run)
    rollout("release", run, "--reason", "back", "--as", "bob")
    rollout("sign", run, "copy")


def _canary(rollout: Program, run: str) -> None:
    rollout("start-phase", run, "canary")
    rollout("sign", run, "canary/flag/new-ledger")
    assert "2 h left" in rollout("status", run)
    assert "in breach of > 1 %" in rollout("measure", run, "error-rate", "2.5")
    rollout.wait(minutes=30)
    assert "measured Error rate: 0.4 %, fine" in rollout("measure", run, "error-rate", "0.4")
    rollout("sign", run, "ledger-balances-to-the-cent", "--as", "bob")
    assert "2 h left" in rollout("status", run), "the time in breach does not count"
    rollout.wait(hours=2)
    rollout("measure", run, "error-rate", "0.3")
    trigger = "canary/trigger/a-payment-is-booked-twice"
    rollout("fire", run, trigger, "--reason", "order 4711")
    said = rollout.refused("promote", run, "canary")
    assert f"[trigger:{trigger}]" in said
    assert "reason" in rollout.refused("promote", run, "canary", "--override", f"trigger:{trigger}", code=2)
    rollout("promote", run, "canary", "--override", f"trigger:{trigger}", "--reason", "a test booking")
    assert "promoted Canary past 1 blocker — a test booking" in rollout.out
    assert "Override  Canary by alice past trigger" in rollout("status", run)
    rollout("clear", run, trigger, "--reason", "it was a test booking")


def _everyone(rollout: Program, run: str) -> None:
    rollout("start-phase", run, "everyone")
    rollout("sign", run, "everyone/flag/new-ledger")
    rollout("extend", run, "everyone", "30 min", "--reason", "lunch time peak")
    rollout.wait(hours=1, minutes=30)
    rollout("sign", run, "refunds-arrive")
    rollout("measure", run, "error-rate", "0.5")
    rollout("sign", run, "everyone/approval", "--as", "bob")
    said = rollout.refused("promote", run, "everyone")
    assert "blocked by 1 thing:\n  deferral due: Documentation updated  [due:docs]" in said
    rollout("sign", run, "docs")
    assert "two people" in rollout.refused("promote", run, "everyone", "--as", "bob")
    rollout("promote", run, "everyone")


def _to_the_end(rollout: Program, run: str) -> None:
    rollout("sign", run, "health")
    rollout("fail", run, "smoke", "--reason", "no invoice")
    assert [each["id"] for each in rollout.json("status", run)["blockers"]] == ["failed:smoke"]
    rollout("sign", run, "smoke")
    assert "--confirm" in rollout.refused("sign", run, "drop-old", code=2)
    rollout("sign", run, "drop-old", "--confirm", "drop-old")
    rollout("close", run, "--note", "All well.")
    assert "closed (completed)" in rollout.refused("measure", run, "error-rate", "0.7")
    assert "note after the close: found a week later" in rollout("note", run, "found a week later")
    assert rollout.json("verify", run)[0]["verdict"] == "whole"


def test_a_rollback_ends_with_exit_code_4(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    rollout("sign", run, "canary/flag/new-ledger")
    rollout.wait(minutes=10)
    happened = "2026-03-04T10:08:00+01:00"
    rollout("roll-back", run, "code-bug", "--reason", "bookings fail", "--happened", happened)
    assert "began rolling back: Code bug — bookings fail (happened 2026-03-04 09:08 UTC)" in rollout.out
    assert "under way, 2:00 of 5:00" in rollout("status", run)
    assert "A rollback is under way" in rollout.refused("promote", run, "canary")

    rollout("sign", run, "rollback/code-bug/1")
    assert "reason" in rollout.refused("finish-rollback", run, "restored", code=2)
    rollout("sign", run, "rollback/code-bug/2")
    rollout("sign", run, "rollback/flag/new-ledger")
    rollout.wait(minutes=2)
    assert "restored after 4 min (target 5 min)" in rollout("finish-rollback", run, "restored")
    rollout("close", run, "--note", "Back on 3.0.4.")

    status = rollout.json("status", run, code=4)
    assert status["outcome"] == "rolled-back"
    assert status["rollback"]["elapsed"] == 240
    rollout("status", run, "--gate", code=4)
    assert "rolled-back" in rollout("list")
    rollout("verify", str(rollout.log(run)))


def test_an_aborted_run_says_what_it_leaves_in_place(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    assert "payments 3.1.0" in rollout.refused("abort", run, "--reason", "postponed", code=2)
    rollout("abort", run, "--reason", "postponed", "--confirm", "payments 3.1.0")
    assert "left in place: migration step Add the ledger table" in rollout.out
    rollout("status", run, code=4)


def test_cleanup_left_for_later_is_listed_until_it_is_signed(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout.promote(run, "canary")
    rollout.promote(run, "everyone")
    rollout("sign", run, "health")
    rollout("sign", run, "smoke")
    follow_up = ("--follow-up-owner", "Dana", "--follow-up-date", "2026-04-01", "--follow-up-ticket", "DB-7")
    rollout("close", run, "--note", "Cleanup in April.", *follow_up)
    assert "1 cleanup step outstanding: Dana by 2026-04-01 (DB-7)" in rollout("list", "--unfinished")
    assert "1 cleanup step by 2026-04-01: Dana (DB-7)" in rollout("status", run)
    assert rollout.json("list")[0]["follow_up"]["steps"] == ["migration/drop-old"]
    rollout("sign", run, "drop-old", "--confirm", "drop-old")
    assert rollout("list", "--unfinished") == ""


def test_an_emergency_run_is_marked_everywhere(rollout: Program) -> None:
    assert "reason" in rollout.refused("run", str(PLAN), "--detach", "--emergency", code=2)
    run = rollout.start("--emergency", "--reason", "the shop is down")
    assert "payments 3.1.0 (emergency)" in rollout("status", run)
    assert "(emergency)" in rollout("list")
    assert rollout.json("status", run)["emergency"] is True


def test_a_second_run_of_a_service_needs_a_reason(rollout: Program) -> None:
    first = rollout.start()
    assert first in rollout.refused("run", str(PLAN), "--detach")
    assert rollout.start("--rehearsal").endswith("-2")
    assert rollout.start("--reason", "the first was a mistake").endswith("-3")


def test_evidence_belongs_to_whatever_was_done(rollout: Program) -> None:
    run = rollout.start()
    proof = rollout.folder.parent / "pytest.log"
    proof.write_text("2 failed")
    rollout("fail", run, "tests", "--reason", "2 red", "--evidence", str(proof))
    assert "failed: All tests passing — 2 red [evidence: pytest.log]" in rollout.out
    rollout("hold", run, "--reason", "until it is mended", "--evidence", str(proof))
    (kept,) = rollout.log(run).with_suffix(".evidence").iterdir()
    assert rollout("report", run, "--format", "json").count(kept.name) == 2
    rollout("verify", str(rollout.log(run)))
    kept.write_text("0 failed")
    rollout("verify", str(rollout.log(run)), code=6)
    assert rollout.out.count("evidence altered: pytest.log of event ") == 2


def test_a_time_of_day_is_the_newest_and_never_guessed_far_back(rollout: Program) -> None:
    run = rollout.start()
    rollout.wait(minutes=90)
    rollout("note", run, "seen", "--happened", "10:20")
    assert "(happened 2026-03-04 10:20 UTC)" in rollout.out
    said = rollout.refused("note", run, "seen", "--happened", "09:10", code=2)
    assert "09:10 would be 2026-03-04 09:10 UTC, 1 h 20 min ago." in said
    assert "If that is meant, give its date: 2026-03-04T09:10Z" in said
    rollout("note", run, "seen", "--happened", "2026-03-04T09:10Z")
    assert "would be 2026-03-03 10:31 UTC" in rollout.refused("note", run, "seen", "--happened", "10:31", code=2)
    said = rollout.refused("note", run, "seen", "--happened", "2026-03-03T10:31Z")
    assert "lies before the run began (2026-03-04 09:00 UTC)" in said


def test_a_command_that_starts_on_a_wrong_clock_asks_first(rollout: Program) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout.clock.set_ahead(timedelta(days=2))
    assert "the clock jumped 2 days ahead" in rollout.refused("start-phase", run, "canary")
    assert "the clock jumped 2 days ahead" in rollout("status", run)
    rollout("confirm-clock", run, "--reason", "compared with a phone")
    rollout("start-phase", run, "canary")
    rollout("verify", str(rollout.log(run)))
    assert "The clock jumped 2 days ahead; alice confirmed the time" in rollout("report", run)
