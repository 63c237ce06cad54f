"""Catch me up: who comes to a run where others went on is told what is new before anything else."""

from __future__ import annotations

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import BOB, REASON, Staged


async def test_it_opens_by_itself_where_others_went_on(staged: Staged) -> None:
    staged.do(intents.Sign("tests")).wait(minutes=42).do(intents.Defer("docs", "canary", REASON), BOB)
    async with staged.shown(caught_up=False) as show:
        assert isinstance(show.screen, CatchUpScreen)
        text = show.text()
        assert "Since your last entry" in text
        assert "#1, 12:00, 42 min ago" in text
        assert "1 recorded" in text
        assert f"deferred to Canary: Documentation updated — {REASON}" in text
        assert "All tests passing" not in text
        assert "■ open: Alerts fire on staging" in text
        await show.press("enter")
        assert isinstance(show.screen, RunScreen)
        assert "Sign: Alerts fire on staging" in show.line("#next")


async def test_it_stays_away_where_nothing_is_new(staged: Staged) -> None:
    staged.do(intents.Sign("tests"), BOB).do(intents.Sign("docs"))
    async with staged.shown(caught_up=False) as show:
        assert isinstance(show.screen, RunScreen)


async def test_who_joins_is_told_everything(staged: Staged) -> None:
    staged.do(intents.Sign("tests"))
    staged.session.operator = BOB
    async with staged.shown(caught_up=False) as show:
        assert "You join this run" in show.text()
        assert "2 recorded" in show.text()


async def test_a_key_opens_it_any_time_and_leaving_it_keeps_the_place(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.look_at("alerts")
        await show.press("i")
        assert isinstance(show.screen, CatchUpScreen)
        await show.press("escape")
        assert show.cursor == "alerts"


async def test_keys_act_on_the_blocker_under_its_cursor(staged: Staged) -> None:
    staged.do(intents.Sign("tests"), BOB)
    async with staged.shown(caught_up=False) as show:
        while show.cursor != "docs":
            await show.press("j")
        await show.press("space")
        assert show.last_event() == ev.ItemSigned("docs")
        assert "recorded #2" in show.line("#receipt")


async def test_a_long_absence_is_told_with_its_end_and_the_log_has_the_rest(staged: Staged) -> None:
    staged.do(intents.Sign("tests"))
    for number in range(45):
        staged.do(intents.Note(f"note {number}"), BOB)
    async with staged.shown(size=(100, 40), caught_up=False) as show:
        assert "45 recorded" in show.text()
        assert "35 earlier: press L" in show.text()
        assert "note: note 44" in show.text()


async def test_a_rollback_under_way_comes_first(staged: Staged) -> None:
    staged.to_started("canary").do(intents.RollBack("code-bug", REASON), BOB)
    async with staged.shown(caught_up=False) as show:
        assert not isinstance(show.screen, CatchUpScreen)
        assert "ROLLBACK: Code bug" in show.text()
