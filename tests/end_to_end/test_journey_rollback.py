"""One key from Phase 2 into the rollback: a scenario chosen, its steps signed against the stopwatch, the run closed."""

from __future__ import annotations

from tests.end_to_end.place import OperatorTerminal, Place

IN_PHASE_2 = "phase-2/criterion/refunds-of-new-orders-arrive-in-the-ledger"


def test_a_rollback_within_its_target_is_closed_as_rolled_back(place: Place) -> None:
    place.walk_to(IN_PHASE_2)
    with place.open("resume") as alice:
        begins(alice, "Code bug (non-data)", why="orders without a payment state")
        signs_every_step(alice)
        place.pass_time(minutes=3)
        finishes(alice)
        alice.wait_for("restored", "target")
        alice.fills("c", "closing note", "2.3.6 is back, orders mended by hand")
        alice.wait_for("rolled-back")
        assert alice.leaves() == 4

    finished = place.find("rollback_finished", outcome="restored")
    assert 180 <= finished["took_seconds"] < finished["target_seconds"] == 300
    assert not finished.get("unsigned")
    assert place.find("run_closed", outcome="rolled-back")["note"] == "2.3.6 is back, orders mended by hand"
    assert place.rollout("verify", place.run).returncode == 0


def test_a_rollback_over_its_target_says_so_on_a_large_screen(place: Place) -> None:
    place.walk_to(IN_PHASE_2)
    with place.open("resume", size=(120, 40)) as alice:
        begins(alice, "Code bug (non-data)", why="orders without a payment state")
        alice.wait_for("within target")
        place.pass_time(minutes=7)
        alice.wait_for("over target")
        signs_every_step(alice)
        finishes(alice)
        alice.wait_for("over target", "restored")
        alice.fills("c", "closing note", "the redeploy waited for a lock")
        alice.wait_for("rolled-back")
        assert alice.leaves() == 4

    finished = place.find("rollback_finished", outcome="restored")
    assert finished["took_seconds"] >= 420 > finished["target_seconds"]


def begins(someone: OperatorTerminal, scenario: str, *, why: str) -> None:
    """Press the one key, begin by the first scenario, and say why when the clock runs."""
    someone.wait_for("Sign: Refunds of new orders")
    someone.keys("R")
    someone.wait_for("ROLL BACK", scenario)
    someone.keys("1")
    someone.wait_for("y: roll back")
    assert someone.records("y")["kind"] == "rollback_started"
    someone.wait_for("ROLLBACK", "due before it ends")
    assert someone.fills("e", "wrong since", why, "")["kind"] == "reason_given"


def signs_every_step(someone: OperatorTerminal) -> None:
    for title in (
        "Turn both flags off",
        "Redeploy 2.3.6",
        "Confirm on the dashboard that the error rate is back to normal",
    ):
        someone.wait_for(title[:30])
        someone.records("Space")


def finishes(someone: OperatorTerminal) -> None:
    someone.keys("f")
    someone.wait_for("how it ended", "what is there now")
    someone.keys("Enter")
    someone.type("the dashboard is calm")
    someone.keys("Enter")
    assert someone.records("Enter")["kind"] == "rollback_finished"
