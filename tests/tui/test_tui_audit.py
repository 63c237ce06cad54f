"""The audit screen: a log read on screen, findings first."""

from __future__ import annotations

from pathlib import Path

from textual import events

from rollout_tui.run import intents
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.screens.audit import AuditScreen, audited
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.widgets.filter import Filter
from tests.runs import runs_folder
from tests.tui.payloads import PAYLOADS, raw
from tests.tui.stage import BOB, Show, Staged

REASON = "the ledger is checked by hand"


def _app(staged: Staged) -> RolloutApp:
    path = next(Path(staged.folder).glob("*.toml"))
    return RolloutApp(AuditScreen(audited(runs_folder.read(path), runs_folder.verified(path))), quiet=0)


async def test_findings_stand_before_everything_that_happened(staged: Staged) -> None:
    staged.do(intents.Waive("docs", REASON))
    app = _app(staged)
    async with app.run_test(size=(100, 30)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        text = show.text()
        assert "open: the run is not closed" in text
        assert text.index("Findings (") < text.index("Timeline (")
        assert text.count(REASON) >= 2
        await show.press("f")
        assert "Timeline (" not in show.text()


async def test_a_word_narrows_both_to_a_person_a_stage_or_a_kind(staged: Staged) -> None:
    staged.do(intents.Waive("docs", REASON)).do(intents.Hold("lunch"), by=BOB)
    app = _app(staged)
    async with app.run_test(size=(100, 30)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        await show.press("slash", *"bob")
        assert "held" in show.text()
        assert REASON not in show.text()
        await show.press("escape")
        assert REASON in show.text()
        await show.press("slash", *"nobody")
        assert "Nothing here holds that word." in show.text()


async def test_hostile_notes_never_act(staged: Staged) -> None:
    for payload in PAYLOADS:
        staged.do(intents.Note(f"note {payload[:200]}".encode("utf-8", "replace").decode()))
    app = _app(staged)
    async with app.run_test(size=(100, 60)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        for _ in PAYLOADS:
            await show.press("j")
            assert not raw(show.text().replace("\n", " "))
        assert app.is_running


async def test_a_run_under_way_is_read_in_the_same_look_and_left_again(staged: Staged) -> None:
    staged.do(intents.Waive("docs", REASON))
    async with staged.shown() as show:
        await show.press("L")
        assert isinstance(show.screen, AuditScreen)
        assert "as of #1" in show.text()
        assert REASON in show.text()
        await show.press("escape")
        assert isinstance(show.screen, RunScreen)


async def test_a_word_typed_in_one_burst_behind_the_slash_reaches_the_filter(staged: Staged) -> None:
    app = _app(staged)
    async with app.run_test(size=(100, 30)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        # As a slow line or a busy machine hands them over: all at once, before the first has acted.
        for key in ("slash", *"rolling"):
            app.post_message(events.Key(key, "/" if key == "slash" else key))
        await show.settle()
        assert app.screen.query_one(Filter).value == "rolling"
