"""A canary from its first sign-off to its close, by keys alone, as one person and for one step two people walk it."""

from __future__ import annotations

import tomllib

from tests.end_to_end.place import CHECKOUT, FINE, OperatorTerminal, Place

VALIDATION = (
    "Health check endpoints responding",
    "Key user flows working (smoke test)",
    "Error rate within normal range",
    "Response times within SLA",
    "Database metrics stable",
    "No increase in support tickets",
    "Feature flags working as expected",
)


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
        alice.passes_the_gate("GO")

        # Migration: schema, code, backfill.
        alice.signs("Add orders.payment_state with a default")
        alice.signs("Install 2.4.0 everywhere, flags off")
        alice.signs("Backfill payment_state of the last 24 months")

        # Phase 1: held for a while, then soaked for a day.
        alice.starts("Internal team only")
        alice.signs("Flag new_checkout → internal")
        alice.signs("Flag wallet_payments → internal")
        assert alice.records("h")["kind"] == "gate_held"
        alice.fills("e", "wrong since", "the payment provider reports an outage", "")
        alice.wait_for("HELD", "the payment provider reports an outage")
        alice.fills("h", "why it may go on", "the provider is back")
        alice.wait_until_gone("HELD")
        alice.signs("Every payment method completed once by a colleague")
        alice.signs("No checkout error in the internal cohort")
        place.pass_time(hours=24)
        alice.measures(*FINE)
        alice.passes_the_gate("PROMOTE Phase 1")

        # Phase 2: two days later what was put off is due, and a reading is in breach; both block.
        alice.starts("25% of users")
        alice.signs("Flag new_checkout → 25 %")
        alice.signs("Conversion no lower than on the old")
        alice.signs("Refunds of new orders arrive in the ledger")
        place.pass_time(hours=48)
        alice.measures("0.2", "950", "38", "55", "41")
        alice.wait_for("ALARM")
        finds_the_gate_shut(alice, "in breach: Response time (p95)", "deferral due: Documentation updated")
        alice.measures("430", "", "", "")
        alice.wait_until_gone("IN BREACH")
        alice.signs("Documentation updated")
        alice.passes_the_gate("PROMOTE Phase 2")

        # Phase 3 has no soak.
        alice.starts("100% of users")
        alice.signs("Flag new_checkout → 100 %")
        alice.signs("Flag wallet_payments → 100 %")
        alice.signs("Conversion steady over the evening peak")
        alice.measures(*FINE)
        alice.passes_the_gate("PROMOTE Phase 3")
        for title in VALIDATION:
            alice.signs(title)

        # The point of no return asks for its name; a second person approves it from elsewhere.
        alice.wait_for("Drop orders.legacy_status")
        alice.keys("Space")
        alice.wait_for("type drop-legacy-status")
        alice.type("yes")
        alice.keys("Enter", "Enter", "Enter")
        alice.wait_for("can't be undone. You typed 'yes'")
        alice.keys("Escape")
        alice.wait_until_gone("You typed")
        alice.keys("Space")
        alice.answers("type drop-legacy-status", "drop-legacy-status", "last night's backup is checked", "")
        alice.wait_for("1 of 2 approvals")
        alice.keys("Space")
        alice.wait_for("has your approval already")

        approved = place.rollout(
            *("sign", place.run, "migration/drop-legacy-status", "--confirm", "drop-legacy-status", "--as", "bob")
        )
        assert approved.returncode == 0, approved.stderr
        alice.wait_for("Everything is done: close the run with a note", timeout=3)

        assert alice.fills("c", "closing note", "2.4.0 is live for everyone")["kind"] == "run_closed"
        alice.wait_for("Closed: completed")
        assert alice.leaves() == 0

    # The record: any reader of TOML takes it, it is whole, and says who did what when and why.
    verified = place.rollout("verify", str(place.journal))
    assert verified.returncode == 0, verified.stderr
    assert "whole" in verified.stdout
    assert tomllib.loads(place.journal.read_text(encoding="utf-8"))["service"] == "checkout"
    waived = place.find("item_waived", item="pre-deployment/security-review-completed")
    assert waived["reason"] == "no card code was touched since the last review"
    deferred = place.find("item_deferred", item="pre-deployment/documentation-updated")
    assert deferred["to"] == "phase-2"
    signed_when_due = place.find("item_signed", item="pre-deployment/documentation-updated")
    held, released = place.find("reason_given"), place.find("gate_released")
    assert (held["reason"], released["reason"]) == ("the payment provider reports an outage", "the provider is back")
    breached, fine = (
        place.find("metric_measured", metric="p95", stage="phase-2", value=value) for value in (950.0, 430.0)
    )
    promoted = [place.find("gate_promoted", stage=f"phase-{number}") for number in (1, 2, 3)]
    approvals = [each for each in place.events() if each.get("item") == "migration/drop-legacy-status"]
    assert [each["by"] for each in approvals] == ["alice", "bob"]
    closed = place.find("run_closed", outcome="completed", note="2.4.0 is live for everyone")
    order = [waived, deferred, held, released, promoted[0], breached, fine, signed_when_due, promoted[1], promoted[2]]
    order += [*approvals, closed]
    assert [each["at"] for each in order] == sorted(each["at"] for each in order)
    assert {each["by"] for each in place.events()} == {"alice", "bob"}


def defers(someone: OperatorTerminal, title: str, *, to: str, reason: str) -> None:
    """Put off the item under the cursor to the third of the stages that are offered."""
    someone.wait_for(title)
    someone.keys("d")
    someone.wait_for("the stage where it comes due", to)
    someone.keys("Down", "Down", "Enter")
    assert someone.answers("why it can wait", reason)["kind"] == "item_deferred"


def finds_the_gate_shut(someone: OperatorTerminal, *blockers: str) -> None:
    """Try the gate, read what blocks, and go back."""
    someone.keys("p")
    someone.wait_for("What blocks", *blockers)
    someone.keys("Enter")
    someone.wait_for("The gate is shut")
    someone.keys("Escape")
    someone.wait_until_gone("What blocks")
