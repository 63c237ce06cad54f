"""A canary from its first sign-off to its close, by keys alone."""

from __future__ import annotations

from place import CHECKOUT, Desk, Place

FINE = ("0.2", "410", "38", "55", "41")


def test_checkout_is_walked_from_the_first_sign_off_to_completed(place: Place) -> None:
    with place.open("run", CHECKOUT) as alice:
        # Pre-deployment: one item waived, one put off to Phase 2, the rest signed.
        alice.signs("All tests passing")
        alice.signs("Code review approved")
        alice.signs("Database migration tested on staging")
        alice.signs("Performance test passed")
        alice.wait_for("Security review completed")
        alice.fills("w", "why it may be skipped", "no card code was touched since the last review")
        defers(alice, "Documentation updated", to="the end of Phase 2", reason="the help pages follow the canary")
        alice.signs("Monitoring & alerting configured")
        alice.signs("Rollback plan tested")
        alice.signs("Stakeholders notified")
        passes_the_gate(alice, "GO")

        # Migration: schema, code, backfill.
        alice.signs("Add orders.payment_state with a default")
        alice.signs("Install 2.4.0 everywhere, flags off")
        alice.signs("Backfill payment_state of the last 24 months")

        # Phase 1: held for a while, then soaked for a day.
        alice.starts("Internal team only")
        alice.signs("Flag new_checkout → internal")
        alice.signs("Flag wallet_payments → internal")
        alice.fills("h", "why the run is held", "the payment provider reports an outage")
        alice.wait_for("HELD", "the payment provider reports an outage")
        alice.fills("h", "why it may go on", "the provider is back")
        alice.wait_until_gone("HELD")
        alice.signs("Every payment method completed once by a colleague")
        alice.signs("No checkout error in the internal cohort")
        place.pass_time(hours=24)
        alice.measures(*FINE)
        passes_the_gate(alice, "PROMOTE Phase 1")

        # Phase 2: a reading in breach blocks until it was measured again, the deferral until it is signed.
        alice.starts("25% of users")
        alice.signs("Flag new_checkout → 25 %")
        alice.signs("Conversion no lower than on the old checkout")
        alice.signs("Refunds of new orders arrive in the ledger")
        place.pass_time(hours=48)
        alice.measures("0.2", "950", "38", "55", "41")
        alice.wait_for("in breach", "NOT YET")
        finds_the_gate_shut(alice, "in breach: Response time (p95)", "deferral due: Documentation updated")
        alice.wait_for("Sign", "Documentation updated")
        print(alice.screen())


def defers(someone: Desk, title: str, *, to: str, reason: str) -> None:
    """Put off the item under the cursor."""
    someone.wait_for(title)
    someone.keys("d")
    someone.wait_for("why it can wait", to)
    someone.keys("Down", "Down", "Enter")
    someone.answers("why it can wait", reason)


def passes_the_gate(someone: Desk, what: str) -> None:
    """Open the gate, which nothing blocks, and pass it."""
    someone.keys("p")
    someone.wait_for(f"{what}: nothing blocks. Press enter.")
    assert someone.records("Enter")["kind"] == "gate_promoted"


def finds_the_gate_shut(someone: Desk, *blockers: str) -> None:
    """Try the gate, read what blocks, and go back."""
    someone.keys("p")
    someone.wait_for("NOT YET", "What blocks", *blockers)
    someone.keys("Enter")
    someone.wait_for("The gate is shut")
    someone.keys("Escape")
    someone.wait_until_gone("What blocks")
