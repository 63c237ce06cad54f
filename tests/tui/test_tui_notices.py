"""Notices stand in a line of their own, and time goes on under every dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Digits

from rollout_tui.run import intents
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.run_view import RunView
from rollout_tui.tui.widgets.lines import Lines
from rollout_tui.tui.widgets.notice_line import NoticeLine
from tests.runs import runs_folder
from tests.tui.stage import BOB, REASON, Show, Staged, home

TRIGGER = "canary/trigger/a-payment-is-booked-twice"


async def _look(show: Show) -> None:
    await show.app.look()
    await show.settle()


def _text(screen: RunView) -> str:
    """What a screen shows, also from below a dialog."""
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def _drawn(show: Show, selector: str) -> list[str]:
    region = show.screen.query_one(selector).region
    return [strip.text[region.x : region.right].rstrip() for strip in show.strips()[region.y : region.bottom]]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_refusal_and_news_cover_nothing(staged: Staged, size: tuple[int, int]) -> None:
    staged.to_started("canary")
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown(size=size) as show:
        shown = [_drawn(show, each) for each in ("#gate", "#top", "#receipt")]
        await show.press("c")
        for text in ("one", "two", "three"):
            other.act(intents.Note(text))
        await _look(show)
        assert [_drawn(show, each) for each in ("#gate", "#top", "#receipt")] == shown
        regions = [show.screen.query_one(each).region for each in ("#frame", NoticeLine, "#receipt")]
        assert not any(one.overlaps(other) for one in regions for other in regions if one is not other)
        assert 1 <= regions[1].height <= 3
        said = " ".join(" ".join(line.split()) for line in _drawn(show, "NoticeLine"))
        assert said.startswith("● Refused: ")
        assert "! shows all ● 3 new by bob · i shows them" in said, "a long refusal hides no news"


async def test_news_is_counted_until_it_is_looked_at(staged: Staged) -> None:
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown() as show:
        other.act(intents.Sign("docs"))
        await _look(show)
        assert _drawn(show, "NoticeLine") == [" ● #1 bob: signed: Documentation updated"]
        await show.press("space")
        other.act(intents.Note("looks good"))
        await _look(show)
        assert _drawn(show, "NoticeLine") == [" ● 2 new by bob · i shows them"]
        await show.press("i")
        assert isinstance(show.screen, CatchUpScreen)
        assert "signed: Documentation updated" in show.text(), "what came before one's own entry was not seen either"
        assert "looks good" in show.text()
        await show.press("escape")
        assert not show.screen.query_one(NoticeLine).display


async def test_a_refusal_goes_with_the_next_action_and_can_be_read_whole(staged: Staged) -> None:
    async with staged.shown(size=(60, 20)) as show:
        show.app.notices.say("Refused", "because of the ledger " * 14 + "at.the.end")
        await show.drawn()
        assert "! shows all" in _drawn(show, "NoticeLine")[-1]
        assert "at.the.end" not in show.text()
        await show.press("exclamation_mark")
        assert "at.the.end" in show.text()
        await show.press("escape", "p", "enter", "escape")
        assert "The gate is shut" in _drawn(show, "NoticeLine")[0]
        await show.press("space")
        assert not show.screen.query_one(NoticeLine).display


async def test_reading_every_notice_takes_none_away_that_came_meanwhile(staged: Staged) -> None:
    async with staged.shown() as show:
        show.app.notices.say("Warning", "the disk is a network disk")
        await show.press("exclamation_mark")
        show.app.notices.say("Soak over", "Canary may be promoted")
        await show.press("escape")
        assert show.notices() == ["Soak over: Canary may be promoted"]


async def test_what_was_said_of_a_run_stays_with_it(staged: Staged, tmp_path: Path) -> None:
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with home(staged.folder, tmp_path) as show:
        show.app.notices.say("Settings", "no such theme")
        await show.press("enter")
        other.act(intents.Note("looks good"))
        await _look(show)
        await show.press("c")
        assert len(show.notices()) == 3
        await show.press("q")
        assert show.notices() == ["Settings: no such theme"]


@pytest.mark.parametrize("keys", ["n", "m", "t", "w", "question_mark", "colon", "h", "p", "p o"])
async def test_no_dialog_stops_a_clock(staged: Staged, keys: str) -> None:
    staged.to_started("canary").do(intents.Sign("canary/flag/new-ledger"))
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown(size=(120, 40)) as show:
        await show.press(*keys.split())
        view = next(each for each in reversed(show.app.screen_stack) if isinstance(each, RunView))
        for _ in range(20):
            staged.wait(seconds=3)
            view._each_second()
            await show.drawn()
            now = f"{staged.clock.now():%H:%M:%S} UTC"
            assert view.query_one("#clock", Lines).render().plain.strip() == now
        assert "1 h 59 min" in _text(view)
        other.act(intents.Fire(TRIGGER, REASON))
        await _look(show)
        assert view.query_one("#frame").has_class("-alarm")
        assert "ROLLBACK TRIGGER FIRED" in _text(view)


async def test_a_note_leaves_the_cursor_and_escape_takes_a_refusal_away(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.look_at("docs")
        await show.press("n")
        await show.fill("asked Erik")
        await show.press("ctrl+s")
        assert show.run.seq == 1
        assert show.cursor == "docs"
        await show.press("c")
        assert show.screen.query_one(NoticeLine).display
        await show.press("escape")
        assert not show.screen.query_one(NoticeLine).display


@pytest.mark.parametrize("keys", ["n", "question_mark", "colon"])
async def test_no_dialog_stops_the_stopwatch_of_a_rollback(staged: Staged, keys: str) -> None:
    staged.rolling_back()
    async with staged.shown(size=(80, 24)) as show:
        view = show.run_view
        await show.press(keys)
        assert show.screen is not view
        for second in range(3, 61, 3):
            staged.wait(seconds=3)
            view._each_second()
            await show.drawn()
            assert view.query_one("#stopwatch", Digits).value == f"{second // 60}:{second % 60:02}"


async def test_what_is_wrong_is_brought_into_sight_below_a_dialog(staged: Staged) -> None:
    staged.to_started("canary").do(intents.Sign("canary/flag/new-ledger"))
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown(size=(60, 20)) as show:
        await show.press("n")
        other.act(intents.Fire(TRIGGER, REASON))
        await _look(show)
        await show.press("escape")
        assert show.cursor == TRIGGER
        assert show.rows().is_in_sight(TRIGGER)
