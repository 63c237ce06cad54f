"""Two people at two terminals walk one run."""

from __future__ import annotations

from tests.end_to_end.place import Place

# News from the other person leaves the line that says what comes next uncovered here.
LARGE = (120, 40)

# Items, and what the screen shows of each while the cursor stands on it.
ITEMS = {
    "Code review approved": "Two reviewers",
    "Database migration tested on staging": "Run on a copy of production",
    "Performance test passed": "One hour at 1,200 requests",
}


def test_each_sees_what_the_other_signs_within_a_second_or_so(place: Place) -> None:
    place.walk_to("pre-deployment/code-review-approved")
    with place.open("resume", size=LARGE) as alice, place.open("resume", operator="bob", size=LARGE) as bob:
        bob.wait_for("You join this run", "alice")
        bob.keys("Enter")
        bob.wait_for("press space")
        alice.signs("Code review approved")
        bob.wait_for("alice: signed: Code review approved", timeout=3)
        bob.wait_for("Sign: Database migration tested on staging", timeout=3)
        bob.keys(".")
        # A key that came in one go with this one would sign nothing.
        bob.wait_for("Run on a copy of production")
        bob.signs("Database migration tested on staging")
        alice.wait_for("bob: signed: Database migration tested", timeout=3)
        alice.wait_for("Sign: Performance test passed", timeout=3)


def test_an_item_signed_from_both_at_once_is_signed_once_and_the_other_is_told(place: Place) -> None:
    place.walk_to("pre-deployment/code-review-approved")
    with place.open("resume", size=LARGE) as alice, place.open("resume", operator="bob", size=LARGE) as bob:
        bob.wait_for("You join this run")
        bob.keys("Enter")
        for title, description in ITEMS.items():
            number = len(place.events()) + 1
            for someone in (alice, bob):
                someone.wait_for(f"Sign: {title}")
                # From elsewhere, so that the cursor is seen to have come: a key on its way would act after the news.
                someone.keys("G")
                someone.wait_for("Support, finance")
                someone.keys(".")
                someone.wait_for(description, "press space")
            for someone in (alice, bob):
                someone.keys("Space")
            receipt, refusal = f"recorded #{number} ", f"{title}' is already"
            told = [someone.wait_for_any(receipt, refusal) for someone in (alice, bob)]
            assert sorted(told) == sorted([receipt, refusal])
            (event,) = place.events()[number - 1 :]
            assert event["by"] == ("alice" if told[0] == receipt else "bob")
    assert place.rollout("verify", place.run).returncode == 0
