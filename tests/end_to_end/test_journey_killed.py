"""The program is killed at its work: whoever resumes finds what was acknowledged, and the same next item."""

from __future__ import annotations

import os
import signal

from tests.end_to_end.place import Place


def test_a_run_killed_in_phase_2_is_resumed_where_it_was(place: Place) -> None:
    place.walk_to("phase-2/start")
    with place.open("resume") as alice:
        alice.starts("25% of users")
        alice.signs("Flag new_checkout → 25 %")
        alice.signs("Conversion no lower than on the old")
        alice.wait_for("soak 1 day 23 h")
        place.pass_time(hours=24)
        alice.wait_for("soak 23 h 59 min", "Refunds of new orders arrive in the ledger")
        acknowledged = place.events()
        os.kill(alice.process, signal.SIGKILL)
        assert alice.exit_code() == 128 + signal.SIGKILL

    with place.open("resume", operator="bob") as bob:
        bob.wait_for("You join this run", "signed: Conversion no lower")
        bob.keys("Enter")
        bob.wait_for("Phase 2", "soak 23 h 59 min", "Sign: Refunds of new orders")
        assert place.events() == acknowledged
        bob.signs("Refunds of new orders arrive in the ledger")
        assert len(place.events()) == len(acknowledged) + 1
    assert place.rollout("verify", place.run).returncode == 0


def test_a_run_killed_while_it_records_is_whole_with_the_event_or_without_it(place: Place) -> None:
    with place.open("run", "plans/checkout.toml") as alice:
        alice.signs("All tests passing")
        alice.wait_for("Code review approved")
        alice.keys("Space")
        os.kill(alice.process, signal.SIGKILL)
        assert alice.exit_code() == 128 + signal.SIGKILL
    recorded = place.events()
    assert len(recorded) in {1, 2}
    assert place.rollout("verify", place.run).returncode == 0

    with place.open("resume") as alice:
        alice.signs(["Code review approved", "Database migration tested on staging"][len(recorded) - 1])
    assert place.events()[: len(recorded)] == recorded


def test_an_entry_that_a_crash_cut_off_is_kept_beside_the_log_and_the_run_goes_on(place: Place) -> None:
    place.walk_to("pre-deployment/code-review-approved")
    with place.journal.open("ab") as journal:
        journal.write(b'\n[[event]]\nkind = "item_signed"\nat = 2026-')
    with place.open("resume") as alice:
        alice.wait_for("ends in an incomplete entry", "Go on? [y/N]")
        alice.keys("y", "Enter")
        alice.wait_for("Sign: Code review approved")
        assert place.find("recovered")["bytes"] > 0
        alice.signs("Code review approved")
    assert place.rollout("verify", place.run).returncode == 0
