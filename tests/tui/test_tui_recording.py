"""Nothing is shown as recorded before it is on disk, and a key that is held down records once."""

from __future__ import annotations

import asyncio
import time

import pytest

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.tui import quiet_time
from rollout_tui.tui.dialogs.form import IntentForm
from tests.runs import runs_folder
from tests.tui.stage import BOB, REASON, Blocking, Failing, Show, Staged


async def test_space_signs_the_item_and_the_cursor_goes_to_the_next_one(staged: Staged) -> None:
    async with staged.shown() as show:
        assert "Sign: All tests passing" in show.line("#next")
        await show.press("space")
        assert show.last_event() == ev.ItemSigned("tests")
        entry = show.journal()[-1]
        assert entry.stamp.by == "alice"
        assert f"recorded #1 {entry.hash.removeprefix('sha256:')[:8]}" in show.line("#receipt")
        assert "signed: All tests passing" in show.line("#receipt")
        assert "Sign: Documentation updated" in show.line("#next")
        assert show.cursor == "docs"
        assert "✔ All tests passing" in show.text()


async def _reached(store: Blocking) -> None:
    await asyncio.to_thread(store.reached.wait, 20)


async def test_while_the_disk_is_slow_nothing_is_shown_as_recorded(staged: Staged) -> None:
    slow = Blocking(staged.session._store)
    staged.wrap(lambda _: slow)
    async with staged.shown() as show:
        before = show.run
        try:
            await show.push("space")
            await _reached(slow)
            while "recording…" not in show.line("#receipt"):
                await asyncio.sleep(0)
            assert "recorded" not in show.text().replace("not recorded", "")
            assert show.run is before
            assert len(staged.entries()) == 1
            assert "✔ All tests passing" not in show.text()
            await show.push("space")
            await show.push("j", "space")
            assert show.run is before
            assert len(staged.entries()) == 1
        finally:
            slow.go.set()
        await show.settle()
        assert show.last_event() == ev.ItemSigned("tests")
        assert show.run.seq == 1
        assert "recorded #1" in show.line("#receipt")
        assert "recording…" not in show.text()


async def test_the_screen_goes_on_drawing_while_the_disk_is_slow(staged: Staged) -> None:
    slow = Blocking(staged.session._store)
    staged.wrap(lambda _: slow)
    async with staged.shown() as show:
        try:
            await show.push("space")
            await _reached(slow)
            await show.push("j", "j")
            assert show.cursor == "alerts"
            staged.wait(seconds=7)
            show.run_view.repaint()
            await show.drawn()
            assert "12:00:07 UTC" in show.line("#top")
        finally:
            slow.go.set()
        await show.settle()


async def test_a_form_says_recording_until_it_is_on_disk(staged: Staged) -> None:
    slow = Blocking(staged.session._store)
    staged.wrap(lambda _: slow)
    async with staged.shown() as show:
        await show.press("x")
        await show.fill("three tests fail")
        try:
            await show.push("ctrl+s")
            await _reached(slow)
            await show.push("ctrl+s")
            assert isinstance(show.screen, IntentForm)
            assert "recording…" in show.text()
            assert len(staged.entries()) == 1
        finally:
            slow.go.set()
        await show.settle()
        assert not isinstance(show.screen, IntentForm)
        assert show.last_event() == ev.ItemFailed("tests", "three tests fail")
        assert show.run.seq == 1


async def test_what_could_not_be_recorded_changes_nothing(staged: Staged) -> None:
    full = Failing(staged.session._store)
    staged.wrap(lambda _: full)
    async with staged.shown() as show:
        before = show.run
        await show.press("space")
        assert "not recorded: The disk is full" in show.line("#receipt")
        assert "Make room." in show.said()
        assert show.run is before
        assert len(staged.entries()) == 1
        assert show.cursor == "tests"
        full.mended = True
        await show.press("space")
        assert show.last_event() == ev.ItemSigned("tests")
        assert "not recorded" not in show.text()


async def test_a_form_keeps_what_was_typed_when_it_could_not_be_recorded(staged: Staged) -> None:
    full = Failing(staged.session._store)
    staged.wrap(lambda _: full)
    async with staged.shown() as show:
        await show.press("x")
        await show.fill("three tests fail")
        await show.press("ctrl+s")
        assert isinstance(show.screen, IntentForm)
        assert "The disk is full" in show.text()
        assert "three tests fail" in show.text()
        assert len(staged.entries()) == 1
        full.mended = True
        await show.press("ctrl+s")
        assert show.last_event() == ev.ItemFailed("tests", "three tests fail")


async def test_readings_that_could_not_be_recorded_stay_in_their_form(staged: Staged) -> None:
    full = Failing(staged.session._store)
    staged.wrap(lambda _: full)
    async with staged.shown() as show:
        await show.press("m")
        await show.fill("0.25", "612")
        await show.press("enter")
        assert "The disk is full" in show.text()
        assert "0.25" in show.text()
        assert "612" in show.text()
        full.mended = True
        await show.press("ctrl+s")
        assert [entry.event for entry in show.journal()[1:]] == [
            ev.MetricMeasured("error-rate", 0.25, "pre-deployment"),
            ev.MetricMeasured("latency", 612.0, "pre-deployment"),
        ]


# A key held down, or typed ahead


async def test_a_second_press_within_the_quiet_time_signs_nothing(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    async with staged.shown(quiet=quiet_time.SECONDS) as show:
        await show.press("space")
        assert show.run.seq == 1
        for _ in range(8):
            now += quiet_time.SECONDS / 2
            await show.press("space")
        assert show.run.seq == 1, "a key that is held down never comes to rest"
        now += 1
        await show.press("space")
        assert show.run.seq == 2
        assert len(staged.entries()) == 3


async def test_enter_held_down_in_a_form_does_not_pass_the_gate_below(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    staged.to_gate()
    async with staged.shown(quiet=quiet_time.SECONDS) as show:
        await show.press("p", "m", "enter", "enter", "enter")
        assert not show.run.deployed
        await show.press("N")
        await show.fill("all well")
        await show.press("enter", "enter")
        assert show.last_event() == ev.NoteAdded("all well")
        assert not show.run.deployed
        now += 1
        await show.press("enter")
        assert show.run.deployed


# Others


async def test_what_another_operator_records_is_toasted_with_the_name(staged: Staged) -> None:
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown(size=(130, 36)) as show:
        other.act(intents.Sign("docs"))
        await _look(show)
        assert "bob: signed: Documentation updated" in show.said()
        assert show.run.seq == 1
        assert "✔ Documentation updated" in show.text()
        assert "bob" in show.text()
        await _look(show)
        assert show.said() == ""


async def test_what_others_recorded_first_is_folded_and_toasted(staged: Staged) -> None:
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown() as show:
        other.act(intents.Hold(REASON))
        await show.press("space")
        assert [entry.event for entry in show.journal()[1:]] == [ev.GateHeld(REASON), ev.ItemSigned("tests")]
        assert show.run.held is not None
        assert "bob: held" in show.said()
        assert "HELD by bob" in show.text()


async def test_what_others_did_first_is_refused_with_their_name(staged: Staged) -> None:
    other = runs_folder.resume(staged.path, staged.clock, BOB)
    async with staged.shown() as show:
        other.act(intents.Sign("tests"))
        await show.press("space")
        assert "not recorded" in show.line("#receipt")
        assert "already signed, by bob" in show.said()
        assert len(staged.entries()) == 2
        assert show.run.seq == 1


async def test_a_journal_that_can_be_read_no_more_is_said_once(staged: Staged) -> None:
    async with staged.shown() as show:
        staged.path.write_bytes(staged.path.read_bytes().replace(b"alice", b"mallo"))
        await _look(show)
        first = show.said()
        assert first
        assert "✘" in show.line("#receipt")
        await _look(show)
        assert show.said() == ""
        await show.press("space")
        assert show.run.seq == 0


async def _look(show: Show) -> None:
    await show.app.look()
    await show.settle()
