"""A key that is held down: it acts once, whatever the keyboard's delay, and nobody is exposed by it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from rollout_tui.run import events as ev
from rollout_tui.tui import quiet_time
from rollout_tui.tui.quiet_time import SECONDS, QuietTime
from rollout_tui.tui.screens.gate import GateScreen
from tests.tui.stage import Show, Staged

# Seconds before a keyboard repeats a key for the first time; then it does 30 times a second.
DELAYS = (pytest.param(0.25, marks=pytest.mark.long), 0.4, pytest.param(0.7, marks=pytest.mark.long))
REPEAT = 1 / 30


class Keyboard:
    """A clock for what waits, and keys that come as a keyboard sends them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 1000.0
        self._due: list[Later] = []
        monkeypatch.setattr(quiet_time, "time", SimpleNamespace(monotonic=lambda: self._now))

    def later(self, seconds: float, act: Callable[[], None]) -> Later:
        waiting = Later(self._now + seconds, act)
        self._due.append(waiting)
        return waiting

    def wait(self, seconds: float) -> None:
        """Let time go by, and what waited for it happen."""
        until = self._now + seconds
        for each in sorted(self._due, key=lambda one: one.at):
            if each.at <= until and not each.stopped:
                self._now = each.at
                each.stop()
                each.act()
        self._now = until

    async def hold(self, show: Show, key: str, delay: float, seconds: float = 1.2) -> None:
        """Hold a key down, and let it go."""
        await show.press(key)
        self.wait(delay)
        for _ in range(int((seconds - delay) / REPEAT)):
            await show.press(key)
            self.wait(REPEAT)
        await show.press(key)
        self.wait(1)
        await show.settle()


class Later:
    def __init__(self, at: float, act: Callable[[], None]) -> None:
        self.at, self.act, self.stopped = at, act, False

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    return Keyboard(monkeypatch)


@pytest.mark.parametrize("delay", DELAYS)
def test_a_key_that_is_held_acts_once(keyboard: Keyboard, delay: float) -> None:
    acted: list[int] = []
    quiet = QuietTime(SECONDS, keyboard.later)
    for at in range(60):
        quiet.press("sign check", lambda at=at: acted.append(at))  # type: ignore[misc]
        keyboard.wait(REPEAT if at else delay)
    keyboard.wait(5)
    assert acted == [0]


@pytest.mark.parametrize("between", [0.2, 0.25, 0.3, 0.45, 0.6, 0.9])
def test_who_presses_a_key_again_and_again_acts_each_time(keyboard: Keyboard, between: float) -> None:
    acted: list[int] = []
    quiet = QuietTime(SECONDS, keyboard.later)
    for at in range(8):
        quiet.press("sign check", lambda at=at: acted.append(at))  # type: ignore[misc]
        keyboard.wait(between)
    keyboard.wait(1)
    assert acted == [*range(8)]


def test_a_quick_press_does_not_cross_to_another_kind_of_row(keyboard: Keyboard) -> None:
    acted: list[str] = []
    quiet = QuietTime(SECONDS, keyboard.later)
    assert quiet.press("sign check", lambda: acted.append("check"))
    keyboard.wait(0.5)
    assert not quiet.press("sign flag", lambda: acted.append("flag"))
    keyboard.wait(0.9)
    assert acted == ["check"]
    assert quiet.press("sign flag", lambda: acted.append("flag"))
    assert acted == ["check", "flag"]


def test_a_press_that_was_refused_for_its_kind_is_taken_when_it_comes_once_more(keyboard: Keyboard) -> None:
    acted: list[str] = []
    quiet = QuietTime(SECONDS, keyboard.later)
    quiet.press("sign check", lambda: acted.append("check"))
    keyboard.wait(0.5)
    assert not quiet.press("sign flag", lambda: acted.append("flag"))
    keyboard.wait(0.4)
    assert quiet.press("sign flag", lambda: acted.append("flag"))
    keyboard.wait(0.4)
    assert acted == ["check", "flag"]


def test_a_console_that_repeats_eleven_times_a_second_holds_a_key_too(keyboard: Keyboard) -> None:
    acted: list[int] = []
    quiet = QuietTime(SECONDS, keyboard.later)
    for at in range(30):
        quiet.press("sign check", lambda at=at: acted.append(at))  # type: ignore[misc]
        # A line holds every third up.
        keyboard.wait((0.092, 0.092, 0.13)[at % 3] if at else 0.25)
    keyboard.wait(5)
    assert acted == [0]


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("key", ["space", "b", "enter"])
async def test_no_key_that_is_held_starts_the_last_phase(
    staged: Staged, keyboard: Keyboard, key: str, delay: float
) -> None:
    staged.to_stage("everyone")
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        for _ in range(3):
            await keyboard.hold(show, key, delay)
            assert "everyone" not in show.run.phases
        await show.press("escape")
        keyboard.wait(1)
        await show.press("b")
        keyboard.wait(1)
        await show.press("enter")
        assert show.last_event() == ev.PhaseStarted("everyone")


@pytest.mark.parametrize("delay", DELAYS)
async def test_a_held_key_signs_one_line_of_a_checklist(staged: Staged, keyboard: Keyboard, delay: float) -> None:
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        for signed in (1, 2, 3):
            await keyboard.hold(show, "space", delay)
            assert show.run.seq == signed


@pytest.mark.parametrize("delay", DELAYS)
async def test_keys_held_from_the_middle_of_a_checklist_expose_nobody_else(
    staged: Staged, keyboard: Keyboard, delay: float
) -> None:
    staged.to_started("canary")
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        keyboard.wait(5)
        for key in ("space", "enter", "b", "space", "enter"):
            await keyboard.hold(show, key, delay, seconds=6)
        assert set(show.run.phases) == {"canary"}


@pytest.mark.parametrize("delay", DELAYS)
async def test_enter_held_in_the_palette_confirms_nothing(staged: Staged, keyboard: Keyboard, delay: float) -> None:
    staged.to_stage("everyone")
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        keyboard.wait(5)
        await show.press("colon", *"start", "space", *"the", "space", *"phase")
        await _found(show, "its audience is exposed")
        await keyboard.hold(show, "enter", delay)
        assert "it exposes 100% of users." in show.text()
        assert "everyone" not in show.run.phases
        await show.press("enter")
        keyboard.wait(1)
        await show.settle()
        assert show.last_event() == ev.PhaseStarted("everyone")


@pytest.mark.parametrize("delay", DELAYS)
async def test_enter_held_in_the_palette_passes_no_gate(staged: Staged, keyboard: Keyboard, delay: float) -> None:
    staged.to_gate()
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        keyboard.wait(5)
        await show.press("colon", *"go")
        await _found(show, "deploying begins")
        await keyboard.hold(show, "enter", delay)
        assert isinstance(show.screen, GateScreen)
        assert not show.run.deployed
        await show.press("enter")
        keyboard.wait(1)
        await show.settle()
        assert show.run.deployed


async def test_a_confirmation_that_was_left_while_enter_waited_confirms_nothing(
    staged: Staged, keyboard: Keyboard
) -> None:
    staged.to_stage("everyone")
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        keyboard.wait(5)
        await show.press("b")
        keyboard.wait(0.4)
        await show.press("enter", "R")
        keyboard.wait(1)
        await show.settle()
        assert "everyone" not in show.run.phases


async def _found(show: Show, text: str) -> None:
    """Wait until the palette, which searches in a thread, lists what is asked for."""
    while text not in show.text():
        await show.pilot.pause(0.01)


@pytest.mark.parametrize("between", [0.2, 0.25, 0.3, 0.35, 0.5, 0.7])
async def test_lines_that_are_ticked_off_quickly_are_all_signed(
    staged: Staged, keyboard: Keyboard, between: float
) -> None:
    async with staged.shown(quiet=SECONDS) as show:
        show.app.quiet = QuietTime(SECONDS, keyboard.later)
        for _ in range(4):
            await show.press("space")
            for _ in range(10):
                keyboard.wait(between / 10)
                await show.settle()
        keyboard.wait(1)
        await show.settle()
        assert [each.event.kind for each in show.journal()[1:]] == ["item_signed"] * 4
