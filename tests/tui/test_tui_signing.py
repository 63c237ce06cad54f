"""A key at the screens: what it signs, what is said while it is waited for, and that nothing else waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copy

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import NotSigned
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.runs.file_store import FileStore
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.session import Session
from rollout_tui.settings import Settings
from rollout_tui.signing import ssh_keygen
from rollout_tui.signing.keys import read_line
from rollout_tui.signing.signer import NoSigner, Signer
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.question import Question
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.signing.keyring import StubAgent
from tests.tui.stage import ALICE, BOB, NOON, SHOP, Show, Staged


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StubAgent]:
    """An agent with a security key that nobody touches before the test does."""
    monkeypatch.setattr(ssh_keygen, "SLOW_SECONDS", 0.001)
    made = StubAgent(tmp_path)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(made.path))
    made.touch.clear()
    yield made
    made.close()


@pytest.fixture
def signing(staged: Staged, agent: StubAgent) -> Staged:
    """A run whose operator signs what they say by that key."""
    staged.session.sign_as(ALICE, Signer(read_line(agent.line), None, agent.environment))
    return staged


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.001)


async def _awaited(show: Show) -> None:
    await _until(lambda: "touch your key" in show.receipt)


async def test_a_key_is_waited_for_while_others_entries_come_in_and_then_signs(
    signing: Staged, agent: StubAgent
) -> None:
    bob = Session(FileStore(signing.path), signing.clock, BOB)
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        assert "touch your key · esc gives up" in show.line("#receipt")
        bob.act(intents.Note("me too"))
        await show.app.look()
        assert "#1 bob: note: me too" in show.said()
        await show.push("j", "space")
        assert show.run.seq == 1
        agent.touch.set()
        await show.settle()
        assert show.last_event() == ev.ItemSigned("tests")
        entry = show.journal()[-1]
        assert (entry.seq, entry.extras.meaning, bool(entry.signature)) == (2, "performed", True)
        assert f"recorded #2 {entry.hash[:8]} ✎  signed:" in show.line("#receipt")
        assert "leads, signs" in show.line("#top")


async def test_esc_gives_up_and_nothing_is_recorded(signing: Staged, agent: StubAgent) -> None:
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.press("escape")
        assert "not recorded: you gave up waiting for the key" in show.line("#receipt")
        assert len(show.journal()) == 1
        assert show.notices() == []
        agent.touch.set()
        await show.press("space")
        assert show.last_event() == ev.ItemSigned("tests")


async def test_a_form_says_that_it_waits_and_esc_leaves_it_open_with_what_was_typed(
    signing: Staged, agent: StubAgent
) -> None:
    async with signing.shown() as show:
        await show.press("x")
        await show.fill("it is flaky")
        await show.push("enter")
        await _until(lambda: "touch your key · esc gives up" in show.error())
        await show.press("escape")
        assert isinstance(show.screen, IntentForm)
        assert "Given up" in show.error()
        assert "it is flaky" in show.text()
        assert "touch" not in show.receipt
        agent.touch.set()
        await show.press("enter")
        assert show.last_event() == ev.ItemFailed("tests", "it is flaky")


async def test_a_form_is_refused_while_another_entry_waits_for_the_key(signing: Staged, agent: StubAgent) -> None:
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.push("x")
        await _until(lambda: isinstance(show.screen, IntentForm))
        await show.drawn()
        await show.push(*"flaky")
        await show.push("enter")
        await _until(lambda: "Another entry waits for your key." in show.error())
        agent.touch.set()
        await show.settle()
        assert show.last_event() == ev.ItemSigned("tests")
        assert "flaky" in show.text()


async def test_rolling_back_waits_for_no_key(signing: Staged, agent: StubAgent) -> None:
    agent.touch.set()
    signing.to_started("canary")
    agent.touch.clear()
    async with signing.shown() as show:
        before = show.run.seq
        await show.push("h")
        await _awaited(show)
        await show.press("R")
        assert "RollbackScreen" in type(show.screen).__name__
        assert show.run.seq == before


async def test_rolling_back_leaves_a_form_that_waits_for_the_key(signing: Staged, agent: StubAgent) -> None:
    agent.touch.set()
    signing.to_started("canary")
    agent.touch.clear()
    async with signing.shown() as show:
        before = show.run.seq
        await show.press("n")
        await show.fill("Rolling on")
        await show.push("enter")
        await _until(lambda: "touch your key · esc gives up" in show.error())
        await show.push("j", "q")
        assert isinstance(show.screen, IntentForm)
        await show.push("R")
        await _until(lambda: "RollbackScreen" in type(show.screen).__name__)
        await _until(lambda: "not recorded: you gave up waiting for the key" in show.receipt)
        assert show.run.seq == before
        # The key signs what comes next.
        agent.touch.set()
        await show.press("h")
        assert show.run.seq == before + 1


async def test_what_can_not_be_rolled_back_goes_on_waiting_for_its_key(signing: Staged, agent: StubAgent) -> None:
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.push("R")
        await _until(lambda: "Nothing is deployed yet" in show.said())
        agent.touch.set()
        await show.settle()
        assert show.last_event() == ev.ItemSigned("tests")


async def test_a_key_that_records_while_another_entry_waits_is_told(signing: Staged) -> None:
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.push("j", "space")
        await _until(lambda: "Another entry waits for your key.\nTouch it, or give up with esc" in show.said())
        assert "touch your key" in show.receipt


async def test_the_shell_is_there_while_a_key_is_waited_for(signing: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    suspended: list[RolloutApp] = []
    monkeypatch.setattr("textual.app.App.action_suspend_process", lambda app: suspended.append(app))
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.push("ctrl+z")
        await _until(lambda: suspended == [show.app])
        assert show.notices() == []


async def test_what_stops_harm_does_not_wait_for_git(staged: Staged, slow_git: threading.Event) -> None:
    staged.to_started("canary")
    async with _asking(staged, Settings(), settled=False) as show:
        await show.push("h")
        await _until(lambda: isinstance(show.journal()[-1].event, ev.GateHeld))
        slow_git.set()


async def test_leaving_gives_up_and_is_told(signing: Staged) -> None:
    async with signing.shown() as show:
        await show.push("space")
        await _awaited(show)
        await show.push("q")
    assert show.app.left_waiting
    assert len(signing.entries()) == 1


async def test_a_start_from_home_is_signed_and_its_key_can_be_given_up(tmp_path: Path, agent: StubAgent) -> None:
    (tmp_path / "plans").mkdir()
    copy(SHOP, tmp_path / "plans")
    first = HomeScreen(FolderRuns(tmp_path / "runs"), tmp_path / "plans", ALICE, SimulatedClock(NOON))
    app = RolloutApp(first, quiet=0, settings=Settings(key=agent.line), asks_to_sign=True)
    async with app.run_test(size=(100, 30)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        await show.press("enter")
        await show.settle()
        assert isinstance(show.screen, Question)
        await show.press("y")
        await show.press("enter")
        await show.push("enter")
        await _until(lambda: "touch your key · esc gives up" in show.error())
        await show.press("escape")
        assert "Given up" in show.error()
        # Where the terminal vanishes nothing else ends the wait.
        await show.push("enter")
        await _until(lambda: "touch your key · esc gives up" in show.error())
        app.close_run()
        await _until(lambda: "Given up" in show.error())
        assert not list((tmp_path / "runs").glob("*.toml"))
        agent.touch.set()
        await show.press("enter")
        assert isinstance(show.screen, RunScreen)
        assert app.worker.entries[0].signature
        await show.press("space")
        assert app.worker.entries[1].signature


async def test_a_key_that_can_not_sign_says_why(staged: Staged) -> None:
    staged.session.sign_as(ALICE, NoSigner(NotSigned("The key is locked.", "ssh-add gives it to the agent.")))
    async with staged.shown() as show:
        await show.press("space")
        assert "not recorded: The key is locked." in show.line("#receipt")
        assert "ssh-add gives it to the agent." in show.said()
        assert len(show.journal()) == 1


@asynccontextmanager
async def _asking(staged: Staged, settings: Settings, *, settled: bool = True) -> AsyncIterator[Show]:
    app = RolloutApp(RunScreen(), staged.session, quiet=0, settings=settings, asks_to_sign=True)
    async with app.run_test(size=(100, 30)) as pilot:
        show = Show(app, pilot, staged)
        for _ in range(2):
            await (show.settle() if settled else show.drawn())
        yield show


async def test_it_asks_once_whether_to_sign(staged: Staged, agent: StubAgent) -> None:
    agent.touch.set()
    async with _asking(staged, Settings(key=agent.line)) as show:
        assert isinstance(show.screen, Question)
        assert "touched each time" in show.text()
        await show.press("y")
        await show.press("space")
        assert show.journal()[-1].signature
        await show.press("colon")
        await show.pilot.press(*"sign by your")
        await _until(lambda: "or no more" in show.text())
        await show.press("enter")
        assert "from now on nothing is signed" in show.receipt
        await show.press("space")
        assert (show.run.seq, show.journal()[-1].signature) == (2, "")


@pytest.fixture
def slow_git(agent: StubAgent, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Git, which says which key signs when this is set."""
    answers = threading.Event()

    def signer(_settings: Settings, _who: str) -> Signer:
        answers.wait(5)
        return Signer(read_line(agent.line), None, agent.environment)

    monkeypatch.setattr("rollout_tui.signing.configured.signer", signer)
    agent.touch.set()
    yield answers
    answers.set()


async def test_nothing_is_recorded_unsigned_while_git_is_asked_for_the_key(
    staged: Staged, slow_git: threading.Event
) -> None:
    async with _asking(staged, Settings(), settled=False) as show:
        await _until(lambda: "asking git for your key… · esc goes on unsigned" in show.receipt)
        await show.push("space")
        await _until(lambda: "It is not known yet which key signs." in show.said())
        await show.push("x")
        await _until(lambda: isinstance(show.screen, IntentForm))
        await show.drawn()
        await show.push(*"flaky")
        await show.push("enter")
        await _until(lambda: "It is not known yet which key signs." in show.error())
        slow_git.set()
        await _until(lambda: isinstance(show.screen, Question))
        assert show.receipt == ""
        await show.press("y", "enter")
        assert show.last_event() == ev.ItemFailed("tests", "flaky")
        assert show.journal()[-1].signature


@pytest.mark.parametrize("key", ["escape", "R"])
async def test_git_need_not_be_waited_for(staged: Staged, slow_git: threading.Event, key: str) -> None:
    staged.to_started("canary")
    async with _asking(staged, Settings(), settled=False) as show:
        await _until(lambda: "asking git" in show.receipt)
        await show.push(key)
        await _until(lambda: "git was not waited for: nothing is signed" in show.receipt)
        assert isinstance(show.screen, RollbackScreen) == (key == "R")
        slow_git.set()
        await show.press("h")
        assert isinstance(show.last_event(), ev.GateHeld)
        assert not show.journal()[-1].signature


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_whoever_says_no_signs_nothing(staged: Staged, agent: StubAgent, key: str) -> None:
    async with _asking(staged, Settings(key=agent.line)) as show:
        await show.press(key)
        await show.press("space")
        assert (show.run.seq, show.journal()[-1].signature) == (1, "")


async def test_it_does_not_ask_where_no_key_is_configured_and_says_where_one_can_not_be_read(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    async with _asking(staged, Settings()) as show:
        assert isinstance(show.screen, RunScreen)
        assert show.notices() == []
    async with _asking(staged, Settings(key="/nowhere/key")) as show:
        assert "The key /nowhere/key can't be read" in show.said()
