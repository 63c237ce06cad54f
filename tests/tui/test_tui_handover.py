"""The lead handed over and taken over on the screen, and a second attempt's steps in its rows."""

from __future__ import annotations

import pytest

from rollout_tui.people import Actor
from rollout_tui.plan.toml import load
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.rows.items import item_rows
from tests.runs import runs_folder
from tests.tui.stage import ALICE, BOB, REASON, SHOP, Staged


async def test_the_lead_is_offered_to_somebody(staged: Staged) -> None:
    async with staged.shown() as show:
        show.run_view.act("hand-over")
        await show.settle()
        assert isinstance(show.screen, IntentForm)
        await show.fill("bob", "back at six")
        await show.press("enter")
        assert show.last_event() == ev.HandoverOffered("bob", "back at six")


async def test_the_lead_is_taken_with_a_reason(staged: Staged) -> None:
    staged.session.operator = BOB
    async with staged.shown() as show:
        show.run_view.act("take-over")
        await show.settle()
        await show.press("ctrl+s")
        assert "needs a reason" in show.error()
        await show.fill(REASON)
        await show.press("enter")
        event = show.last_event()
        assert isinstance(event, ev.HandedOver)
        assert (event.before, event.reason, show.run.lead) == ("alice", REASON, "bob")


def test_what_the_lead_may_not_do_is_grey(staged: Staged) -> None:
    def grey(name: str, by: Actor) -> bool:
        return intents.BY_NAME[name].why_not(staged.run, "", staged.session.moment(), by) is not None

    assert (grey("hand-over", ALICE), grey("take-over", ALICE)) == (False, True)
    assert (grey("hand-over", BOB), grey("take-over", BOB)) == (True, False)


@pytest.fixture
def again(staged: Staged) -> Staged:
    """A second attempt at a run that was given up in its canary, at its migration."""
    staged.to_started("canary").do(intents.Abort("tomorrow", staged.run.name))
    loaded = load(SHOP)
    started = Start(after=staged.run.id)
    staged.session = runs_folder.begin(staged.folder, loaded.plan, loaded.text, started, staged.clock, ALICE)
    return staged.to_stage("migration")


def test_a_step_in_place_says_so_and_asks_for_no_name(again: Staged) -> None:
    run, now = again.run, again.session.moment()
    rows = [row for row in item_rows(run, run.stage, now) if row.key in run.in_place]
    assert len(rows) == len(run.stage.items)
    for row in rows:
        assert row.right.plain == f"in place, #{run.in_place[row.key]} of the run before"
        assert intents.BY_NAME["sign"].typed_name(run, row.key) == ""


async def test_a_step_in_place_is_confirmed_by_one_key(again: Staged) -> None:
    step = again.run.stage.items[0]
    async with again.shown() as show:
        await show.press("space")
        event = show.last_event()
        assert isinstance(event, ev.ItemSigned)
        assert event.item == step.id
        assert event.note.startswith("in place, event ")
