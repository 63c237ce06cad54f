"""The night shift: one person hands the lead over, the next is caught up, takes it, and follows a plan that changed."""

from __future__ import annotations

from tests.end_to_end.place import CHECKOUT, Place


def test_the_night_shift_takes_over_and_follows_a_plan_that_changed(place: Place) -> None:
    with place.open("run", CHECKOUT) as alice:
        alice.signs("All tests passing")
        alice.signs("Code review approved")
        alice.keys("T")
        alice.wait_for("Hand over", "next: Sign: Database migration tested on staging")
        offered = alice.answers("to whom", "bob", "my shift is over")
        assert (offered["kind"], offered["to"]) == ("handover_offered", "bob")
        assert alice.leaves() == 3

    with place.open("resume", operator="bob", size=(120, 40)) as bob:
        bob.wait_for("You join this run", "signed: Code review approved", "offered the lead to bob", "What blocks")
        bob.keys("Enter")
        bob.wait_for("alice offers the lead: press T", "bob (", "alice leads")
        bob.keys("T")
        bob.wait_for("Take over", "next: Sign: Database migration tested on staging")
        assert bob.records("Enter")["before"] == "alice"
        bob.wait_for("leads")
        bob.wait_until_gone("offers the lead")
        bob.signs("Database migration tested on staging")

        # The plan's file is edited meanwhile: nothing is reset before bob has seen what that voids.
        plan = place.folder / CHECKOUT
        text = plan.read_text(encoding="utf-8")
        title = 'title = "Code review approved"'
        assert title in text
        plan.write_text(text.replace(title, 'title = "Code review approved by two"'), encoding="utf-8")
        bob.wait_for("THE PLAN FILE CHANGED: press E", timeout=5)
        bob.keys("E")
        bob.wait_for("Redline", "Code review approved by two")
        redlined = bob.answers("why the plan changed", "two reviewers are the rule now")
        assert redlined["kind"] == "plan_redlined"
        bob.wait_until_gone("THE PLAN FILE CHANGED")
        assert redlined["voided"] == ["pre-deployment/code-review-approved"]
        bob.wait_for("Sign: Code review approved by two")
        bob.records("Space")
        bob.signs("Performance test passed")
    assert place.rollout("verify", place.run).returncode == 0
