"""A plan on the screen: its rules and sections, what is to be mended, the editor, and the way to a run."""

from __future__ import annotations

import shutil
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from rollout_tui.plan.placeholders import placeholders
from rollout_tui.plan.rules import check
from rollout_tui.run import intents
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.plan_rows import TITLES, of_plan
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.plan import PlanFileScreen, PlanScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.hostile import session_of
from tests.tui.payloads import PAYLOADS, evil_plan, raw
from tests.tui.stage import SHOP, Show, Staged, home

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The shop's plan, alone in a folder of plans."""
    folder = tmp_path / "plans"
    folder.mkdir()
    return Path(shutil.copy(SHOP, folder / "shop.toml"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_part_of_a_plan_is_shown(size: tuple[int, int], plan: Path) -> None:
    async with home(plan.parents[1] / "runs", plan.parent, size=size) as show:
        await show.press("v")
        assert isinstance(show.screen, PlanFileScreen)
        assert "All eight rules are kept" in show.line("#next")
        for _, title in TITLES.values():
            assert title in show.line("#stage-title")
            assert all(strip.cell_length == size[0] for strip in show.strips())
            await show.press("right")
        await show.press("escape")
        assert isinstance(show.screen, HomeScreen)


async def test_what_a_plan_says_stands_in_its_section(plan: Path) -> None:
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v")
        said = {}
        for part in TITLES:
            said[part] = show.text()
            await show.press("right")
        assert "Rollback time" in said["rules"]
        assert "zero downtime" in said["strategy"]
        assert "All tests passing" in said["pre_deployment"]
        assert "Canary · 5% of users" in said["phases"]
        assert "Roll back if:" in said["phases"]
        assert "→" in said["feature_flags"]
        assert "point of no return" in said["migration"]
        assert "1." in said["rollback"]
        assert "alert >" in said["monitoring"]
        assert "○" in said["post_deployment"]


async def test_a_broken_rule_says_where_it_is_and_how_it_is_mended(plan: Path) -> None:
    plan.write_text(SHOP.read_text().replace('proves = "rollback-tested"\n', ""))
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v")
        assert "1 finding: a start in spite of it asks why" in show.line("#next")
        assert "R1: No pre-deployment item proves that the rollback plan was tested." in show.line("#plan-detail")
        assert 'Add proves = "rollback-tested"' in show.text()
        line = next(n for n, text in enumerate(plan.read_text().splitlines(), 1) if text == "[[pre_deployment]]")
        assert f"line {line}" in show.text()
        await show.press("enter")
        assert isinstance(show.screen, StartForm)
        await show.press("escape")
        assert isinstance(show.screen, PlanFileScreen)


async def test_placeholders_keep_a_plan_from_starting(plan: Path) -> None:
    plan.write_text(SHOP.read_text().replace('"Alice Meyer"', '"[Name]"'))
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v")
        assert "It can't start: 1 placeholder to fill in" in show.line("#next")
        assert "[Name] is still to be filled in." in show.line("#plan-detail")
        await show.press("enter")
        assert "1 placeholder to fill in" in show.said()
        assert isinstance(show.screen, PlanFileScreen)


async def test_a_plan_with_mistakes_is_shown_with_all_of_them(plan: Path) -> None:
    plan.write_text("format = 1\n[plan]\nname = 3\n")
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v")
        assert "No plan can be read" in show.line("#next")
        text = show.text()
        assert "plan.name: found 3" in text
        assert "plan.service: found nothing" in text
        await show.press("right", "tab", "enter")
        assert "has 5 mistakes" in show.said()


async def test_enter_starts_a_run_and_leaving_it_goes_home(plan: Path) -> None:
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v", "enter")
        assert isinstance(show.screen, StartForm)
        await show.press("ctrl+s")
        assert isinstance(show.screen, RunScreen)
        await show.press("q")
        assert isinstance(show.screen, HomeScreen)


async def test_a_run_shows_its_own_plan_and_keeps_its_place(staged: Staged) -> None:
    staged.do(intents.Sign("tests"))
    async with staged.shown() as show:
        await show.press("j", "j")
        before = show.rows().key
        await show.press("P")
        assert isinstance(show.screen, PlanScreen)
        assert f"as {show.run.id} follows it" in show.line("#top")
        await show.press("e")
        assert "A run keeps its plan as it is." in show.said()
        await show.press("enter", "escape")
        assert isinstance(show.screen, RunScreen)
        assert show.rows().key == before


async def test_home_shows_the_plan_of_a_run(tmp_path: Path, plan: Path) -> None:
    run = Staged(tmp_path).run
    async with home(tmp_path / "runs", plan.parent) as show:
        await show.press("v")
        assert f"as {run.id} follows it" in show.line("#top")


async def test_home_reads_the_plan_of_a_run_that_is_over(tmp_path: Path, plan: Path) -> None:
    staged = Staged(tmp_path)
    staged.do(intents.Abort("not today"))
    async with home(tmp_path / "runs", plan.parent) as show:
        while show.rows().key != str(staged.path):
            await show.press("j")
        await show.press("v")
        assert f"as {staged.run.id} follows it" in show.line("#top")
        assert "Shop on the new ledger" in show.text()


# The editor


def _editor(folder: Path, does: str) -> str:
    """A program that changes the file that it is opened with."""
    program = folder / "editor"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.fixture
def _lent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal there is nothing that could be lent to an editor."""
    monkeypatch.setattr(RolloutApp, "suspend", lambda _: nullcontext())
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.mark.usefixtures("_lent")
@pytest.mark.parametrize("variable", ["VISUAL", "EDITOR"])
async def test_an_edited_plan_is_read_anew_at_its_place(
    variable: str, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = _editor(plan.parents[1], 'sed -i "s/All tests passing/All tests are green/" "$2"')
    monkeypatch.setenv(variable, f"'{editor}' --wait")
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v", "right", "right")
        assert "All tests passing" in show.text()
        await show.press("e")
        assert "All tests are green" in show.text()
        assert "Pre-Deployment Checklist" in show.line("#stage-title")
        plan.write_text(plan.read_text().replace("green", "done"))
        await show.press("f5")
        assert "All tests are done" in show.text()


@pytest.mark.usefixtures("_lent")
async def test_an_edit_can_break_a_plan_and_mend_it(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("v")
        monkeypatch.setenv("EDITOR", _editor(plan.parents[1], 'echo "oops" >> "$1"'))
        await show.press("e")
        assert "No plan can be read" in show.line("#next")
        monkeypatch.setenv("EDITOR", _editor(plan.parents[1], 'sed -i "/oops/d" "$1"'))
        await show.press("e")
        assert "All eight rules are kept" in show.line("#next")


@pytest.mark.usefixtures("_lent")
@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("", "No editor is set."),
        ("  ", "No editor is set."),
        ("no-such-editor-here", "no-such-editor-here can't be opened"),
        ("'vi", "a quote in it is not closed"),
        ("false", "false ended with code 1"),
    ],
)
async def test_an_editor_that_does_not_open_says_why(
    editor: str, said: str, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    async with home(plan.parents[1] / "runs", plan.parent) as show:
        await show.press("e")
        assert said in show.said()
        await show.press("v", "e")
        assert said in show.said()
        assert "All eight rules are kept" in show.line("#next")


async def test_home_edits_only_plans(tmp_path: Path, plan: Path) -> None:
    Staged(tmp_path)
    async with home(tmp_path / "runs", plan.parent) as show:
        await show.press("e")
        assert "There is no plan's file under the cursor." in show.said()


# Untrusted text


@pytest.mark.parametrize("shift", range(0, len(PAYLOADS), 7))
def test_no_text_of_a_plan_acts_in_its_rows(shift: int) -> None:
    plan, _ = evil_plan(shift)
    shown = of_plan(plan, (*check(plan), *placeholders(plan)), {})
    drawn = [shown.title]
    for lines in shown.parts.values():
        for line in lines:
            drawn += [line.row.fitted(width) for width in (20, 60, 200)] + list(line.detail)
    drawn += [row.fitted(26) for row in shown.rail]
    assert [content.plain for content in drawn if raw(content.plain)] == []
    assert len(drawn) > 100


async def test_no_text_of_a_plan_acts_on_its_screen(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged.shown(size=(110, 30)) as show:
        for shift in (0, 14):
            show.app.push_screen(PlanScreen.of_run(session_of(evil_plan(shift)[0], shift, monkeypatch).run))
            await show.settle()
            for _ in TITLES:
                await show.push("j", "j", "right")
                _nothing_acts(show)
            await show.press("escape")
        assert isinstance(show.screen, RunScreen)


def _nothing_acts(show: Show) -> None:
    for strip in show.strips():
        for segment in strip:
            assert not raw(segment.text)
            assert not segment.control
            assert segment.style is None or not segment.style.link
