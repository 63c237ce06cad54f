"""The rollback cockpit: choosing, walking the steps against the clock, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Digits

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.restored import seen_before
from rollout_tui.run.state import RollbackOutcome
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.runs import runs_folder
from tests.tui.stage import BOB, REASON, SHOP, Staged


async def test_a_rollback_from_choosing_to_the_close(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("R")
        assert isinstance(show.screen, RollbackScreen)
        assert "ROLL BACK by which scenario?" in show.text()
        await show.press("j")
        assert "1. Redeploy 3.0.4" in show.text(), "its steps are shown before it is chosen"
        assert "< 5 min" in show.text()
        assert show.run.rollback is None
        await show.press("enter", "y")
        assert show.last_event() == ev.RollbackStarted("code-bug", "")
        assert "ROLLBACK: Code bug" in show.line("#stage-title")
        assert "Sign: Redeploy 3.0.4" in show.line("#next")
        assert "target 5:00" in show.text()
        assert "within target · under way" in show.text()
        staged.wait(minutes=3, seconds=40)
        await show.press("space")
        assert show.last_event() == ev.RollbackStepSigned("rollback/code-bug/1")
        assert show.screen.query_one("#stopwatch", Digits).value == "3:40"
        await show.press("space")
        assert "say what happened" in show.line("#next")
        await show.press("e")
        await show.fill(REASON, "")
        await show.press("enter")
        assert show.last_event() == ev.ReasonGiven(REASON)
        assert "Steps signed: read Error rate, then finish." in show.line("#next")
        assert "press m" in show.line("#next")
        staged.wait(minutes=3)
        show.run_view.repaint()
        await show.drawn()
        assert "over target by 1:40" in show.text()
        await show.press("f", "enter", "enter", "space", "right", "right")
        assert "still there" in show.text()
        await show.press("enter")
        assert show.last_event() == ev.RollbackFinished(
            "restored", 400, 300, there=("migration/add-table",), shown="not shown"
        )
        assert "over target by 1:40 · finished: restored, not shown" in show.text()
        staged.wait(hours=1)
        show.run_view.repaint()
        assert show.screen.query_one("#stopwatch", Digits).value == "6:40", "the clock stands when it is finished"
        assert "left in place: migration step Add the ledger table" in show.text()
        await show.press("c")
        assert show.text().count("left in place: migration step Add the ledger") == 2, "read out before it is closed"
        await show.fill("two bookings mended by hand")
        await show.press("enter")
        assert isinstance(show.screen, RunScreen)
        assert "CLOSED: rolled-back" in show.text()
        assert show.run.closed is not None


ENDS = {
    "restored, with nothing to show it": ("restored", False, "finished: restored, not shown"),
    "restored by word": ("restored", True, "within target · finished: restored, by the operators' word"),
    "failed": ("failed", True, "finished: failed"),
}


@pytest.mark.parametrize(("outcome", "reason", "words"), ENDS.values(), ids=ENDS)
async def test_only_a_rollback_that_restored_was_within_its_target(
    staged: Staged, outcome: RollbackOutcome, reason: bool, words: str
) -> None:
    staged.rolling_back()
    for item in staged.run.rollback.items if staged.run.rollback else ():
        staged.do(intents.Sign(item))
    staged.do(intents.FinishRollback(outcome, REASON if reason else ""))
    async with staged.shown() as show:
        await show.press("R")
        target = next(line for line in show.text().splitlines() if "finished: " in line)
        assert words in target
        assert ("within target" in target) is ("within target" in words)


async def test_since_when_it_was_wrong_is_no_part_of_the_rollback(staged: Staged) -> None:
    staged.to_started("canary").wait(minutes=10)
    began = staged.clock.now() - timedelta(minutes=8)
    async with staged.shown() as show:
        await show.press("R", "1", "y", "e")
        await show.fill(REASON, f"{began:%H:%M}")
        await show.press("enter")
        assert show.run.rollback is not None
        assert seen_before(show.run.rollback) == timedelta(minutes=8)
        assert "within target" in show.text()


async def test_escape_begins_no_rollback(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        entries = len(show.journal())
        await show.press("R", "escape", "R", "enter", "1", "enter", "n", "1", "escape", "escape")
        assert isinstance(show.screen, RunScreen)
        assert show.run.rollback is None
        assert len(show.journal()) == entries


async def test_a_rollback_under_way_is_opened_at_once(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        assert isinstance(show.screen, RollbackScreen)
        await show.press("escape")
        assert "ROLLBACK UNDER WAY: press R" in show.text()
        await show.press("R")
        assert isinstance(show.screen, RollbackScreen)


async def test_a_rollback_that_is_called_off_leads_back_to_the_phase_held(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        await show.press("f", "down", "down", "enter")
        await show.fill("the dashboard was wrong")
        await show.press("enter", "enter")
        event = show.last_event()
        assert isinstance(event, ev.RollbackFinished)
        assert event.outcome == "called-off"
        assert isinstance(show.screen, RunScreen), "the run goes on where it was"
        assert show.run.held is not None
        assert "HELD by alice" in show.text()
        await show.press("h")
        await show.fill("looked again")
        await show.press("enter")
        assert show.run.held is None
        assert show.run.stage.id == "canary"


async def test_another_scenario_may_begin_meanwhile(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        staged.wait(minutes=2)
        await show.press("plus")
        assert "which scenario" in show.text()
        await show.press("1")
        assert "already under way" in show.said()
        await show.press("2")
        assert show.last_event() == ev.RollbackStarted("corruption", "")
        assert "Code bug + Data corruption" in show.line("#stage-title")
        listed = [line.strip(" ▀▄█") for line in show.text().splitlines()]
        headings = [line for line in listed if line in {"Code bug  < 5 min", "Corruption", "Data corruption  < 30 min"}]
        assert headings == ["Code bug  < 5 min", "Data corruption  < 30 min"], "each with its own target over its steps"
        assert "Restore the ledger" in show.text()
        assert "target 30:00" in show.text()
        assert show.screen.query_one("#stopwatch", Digits).value == "2:00", "the clock never begins anew"


async def test_a_failed_rollback_asks_for_another(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        await show.press("f", "down", "enter")
        await show.fill("3.0.4 does not start")
        await show.press("enter", "enter")
        assert show.run.rollback is not None
        assert show.run.rollback.outcome == "failed"
        assert "Choose the way back." in show.line("#next")
        await show.press("enter")
        assert "no scenario is chosen" in show.said()
        await show.press("2")
        assert show.run.rolling_back
        assert "Restore the ledger from its snapshot" in show.text()


async def test_what_no_longer_helps_past_the_point_of_no_return_is_struck_out(staged: Staged) -> None:
    staged.to_stage("close")
    async with staged.shown() as show:
        await show.press("R")
        assert "no longer helps past Drop the old bookings" in show.text()
        row = next(strip for strip in show.strips() if "Code bug" in strip.text)
        assert any(segment.style and segment.style.strike for segment in row if "Code bug" in segment.text)
        assert not any(
            segment.style and segment.style.strike
            for strip in show.strips()
            for segment in strip
            if "Data corruption" in segment.text
        )
        await show.press("1")
        await show.fill("", "")
        await show.press("enter")
        assert "needs a reason" in show.error()
        await show.fill("")
        assert not show.run.rolling_back


async def test_finishing_with_steps_unsigned_asks_why(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        await show.press("f", "enter", "enter", "enter")
        assert isinstance(show.screen, IntentForm)
        assert "2 steps unsigned" in show.error()
        await show.press("shift+tab")
        await show.fill("restored by the hosts' own watchdog")
        await show.press("ctrl+s")
        event = show.last_event()
        assert isinstance(event, ev.RollbackFinished)
        assert event.unsigned == ("rollback/code-bug/1", "rollback/code-bug/2")


async def test_a_rollback_wins_over_a_hold_and_a_fired_trigger(staged: Staged) -> None:
    staged.to_started("canary").do(intents.Hold(REASON))
    staged.do(intents.Fire("canary/trigger/a-payment-is-booked-twice", "seen twice"))
    async with staged.shown() as show:
        assert "trigger fired by alice" in show.text()
        await show.press("p", "R", "1")
        assert show.run.rolling_back
        assert isinstance(show.screen, RollbackScreen)


async def test_a_rollback_that_another_operator_begins_is_told(staged: Staged) -> None:
    staged.to_started("canary")
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown() as show:
        await show.press("p")
        other.act(intents.RollBack("code-bug", REASON))
        await show.app.look()
        await show.settle()
        assert "bob: began rolling back: Code bug" in show.said()
        assert isinstance(show.screen, RunScreen), "the gate is closed"
        assert "ROLLBACK UNDER WAY: press R" in show.text()


async def test_from_a_fired_trigger_two_keys_start_the_clock(staged: Staged) -> None:
    staged.to_started("canary").do(intents.Fire("canary/trigger/a-payment-is-booked-twice", "seen twice"))
    async with staged.shown() as show:
        await show.press("R")
        assert "trigger fired: A payment is booked twice" in show.text()
        assert "seen twice (alice, " in show.text(), "what was seen is beside the choice"
        await show.press("enter")
        assert "Nothing began: no scenario is chosen" in show.said()
        assert not show.run.rolling_back
        await show.press("2")
        assert show.last_event() == ev.RollbackStarted("corruption", "trigger fired: A payment is booked twice")
        assert "due before it ends" not in show.text(), "its text is the reason"


async def test_in_calm_one_more_key_is_asked_for(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("R", "1", "enter")
        assert "Roll back by Code bug?" in show.text()
        assert not show.run.rolling_back
        await show.press("y")
        assert show.last_event() == ev.RollbackStarted("code-bug", "")
        assert "e: what happened, and since when? due" in show.text()
        await show.press("f")
        assert "waits for a reason" in show.said()


async def test_the_hold_is_there_at_once_and_asks_later(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("h")
        assert show.last_event() == ev.GateHeld("")
        assert "e says why" in show.text()
        await show.press("h")
        assert "waits for a reason" in show.said()
        await show.press("e")
        await show.fill(REASON, "")
        await show.press("enter")
        assert show.run.held is not None
        assert show.run.held.reason == REASON


@pytest.mark.parametrize(
    "keys", [("L",), ("P",), ("i",), ("p",), ("question_mark",), ("t", "shift+tab"), ("L", "question_mark")]
)
async def test_r_leads_there_from_whatever_lies_over_the_run(staged: Staged, keys: tuple[str, ...]) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press(*keys, "R")
        assert isinstance(show.screen, RollbackScreen)


async def test_where_a_letter_is_typed_r_is_text(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("A", "tab", "R")
        assert isinstance(show.screen, IntentForm)


@pytest.mark.parametrize("width", [80, 60, 40])
async def test_r_is_the_last_key_of_a_run_to_leave_a_narrow_line(staged: Staged, width: int) -> None:
    staged.to_started("canary")
    async with staged.shown(size=(width, 24)) as show:
        assert "R Rollback" in show.text().splitlines()[-1]


async def test_the_scenario_that_the_plan_has_for_what_fired_is_offered(tmp_path: Path) -> None:
    plan = tmp_path / "shop.toml"
    linked = 'id = "corruption"\nanswers = ["A payment is booked twice"]\n'
    plan.write_text(SHOP.read_text(encoding="utf-8").replace('id = "corruption"\n', linked), encoding="utf-8")
    staged = Staged(tmp_path, plan).to_started("canary")
    staged.do(intents.Fire("canary/trigger/a-payment-is-booked-twice", "seen twice"))
    async with staged.shown() as show:
        await show.press("R")
        assert "◀ answers it" in show.text()
        assert "1. Restore the ledger" in show.text()
        await show.press("enter")
        assert show.last_event() == ev.RollbackStarted("corruption", "trigger fired: A payment is booked twice")
