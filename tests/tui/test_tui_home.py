"""Home: what to resume, to start and to read, and what is broken."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.run import intents
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunLog
from rollout_tui.settings import Settings
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.dialogs.question import Question
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.screens.audit import AuditScreen
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.widgets.row_list import RowList
from tests.runs import runs_folder
from tests.signing.signed_log import ALICE as SIGNER
from tests.tui.stage import ALICE, BOB, NOON, REASON, SHOP, Show, Staged, home


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    shutil.copy(SHOP, folder / "shop.toml")
    return folder


async def test_home_lists_runs_plans_and_what_is_broken(tmp_path: Path, plans: Path) -> None:
    done = Staged(tmp_path)
    done.do(intents.Abort(REASON))
    Staged(tmp_path).do(intents.Sign("tests"), BOB)
    (plans / "broken.toml").write_text("format = 1\n[plan]\nname = 3\n")
    (plans / "open.toml").write_text(SHOP.read_text().replace('"Alice Meyer"', '"[Name]"'))
    broken = tmp_path / "runs" / "2026-03-01-shop-3.0-1.toml"
    broken.write_text("this is no journal")
    async with home(tmp_path / "runs", plans) as show:
        text = show.text()
        assert "1 unfinished: enter resumes the first" in show.line("#next")
        assert "3 h ago by bob" in text
        assert "Sign: Documentation updated" in text
        assert "broken.toml" in text
        assert "placeholder" in text
        assert "aborted" in text
        assert "Logs that can't be opened" in text
        rows = show.rows()
        while rows.key != str(plans / "broken.toml"):
            await show.press("j")
        assert "broken.toml has 5 mistakes" in show.text()
        assert "broken.toml:2:1: plan.service: found nothing" in show.text()
        await show.press("enter")
        assert "Refused" in show.said()
        while rows.key != str(broken):
            await show.press("j")
        await show.press("enter")
        assert "rollout verify tells more" in show.said()
        assert broken.read_text() == "this is no journal"
        assert isinstance(show.screen, HomeScreen)


async def test_enter_resumes_the_newest_run_and_q_comes_back(tmp_path: Path, plans: Path) -> None:
    Staged(tmp_path).do(intents.Sign("tests"), BOB)
    async with home(tmp_path / "runs", plans) as show:
        await show.press("enter")
        assert "Since your last entry" in show.text()
        await show.press("enter")
        assert isinstance(show.screen, RunScreen)
        assert "Sign: Documentation updated" in show.line("#next")
        assert "opened at #1" in show.line("#receipt")
        await show.press("space")
        assert show.run.seq == 2
        await show.press("q")
        assert isinstance(show.screen, HomeScreen)
        assert "Sign: Alerts fire on staging" in show.text(), "home is read again"
        await show.pilot.press("q")
        assert show.app.return_value == 0


async def test_enter_starts_a_plan(tmp_path: Path, plans: Path) -> None:
    async with home(tmp_path / "runs", plans) as show:
        assert "enter starts a plan" in show.line("#next")
        await show.press("enter")
        assert isinstance(show.screen, StartForm)
        assert not (tmp_path / "runs").exists()
        await show.press("escape")
        assert isinstance(show.screen, HomeScreen)
        assert not (tmp_path / "runs").exists()
        await show.press("enter", "down")
        await show.press("ctrl+s")
        assert isinstance(show.screen, RunScreen)
        assert "REHEARSAL" in show.text()
        assert len(list((tmp_path / "runs").glob("*.toml"))) == 1


async def test_a_start_by_keys_tells_the_lines_of_the_signers_file_that_can_not_be_read(
    tmp_path: Path, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signers").write_text(f"alice {SIGNER.line}\nbob {SIGNER.line[:-4]}\n")
    monkeypatch.setattr("rollout_tui.tui.screens.home.own", lambda: Settings(signers=str(tmp_path / "signers")))
    for plan in plans.glob("*.toml"):
        plan.write_text(plan.read_text().replace("[plan]\n", '[plan]\nidentity = "signed"\n', 1))
    async with home(tmp_path / "runs", plans) as show:
        await show.press("enter")
        await show.press("ctrl+s")
        assert isinstance(show.screen, RunScreen)
        assert "signers:2: gives no key that can be read" in " ".join(show.app.notices.said.values())


async def test_a_second_run_of_a_service_asks_why(tmp_path: Path, plans: Path) -> None:
    Staged(tmp_path)
    async with home(tmp_path / "runs", plans) as show:
        await show.press("j", "enter")
        assert isinstance(show.screen, StartForm)
        await show.press("ctrl+s")
        assert "An unfinished run of shop exists" in show.said() + show.text()
        assert len(list((tmp_path / "runs").glob("*.toml"))) == 1
        if not isinstance(show.screen, StartForm):
            await show.press("enter")
        await show.press("down", "down", "enter")
        await show.fill("the first one hangs")
        await show.press("ctrl+s")
        assert isinstance(show.screen, RunScreen)
        assert show.run.emergency
        assert show.run.started.reason == "the first one hangs"


async def test_a_finished_run_is_opened_to_read(tmp_path: Path, plans: Path) -> None:
    Staged(tmp_path).do(intents.Abort(REASON))
    async with home(tmp_path / "runs", plans) as show:
        await show.press("G", "enter")
        assert isinstance(show.screen, AuditScreen)
        assert "AUDIT shop 3.1.0" in show.text()
        assert "aborted" in show.text()
        await show.press("escape")
        assert isinstance(show.screen, HomeScreen)


async def test_a_log_that_ends_in_an_incomplete_entry_is_asked_about(tmp_path: Path, plans: Path) -> None:
    staged = Staged(tmp_path).do(intents.Sign("tests"), BOB)
    whole = staged.path.read_bytes()
    staged.path.write_bytes(whole[:-40])
    async with home(tmp_path / "runs", plans) as show:
        await show.press("enter")
        assert isinstance(show.screen, Question)
        await show.press("n")
        assert staged.path.read_bytes() == whole[:-40]
        await show.press("enter", "y")
        assert isinstance(show.screen, RunScreen)
        assert show.run.seq == 1
        assert runs_folder.read(staged.path).torn is None
        assert len(list((tmp_path / "runs").glob("*.torn-*"))) == 1


async def test_without_plans_and_runs_home_says_what_to_do(tmp_path: Path) -> None:
    async with home(tmp_path / "runs", tmp_path / "plans", size=(300, 30)) as show:
        assert "rollout run PLAN" in show.line("#next")
        await show.press("enter", "g", "G", "j", "f5")
        assert isinstance(show.screen, HomeScreen)


async def test_a_plan_that_breaks_a_rule_says_so_before_it_starts(tmp_path: Path, plans: Path) -> None:
    (plans / "shop.toml").write_text(SHOP.read_text().replace('proves = "rollback-tested"\n', ""))
    async with home(tmp_path / "runs", plans) as show:
        assert "breaks R1" in show.text()
        await show.press("enter")
        assert "R1:" in show.text()
        await show.press("enter")
        await show.fill("tested last week")
        await show.press("enter")
        assert isinstance(show.screen, RunScreen)
        assert show.run.started.overrides == ("R1",)


async def test_a_run_that_was_given_up_is_attempted_again_from_home(tmp_path: Path, plans: Path) -> None:
    """The migration step that the first attempt left in place is confirmed with one key, its name untyped."""
    first = Staged(tmp_path).to_stage("migration").do(intents.Sign("migration/add-table"))
    first.do(intents.Abort(REASON, confirm="shop 3.1.0"))
    async with home(tmp_path / "runs", plans) as show:
        while show.rows().key != str(plans / "shop.toml"):
            await show.press("j")
        await show.press("enter")
        assert f"another attempt after {first.run.id} (aborted)" in show.text()
        await show.press("j", "enter", "enter")
        assert isinstance(show.screen, RunScreen)
        assert show.run.started.after == first.run.id
        await show.look_at("migration/add-table")
        assert "in place" in show.text()


async def test_a_completed_run_offers_no_other_attempt(tmp_path: Path, plans: Path) -> None:
    Staged(tmp_path).until(lambda run: run.closed is not None)
    async with home(tmp_path / "runs", plans) as show:
        while show.rows().key != str(plans / "shop.toml"):
            await show.press("j")
        await show.press("enter")
        assert isinstance(show.screen, StartForm)
        assert "another attempt" not in show.text()


class Slowly(FolderRuns):
    """A folder whose third log is not read before `go` is set."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.go = threading.Event()

    def list(
        self, *, unfinished: bool = False, service: str | None = None, waiting_for: str | None = None
    ) -> Iterator[RunLog]:
        for number, log in enumerate(
            super().list(unfinished=unfinished, service=service, waiting_for=waiting_for), start=1
        ):
            yield log
            assert number != 2 or self.go.wait(20)


async def test_the_newest_logs_are_shown_and_act_while_others_are_read(
    tmp_path: Path, plans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollout_tui.tui.screens.home._FIRST", 2)
    first = Staged(tmp_path)
    newer = [Staged(tmp_path, reason="again").wait(hours=hours).do(intents.Abort(REASON)) for hours in (1, 2)]
    runs = Slowly(tmp_path / "runs")
    app = RolloutApp(HomeScreen(runs, plans, ALICE, SimulatedClock(NOON + timedelta(hours=3))), quiet=0)
    async with app.run_test(size=(120, 40)) as pilot:
        show = Show(app, pilot)
        while not show.rows().key:
            await show.drawn()
        assert "reading" in show.line("#next")
        assert show.rows().key == str(newer[1].path)
        await show.pilot.press("j")
        assert show.rows().key == str(newer[0].path)
        await show.pilot.press("k")
        runs.go.set()
        await show.settle()
        assert "1 unfinished: enter resumes the first" in show.line("#next")
        # Who had not moved from the first row stands on the first one still, the run to resume.
        assert show.rows().key == str(first.path)
        assert len(app.screen.query_one(RowList).shown) == 7
