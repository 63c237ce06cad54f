"""What shines through a dialog is drawn again only where it changed: a dialog that is open sends as little as none."""

from __future__ import annotations

from typing import Any

import pytest
from textual.geometry import Region
from textual.widget import Widget

from rollout_tui.run import intents
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.screens.run_view import RunView
from tests.tui.stage import Staged


@pytest.mark.parametrize("keys", ["n", "m", "w", "question_mark", "colon"])
async def test_a_second_below_a_dialog_draws_the_clock_alone(
    staged: Staged, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged.to_started("canary").do(intents.Sign("canary/flag/new-ledger"))
    async with staged.shown(size=(120, 40)) as show:
        await show.press(*keys.split())
        view = next(each for each in reversed(show.app.screen_stack) if isinstance(each, RunView))
        assert view is not show.screen
        drawn: list[Region] = []
        refresh = Widget.refresh

        def noted(self: Widget, *regions: Region, **options: Any) -> Widget:
            if self is show.screen:
                drawn.extend(regions)
            return refresh(self, *regions, **options)

        monkeypatch.setattr(Widget, "refresh", noted)
        clock = view.query_one("#clock").region
        for _ in range(3):
            drawn.clear()
            staged.wait(seconds=1)
            view._each_second()
            for _ in range(200):
                await show.drawn()
                if drawn:
                    break
        assert drawn
        assert all(clock.contains_region(each) for each in drawn), drawn


async def test_a_screen_above_draws_all_of_its_own_when_the_one_below_hands_something_up(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged.rolling_back()
    async with staged.shown(size=(80, 24)) as show:
        assert isinstance(show.screen, RollbackScreen)
        drawn: set[int] = set()

        def noted(_: object, update: Any) -> None:
            for y, begin, end in getattr(update, "spans", ()):
                drawn.update(range(begin, end) if y == row else ())

        receipt = show.screen.query_one("#receipt")
        row = receipt.region.y
        show.app.receipts.show("receipt: " + "a long line " * 5)
        await show.drawn()
        monkeypatch.setattr(show.app, "_display", noted)
        show.app.receipts.show("receipt: a line")
        # Both have come when the next frame is due.
        show.screen._dirty_widgets.add(receipt)
        show.screen.refresh(Region(0, row, 12, 1))
        show.screen._on_timer_update()
        assert {*range(15, 65)} <= drawn
