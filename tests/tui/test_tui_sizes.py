"""Small, usual and large terminals: each shows what is next, what blocks, and what is on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.plan.model import ChecklistItem
from rollout_tui.plan.toml import load
from rollout_tui.run import intents
from rollout_tui.run.events import Entry, Stamp
from rollout_tui.run.sequence import sequence
from rollout_tui.session import Session
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.redline import RedlineForm
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.plan import PlanScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import ALICE, BOB, NOON, REASON, SHOP, Memory, Show, Staged, home, started

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
SMALL = SIZES[:2]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_fits(size: tuple[int, int], staged: Staged) -> None:
    async with staged.shown(size=size) as show:
        _fits(show, size)
        assert "Sign: All tests passing" in show.line("#next")
        assert "4 things block the go" in show.text()
        assert "All tests passing" in show.text()
        await show.press("space")
        assert "recorded #1" in show.line("#receipt")
        _fits(show, size)
        await show.press("p")
        assert "NOT YET: 3 things block it" in show.line("#next")
        assert "open: Docu" in show.text()
        assert "recorded #1" in show.line("#receipt")
        for keys in (("o",), ("escape", "escape", "m"), ("escape", "x"), ("escape", "question_mark"), ("escape",)):
            await show.press(*keys)
            _fits(show, size)
        staged.to_started("canary").do(intents.RollBack("code-bug", REASON))
        await show.app.look()
        await show.settle()
        assert "ROLLBACK UNDER WAY" in show.text()
        await show.press("R")
        _fits(show, size)
        assert "Redeploy 3.0.4" in show.text()
        assert "target 5:00" in show.text()
        assert "Redeploy" in show.line("#next")
        assert "recorded #1" in show.line("#receipt")


async def _resize(show: Show, size: tuple[int, int]) -> None:
    """The screen takes a new size only after a short while, since a terminal sends many on its way to one."""
    await show.pilot.resize_terminal(*size)
    for _ in range(300):
        await show.settle()
        if len(show.strips()) == size[1] and show.screen.size == size:
            return
        await show.pilot.pause(0.01)


def _fits(show: Show, size: tuple[int, int]) -> None:
    lines = [strip.text for strip in show.strips()]
    assert len(lines) == size[1]
    assert all(strip.cell_length == size[0] for strip in show.strips())
    assert size == (1, 1) or any(line.strip() for line in lines)
    assert show.app.is_running


@pytest.mark.parametrize("size", SMALL, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_field_that_is_typed_into_is_on_the_screen(size: tuple[int, int], staged: Staged) -> None:
    async with staged.shown(size=size) as show:
        await show.press("p", "o")
        for text in ("first", "second", "third"):
            focused = show.app.focused
            assert focused is not None
            assert show.screen.region.contains_region(focused.region)
            await show.fill(text)
            assert text in show.text()
            if text != "third":
                await show.press("enter")


async def test_a_terminal_may_be_resized_at_any_time(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        for size in (*SIZES, (20, 5), (1, 1), (80, 24)):
            await _resize(show, size)
            assert show.app.is_running
            _fits(show, size)
        await show.press("space")
        assert "recorded #" in show.line("#receipt")
        await show.press("R")
        for size in (*SIZES, (20, 5), (80, 24)):
            await _resize(show, size)
            _fits(show, size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_home_fits(size: tuple[int, int], staged: Staged) -> None:
    async with home(staged.folder, staged.folder.parent / "plans", size=size) as show:
        _fits(show, size)
        assert "1 unfinished" in show.line("#next")
        assert "shop 3.1.0" in show.text()


STATES: dict[str, Callable[[Staged], object]] = {
    "soak": lambda staged: staged.to_ready("canary").do(intents.Extend("canary", "4 h", REASON)),
    "hold": lambda staged: staged.to_started("canary").do(intents.Hold(REASON)),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("size", SMALL, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_one_glance_says_what_blocks(name: str, size: tuple[int, int], staged: Staged) -> None:
    STATES[name](staged)
    async with staged.shown(size=size) as show:
        wanted = {"soak": "soak: 4 h left", "hold": "held by alice"}[name]
        assert "NOT YET" in show.text()
        assert wanted in show.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_news_the_plan_and_the_forms_that_read_back_fit(size: tuple[int, int], tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(SHOP.read_text())
    staged = Staged(tmp_path, file, plan_file=str(file))
    staged.do(intents.Sign("tests")).do(intents.Defer("docs", "canary", REASON), BOB).do(intents.Sign("alerts"), BOB)
    file.write_text(SHOP.read_text().replace("All tests passing", "All tests are green"))
    async with staged.shown(size=size, caught_up=False) as show:
        assert isinstance(show.screen, CatchUpScreen)
        _fits(show, size)
        assert "2 recorded, the newest first" in show.text()
        assert "enter: to the run" in show.line("#next")
        await show.press("escape", "P")
        assert isinstance(show.screen, PlanScreen)
        _fits(show, size)
        assert "The eight rules" in show.line("#stage-title")
        await show.press("escape", "T")
        assert isinstance(show.screen, IntentForm)
        _fits(show, size)
        await _takes_what_is_typed(show, "bob")
        await show.press("escape", "E")
        assert isinstance(show.screen, RedlineForm)
        _fits(show, size)
        assert "±" in show.text()
        await _takes_what_is_typed(show, "why")


async def _takes_what_is_typed(show: Show, text: str) -> None:
    focused = show.app.focused
    assert focused is not None
    assert show.screen.region.contains_region(focused.region)
    await show.fill(text)
    assert text in show.line(f"#{focused.id}")


def _many(monkeypatch: pytest.MonkeyPatch, count: int) -> Session:
    """A run in memory whose first stage has this many items."""
    plan = load(SHOP).plan
    items = tuple(ChecklistItem(f"check number {number}", f"check-{number}") for number in range(count))
    plan = replace(plan, pre_deployment=items)
    monkeypatch.setattr("rollout_tui.run.plan_of.build", lambda _: plan)
    header = started(tuple(sequence(plan).items), "x = 1")
    store = Memory(Entry(0, Stamp(NOON, "alice", "alice@host"), header, "0" * 64))
    return Session(store, SimulatedClock(NOON), ALICE)


@pytest.mark.parametrize("size", SMALL, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_stage_of_300_items_scrolls_with_its_cursor(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = RolloutApp(RunScreen(), _many(monkeypatch, 300), quiet=0)
    async with app.run_test(size=size) as pilot:
        show = Show(app, pilot)
        await show.settle()
        rows = show.rows()

        async def at(place: int, *keys: str) -> None:
            await show.push(*keys)
            assert rows.cursor == place, keys
            line = show.strips()[rows.region.y + place - rows.scroll_offset.y].text[rows.region.x :]
            assert rows.region.height > 3
            assert 0 <= place - rows.scroll_offset.y < rows.region.height, keys
            assert f" check number {place} " in line, keys

        page = rows.size.height - 1
        await at(0)
        for place in range(1, 40):
            await at(place, "j")
        await at(39 + page, "pagedown")
        await at(39 + 3 * page, "pagedown", "pagedown")
        await at(39 + 2 * page, "pageup")
        await at(299, "end")
        await at(299, "j")
        await at(299 - page, "pageup")
        await at(298 - page, "k")
        await at(0, "home")
        await at(0, "pageup")
        await at(299, "G")
        await show.press("space")
        assert "recorded #1" in show.line("#receipt")
        assert "open: check number" in show.text() or "things block the go" in show.text()
        await at(0, "full_stop")
        _fits(show, size)
