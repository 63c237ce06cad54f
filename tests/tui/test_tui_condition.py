"""The condition of a run on every screen: what is wrong drives the top line, the frame, the title and the bell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from textual.widget import Widget

from rollout_tui.errors import RolloutError
from rollout_tui.run import intents
from rollout_tui.run.condition import Rank
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.tui.rows.home import HomeLog, Section, home_log, home_rows
from rollout_tui.tui.rows.row import ListRow
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.styled import EMPTY
from rollout_tui.tui.widgets.row_list import RowList
from tests.tui.stage import BOB, Show, Staged

if TYPE_CHECKING:
    from rollout_tui.runs.listing import Summary

TRIGGER = "canary/trigger/ledger-differs"
FIRED = "ROLLBACK TRIGGER FIRED: "


@pytest.fixture
def canary(staged: Staged) -> Staged:
    return staged.to_started("canary")


def a_trigger(staged: Staged) -> str:
    return next(item.id for item in staged.run.stage.items if "/trigger/" in item.id)


def fire(staged: Staged) -> intents.Intent:
    return intents.Fire(a_trigger(staged), "two charges")


def border(show: Show) -> str:
    frame: Widget = show.screen.query_one("#frame")
    return frame.styles.border_top[0]


class Bells:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rung = 0
        self.titles: list[str] = []
        monkeypatch.setattr("rollout_tui.tui.app.RolloutApp.bell", self._ring)
        monkeypatch.setattr("rollout_tui.tui.app.RolloutApp.write", lambda _, text: self.titles.append(text))

    def _ring(self, *_: object) -> None:
        self.rung += 1


async def seen_by(show: Show, times: int = 1) -> None:
    for _ in range(times):
        await show.app.look()
    await show.settle()


async def test_each_rank_has_a_frame_and_a_top_line_of_its_own(canary: Staged) -> None:
    async with canary.shown() as show:
        assert (border(show), show.line("#next").split()[0]) == ("round", "▶")
        canary.do(intents.Hold("what is this"), BOB)
        await seen_by(show)
        assert (border(show), show.line("#next").split()[:2]) == ("dashed", ["◆", "HELD:"])
        assert "h releases" in show.line("#next")
        assert " ATTENTION " in show.text()
        canary.do(fire(canary), BOB)
        await seen_by(show)
        assert border(show) == "heavy"
        assert f"▲ {FIRED}" in show.line("#next")
        assert show.line("#next").rstrip().endswith("R rolls back · t clears")
        assert " ALARM " in show.text()
        canary.do(intents.RollBack("code-bug", "charged twice"), BOB)
        await seen_by(show)
        assert border(show) == "thick"
        assert "↩ ROLLBACK 0:00/5:00: Code bug" in show.line("#next")
        canary.wait(seconds=7)
        show.run_view.tick()
        await show.drawn()
        assert "ROLLBACK 0:07/5:00" in show.line("#next"), "the stopwatch goes on"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_keys_are_never_cut(canary: Staged, size: tuple[int, int]) -> None:
    canary.do(fire(canary)).do(intents.Fail("canary/flag/new-ledger", "it stays off")).do(intents.Hold("x"))
    async with canary.shown(size=size) as show:

        def shown() -> str:
            region = show.screen.query_one("#next").region
            return " ".join(show.lines()[region.y : region.bottom])

        assert shown().endswith("+1 · R rolls back · t clears")
        assert f"{FIRED}A payment is booked" in shown()
        canary.do(intents.Clear(a_trigger(canary), "a test"), BOB)
        await seen_by(show)
        assert shown().endswith("space signs · R rolls back")


async def test_the_wrong_row_is_brought_into_sight_once(canary: Staged) -> None:
    wrong = a_trigger(canary)
    async with canary.shown() as show:
        await show.press("left")
        assert not show.rows().is_in_sight(wrong)
        canary.do(fire(canary), BOB)
        await seen_by(show)
        assert show.rows().is_in_sight(wrong)
        assert show.cursor == wrong, "no key acts on a row that is out of sight"
        await show.press("left")
        elsewhere = show.cursor
        canary.do(intents.Note("looking"), BOB)
        await seen_by(show)
        assert show.cursor == elsewhere, "the operator may move away"
        assert not show.rows().is_in_sight(wrong)
        await show.press("full_stop")
        assert show.cursor == wrong


async def test_the_bell_rings_once_when_a_run_turns_to_alarm(canary: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    bells = Bells(monkeypatch)
    async with canary.shown() as show:
        await seen_by(show)
        canary.do(fire(canary), BOB)
        await seen_by(show, 3)
        assert bells.rung == 1
        assert bells.titles[-1] == "\x1b]2;ALARM rollback trigger fired: shop 3.1.0: Canary\x07"
        canary.do(intents.Hold("x"), BOB)
        await seen_by(show, 2)
        canary.do(intents.RollBack("code-bug", "charged twice"), BOB)
        await seen_by(show, 2)
        assert bells.rung == 1
        assert bells.titles[-1].startswith("\x1b]2;ROLLBACK: shop")


async def test_the_bell_rings_for_an_alarm_of_ones_own_and_for_none_that_was_there(
    canary: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    bells = Bells(monkeypatch)
    canary.do(fire(canary))
    async with canary.shown() as show:
        await seen_by(show, 2)
        assert bells.rung == 0
        canary.do(intents.Clear(a_trigger(canary), "a test"))
        await seen_by(show)
        canary.do(intents.Fail("canary/flag/new-ledger", "it stays off"))
        await seen_by(show)
        assert bells.rung == 1


async def test_other_screens_at_the_run_say_it_too(canary: Staged) -> None:
    async with canary.shown() as show:
        for key in ("p", "i", "L", "P"):
            await show.press(key)
            assert FIRED not in show.text(), key
            canary.do(fire(canary), BOB)
            await seen_by(show)
            show.app.clear_notifications()
            await show.settle()
            assert (FIRED in show.text(), border(show)) == (True, "heavy"), key
            canary.do(intents.Clear(a_trigger(canary), "a test"), BOB)
            await seen_by(show)
            await show.press("escape")


async def test_a_gate_names_what_is_wrong_first(canary: Staged) -> None:
    canary.do(intents.Hold("x")).do(fire(canary))
    async with canary.shown() as show:
        await show.press("p")
        assert [row.key for row in show.rows().shown[1:3]] == [a_trigger(canary), "hold"]


async def test_trouble_with_the_journal_is_an_alarm(canary: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> bool:
        raise RolloutError("The disk is gone.")

    async with canary.shown() as show:
        monkeypatch.setattr(type(canary.session), "wait", lambda *_: gone(None))
        await seen_by(show)
        show.run_view.repaint()
        await show.drawn()
        assert border(show) == "heavy"
        assert "LOG IN TROUBLE: The disk is gone." in show.line("#next")


async def test_home_says_the_same_word(canary: Staged) -> None:
    def row() -> str:
        (log,) = FolderRuns(canary.folder).list()
        return home_log(log, canary.clock.now()).row.left.plain

    assert row().startswith(" ▶ shop")
    canary.do(intents.Hold("x"))
    assert row().startswith(" ◆ ATTENTION shop")
    canary.do(fire(canary))
    assert row().startswith(" ▲ ALARM shop")
    assert FIRED in row()
    canary.do(intents.RollBack("code-bug", "charged twice"))
    assert row().startswith(" ↩ ROLLBACK shop")


async def test_home_lists_what_is_in_danger_first() -> None:
    def log(name: str, rank: Rank) -> HomeLog:
        return HomeLog(Section.UNFINISHED, cast("Summary", None), ListRow(name, EMPTY), "", rank)

    newest_first = [log("a", Rank.CALM), log("b", Rank.ALARM), log("c", Rank.ROLLBACK), log("d", Rank.ALARM)]
    assert [row.key for row in home_rows(newest_first, []) if not row.heading] == ["c", "b", "d", "a"]


async def test_what_was_seen_is_told_in_full_wherever_the_cursor_stands(canary: Staged) -> None:
    canary.do(fire(canary))
    async with canary.shown(size=(80, 24)) as show:
        await show.press("home")
        assert show.run_view.selected is not None
        assert show.run_view.selected.id != a_trigger(canary)
        assert "two charges" in show.text()


async def test_an_alarm_says_who_is_exposed(canary: Staged) -> None:
    canary.do(fire(canary))
    async with canary.shown() as show:
        exposed = canary.run.exposed
        assert exposed is not None
        assert exposed.phase is not None
        assert f"ALARM · exposed: {exposed.phase.audience}" in show.text()


async def test_clearing_offers_only_what_is_fired(canary: Staged) -> None:
    canary.do(fire(canary))
    async with canary.shown() as show:
        await show.press("home", "t")
        assert "Clear a fired rollback trigger." in show.text(), "not the item under the cursor, which is none"
        assert [row.key for row in show.screen.query_one("#field-trigger", RowList).shown] == [a_trigger(canary)]


async def test_a_finished_rollback_has_answered_what_was_wrong(canary: Staged) -> None:
    canary.do(fire(canary)).do(intents.RollBack("code-bug", "charged twice"))
    canary.do(intents.FinishRollback("restored", "by hand, on the console"))
    async with canary.shown() as show:
        assert "ROLLBACK RESTORED: no stage ends any more" in show.text()
        assert "close the run, or abort it" in show.text()
        assert "trigger fired" not in show.text()


async def test_r_leads_from_the_alarm_to_the_ways_back(canary: Staged) -> None:
    canary.do(fire(canary))
    async with canary.shown() as show:
        await show.press("R")
        assert isinstance(show.screen, RollbackScreen)
