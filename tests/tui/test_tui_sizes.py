"""Small, usual and large terminals: each shows what is next, what blocks, and what is on disk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from stage import REASON, Show, Told, home

from rollout_tui.run import intents

SIZES = [(60, 20), (80, 24), (120, 40), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_fits(size: tuple[int, int], told: Told) -> None:
    async with told.shown(size=size) as show:
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
        told.to_started("canary").do(intents.RollBack("code-bug", REASON))
        await show.app._poll()
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


@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_field_that_is_typed_into_is_on_the_screen(size: tuple[int, int], told: Told) -> None:
    async with told.shown(size=size) as show:
        await show.press("p", "o")
        for text in ("first", "second", "third"):
            focused = show.app.focused
            assert focused is not None
            assert show.screen.region.contains_region(focused.region)
            await show.fill(text)
            assert text in show.text()
            if text != "third":
                await show.press("enter")


async def test_a_terminal_may_be_resized_at_any_time(told: Told) -> None:
    told.to_started("canary")
    async with told.shown() as show:
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
async def test_home_fits(size: tuple[int, int], told: Told) -> None:
    async with home(told.folder, told.folder.parent / "plans", size=size) as show:
        _fits(show, size)
        assert "1 unfinished" in show.line("#next")
        assert "shop 3.1.0" in show.text()


STATES: dict[str, Callable[[Told], object]] = {
    "soak": lambda told: told.to_ready("canary").do(intents.Extend("canary", "4 h", REASON)),
    "hold": lambda told: told.to_started("canary").do(intents.Hold(REASON)),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_one_glance_says_what_blocks(name: str, size: tuple[int, int], told: Told) -> None:
    STATES[name](told)
    async with told.shown(size=size) as show:
        wanted = {"soak": "soak: 4 h left", "hold": "held by alice"}[name]
        assert "NOT YET" in show.text()
        assert wanted in show.text()
