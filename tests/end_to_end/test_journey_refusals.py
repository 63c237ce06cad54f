"""What is out of turn is refused on the screen with its reason, and nothing is written."""

from __future__ import annotations

from tests.end_to_end.place import OperatorTerminal, Place


def test_signing_in_a_stage_that_is_not_open(place: Place) -> None:
    place.walk_to("pre-deployment/code-review-approved")
    with place.open("resume") as alice:
        alice.wait_for("Sign: Code review approved")
        alice.keys("Right")
        alice.wait_for("Add orders.payment_state with a default")
        is_refused(alice, ["Space"], "out of turn", "Migration is not open yet")
        alice.keys("Right")
        alice.wait_for("Internal team only")
        is_refused(alice, ["Space"], "out of turn", "Phase 1 opens when Migration is done")


def test_going_and_promoting_past_what_blocks(place: Place) -> None:
    place.walk_to("pre-deployment/stakeholders-notified")
    with place.open("resume") as alice:
        alice.wait_for("Stakeholders notified")
        alice.keys("p")
        alice.wait_for("What blocks", "open: Stakeholders notified")
        is_refused(alice, ["Enter"], "The gate is shut")


def test_backfill_before_schema(place: Place) -> None:
    place.walk_to("migration/add-payment-state")
    with place.open("resume") as alice:
        alice.wait_for("Sign: Add orders.payment_state")
        alice.keys("Down", "Down")
        is_refused(alice, ["Space"], "migration goes schema", "(migration/add-payment-state)")


def test_cleanup_and_closing_before_validation(place: Place) -> None:
    place.walk_to("post-deployment/database-metrics-stable")
    with place.open("resume") as alice:
        alice.wait_for("Sign: Database metrics stable")
        is_refused(alice, ["c"], "can't close as completed yet", "(R5)")
        alice.keys("Right")
        alice.wait_for("Drop orders.legacy_status")
        is_refused(alice, ["Space"], "only after post-deployment validation (R7)")


def is_refused(someone: OperatorTerminal, keys: list[str], *reasons: str) -> None:
    """Press the keys, read the reasons, and find the journal as it was."""
    before = someone.place.journal.read_bytes()
    someone.keys(*keys)
    someone.wait_for("Refused", *reasons)
    assert someone.place.journal.read_bytes() == before
