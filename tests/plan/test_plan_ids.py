"""Ids: an item's own, or made of its words."""

import pytest

from rollout_tui.plan import ids
from rollout_tui.plan.model import ChecklistItem


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("All tests passing (unit, integration, E2E)", "all-tests-passing-unit-integration-e2e"),
        ("new_checkout", "new-checkout"),
        ("  Größe ²  ", "grösse-2"),
        ("日本 語", "日本-語"),
        ("…", "item"),
        ("x" * 80, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_a_slug_is_made_of_words(text: str, slug: str) -> None:
    assert ids.slug(text) == slug


def test_an_own_id_stands_alone() -> None:
    assert ids.checklist_id(ids.PRE_DEPLOYMENT, ChecklistItem("Smoke test", id="smoke")) == "smoke"
    assert ids.checklist_id(ids.POST_DEPLOYMENT, ChecklistItem("Smoke test")) == "post-deployment/smoke-test"
