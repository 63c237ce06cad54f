"""Keys that come in one burst: what was confirmed is recorded as it was then, and nothing that follows it acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from rollout_tui.run import events as ev
from rollout_tui.tui import type_ahead
from rollout_tui.tui.dialogs.fields import FieldsScreen
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run_view import RunView
from rollout_tui.tui.type_ahead import TypeAhead
from tests.share import some
from tests.tui.stage import SHOP, Show, Staged, home
from tests.tui.test_tui_forms import CASES, Case
from tests.tui.test_tui_redline import Edited

# What follows the confirming key: text, a move, forms, a hold, another enter, and the way out.
BEHIND = ("j", "x", "N", "h", "enter", "space", "ctrl+s", "R", "q")


def _keys(typed: tuple[str, ...]) -> Iterator[str]:
    """The keys that fill in a form and confirm it: `>2` goes two down, an enter follows each field."""
    for text in typed:
        if text.startswith(">"):
            yield from ["down"] * int(text[1:])
        else:
            yield from ("space" if each == " " else each for each in text)
        yield "enter"


def _recorded_nothing_more(show: Show, before: int) -> None:
    assert show.app.is_running
    assert isinstance(show.screen, RunView)
    assert len(show.journal()) == before + 1


@pytest.mark.parametrize("case", some(CASES), ids=lambda case: case.action)
async def test_a_form_records_what_was_typed_when_it_was_confirmed(case: Case, staged: Staged) -> None:
    async with case.opened(staged) as (show, before):
        # A form begins below a choice that can only be the one.
        skipped = int(case.typed[0] == ">0" and isinstance(show.app.focused, Input))
        await show.burst(*_keys(case.typed[skipped:]), *BEHIND)
        event = show.last_event()
        if isinstance(event, ev.RunClosed):
            event = replace(event, events=0, left=())
        assert event == case.event
        _recorded_nothing_more(show, before)


@pytest.mark.parametrize("confirm", ["enter", "ctrl+s"])
async def test_a_note_is_what_was_typed_before_it_was_confirmed(confirm: str, staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("N")
        await show.burst(*"boom", confirm, *BEHIND)
        assert show.last_event() == ev.NoteAdded("boom")
        _recorded_nothing_more(show, 1)


async def test_readings_are_those_that_were_typed_when_they_were_confirmed(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("m")
        await show.burst(*"0.25", "enter", *"640", "enter", *"7", *BEHIND)
        assert [each.event for each in show.journal()[1:]] == [
            ev.MetricMeasured("error-rate", 0.25, "pre-deployment"),
            ev.MetricMeasured("latency", 640.0, "pre-deployment"),
        ]
        assert isinstance(show.screen, RunView)


async def test_the_name_past_the_point_of_no_return_is_the_one_that_was_confirmed(staged: Staged) -> None:
    staged.to_stage("cleanup")
    async with staged.shown() as show:
        before = len(show.journal())
        await show.press("space")
        await show.burst(*"drop-ol", "ctrl+s", "d", "ctrl+s", *BEHIND)
        assert len(show.journal()) == before, "the name was not whole when it was confirmed"
        assert isinstance(show.screen, IntentForm)
        await show.burst("d", "ctrl+s", *BEHIND)
        assert show.last_event() == ev.ItemSigned("migration/drop-old")
        _recorded_nothing_more(show, before)


async def test_a_refused_form_stays_as_it_was_confirmed(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("s")
        await show.burst(*"a while", "enter", *"why", "enter", *BEHIND)
        assert "'a while' is not a duration" in show.error()
        assert [each.value for each in show.screen.query("Input").results()] == ["a while", "why"]  # type: ignore[attr-defined]
        await show.press("!")
        assert show.app.focused is not None
        assert show.app.focused.value == "why!"  # type: ignore[attr-defined]


async def test_a_redline_and_a_lead_are_those_that_were_confirmed(tmp_path: Path) -> None:
    staged = Edited(tmp_path)
    staged.edit('duration = "2 h"', 'duration = "3 h"')
    async with staged.shown() as show:
        await show.press("E")
        await show.burst(*"typo", "enter", *BEHIND)
        event = show.last_event()
        assert isinstance(event, ev.PlanRedlined)
        assert event.reason == "typo"
        _recorded_nothing_more(show, 1)
        await show.press("T")
        await show.burst(*"bob", "enter", *"lunch", "enter", *BEHIND)
        handed = show.last_event()
        assert isinstance(handed, ev.HandoverOffered)
        assert handed.to == "bob"
        _recorded_nothing_more(show, 2)


async def test_a_start_is_the_one_that_was_confirmed(tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "shop.toml").write_text(SHOP.read_text())
    async with home(tmp_path / "runs", plans) as show:
        await show.press("enter")
        assert isinstance(show.screen, StartForm)
        await show.burst("down", "enter", *"drill", "enter", *BEHIND)
        assert show.run.started.rehearsal
        assert show.run.started.reason == "drill"
        assert show.run.seq == 0
        assert isinstance(show.screen, RunView)


async def test_a_confirmation_and_a_question_take_one_key(staged: Staged) -> None:
    staged.to_stage("canary")
    async with staged.shown() as show:
        before = len(show.journal())
        await show.press("b")
        await show.burst("enter", *BEHIND)
        assert show.last_event() == ev.PhaseStarted("canary")
        _recorded_nothing_more(show, before)
        await show.press("R", "1")
        await show.burst("y", *BEHIND)
        assert isinstance(show.last_event(), ev.RollbackStarted)
        _recorded_nothing_more(show, before + 1)


PASTES = ["a\nb\nc", "n b\nc\n", "p\n", "Aha\nb\n", "j m1\n2\n", "Stop it\n\n", "B \n", "x y\nz\n"]
PLACES = ["pre-deployment", "canary", "gate"]
# The suite tries each paste at one of the places, and each place with some.
TRIED = {(paste, PLACES[number % len(PLACES)]) for number, paste in enumerate(PASTES)}


@pytest.mark.parametrize(
    ("paste", "stage"),
    [
        pytest.param(paste, place, marks=() if (paste, place) in TRIED else pytest.mark.long)
        for paste in PASTES
        for place in PLACES
    ],
)
async def test_a_paste_without_brackets_signs_starts_and_passes_nothing(paste: str, stage: str, staged: Staged) -> None:
    _ = staged.to_gate() if stage == "gate" else staged.to_stage(stage)
    async with staged.shown() as show:
        before = len(show.journal())
        keys = ["enter" if each == "\n" else "space" if each == " " else each for each in paste]
        await show.burst(*keys)
        assert show.app.is_running
        assert len(show.journal()) == before


async def test_a_form_that_a_burst_opened_waits_to_be_seen(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.burst("N", *"boom", "enter", *BEHIND)
        assert isinstance(show.screen, FieldsScreen)
        assert len(show.journal()) == 1
        await show.press(*"bang", "enter")
        assert show.last_event() == ev.NoteAdded("bang")


async def test_a_key_that_came_with_others_says_that_it_signed_nothing(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.burst("j", "space")
        assert "it came in one go with other keys" in show.line("#receipt")
        assert len(show.journal()) == 1
        await show.press("space")
        assert show.run.seq == 1


@pytest.mark.parametrize(
    "key", some(["A", "N", "L", "R", "p", "P", "space", "m", "E", "q", "question_mark", "colon", "h", "i"])
)
async def test_no_key_acts_behind_the_one_that_leaves(key: str, staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        before = len(show.journal())
        await show.burst("q", key, "A", "enter")
        assert not show.app.is_running
        assert len(show.journal()) == before


@pytest.mark.parametrize("key", ["A", "N", "R", "h", "space", "q"])
async def test_no_key_acts_at_home_behind_the_one_that_leaves_a_run(key: str, tmp_path: Path) -> None:
    staged = Staged(tmp_path)
    (tmp_path / "plans").mkdir()
    async with home(staged.folder, tmp_path / "plans") as show:
        await show.press("enter")
        assert isinstance(show.screen, RunView)
        await show.burst("q", key, "enter")
        assert show.app.is_running
        assert isinstance(show.screen, HomeScreen)
        assert len(staged.entries()) == 1


@pytest.mark.parametrize("way", ["p", "L", "P", "question_mark"])
async def test_no_key_acts_below_behind_the_one_that_leaves_a_screen(way: str, staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press(way)
        await show.burst("escape", *BEHIND)
        _recorded_nothing_more(show, 0)


# When it is a burst


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [100.0]
    monkeypatch.setattr(type_ahead, "moment_of_keys", lambda: moment[0])
    monkeypatch.setattr(type_ahead, "PAUSE", 0.03)
    return moment


def test_a_burst_goes_on_until_there_is_a_pause(now: list[float]) -> None:
    ahead = TypeAhead()
    for typed, key, is_burst in [(1, "j", False), (1.02, "k", True), (1.04, "k", True), (1.5, "k", False)]:
        now[0] = typed + 0.001
        assert ahead.takes(key, typed)
        assert ahead.is_burst is is_burst


def test_a_paste_comes_in_pieces(now: list[float]) -> None:
    ahead = TypeAhead()
    for each in range(30):
        now[0] = 1 + each / 100
        ahead.takes("ab"[each % 2], now[0])
    ahead.go_on(now[0])
    now[0] += 0.4
    assert not ahead.takes("c", now[0]), "the machine was busy with the piece before"
    assert ahead.is_burst
    now[0] += 0.7
    assert ahead.takes("d", now[0])
    assert not ahead.is_burst


def test_a_key_that_is_held_is_no_burst(now: list[float]) -> None:
    ahead = TypeAhead()
    for each in range(30):
        now[0] = 1 + each / 40
        assert ahead.takes("space", now[0])
        assert not ahead.is_burst


def test_the_rest_of_a_burst_goes_with_what_it_was_typed_at(now: list[float]) -> None:
    ahead = TypeAhead()
    now[0] = 2.0
    assert ahead.takes("enter", 2.0)
    ahead.stop()
    assert not ahead.takes("j", 2.005)
    ahead.go_on(2.01)
    for late in (2.02, 2.04, 2.06):
        now[0] = late
        assert not ahead.takes("j", late), "a paste comes in several pieces"
    now[0] = 2.2
    assert ahead.takes("j", 2.2)
