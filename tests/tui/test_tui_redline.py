"""The plan's file changes under a run: the screen says so, shows what a redline voids, and resets nothing by itself."""

from __future__ import annotations

from pathlib import Path

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.state import Status
from rollout_tui.tui.dialogs.redline import RedlineForm
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import BOB, REASON, SHOP, Staged

CHANGED = "THE PLAN FILE CHANGED: press E"


class Edited(Staged):
    """A run of a plan whose file can be edited."""

    def __init__(self, folder: Path, identity: str = "claimed") -> None:
        self.file = folder / "shop.toml"
        self.file.write_text(SHOP.read_text().replace("[plan]\n", f'[plan]\nidentity = "{identity}"\n', 1))
        super().__init__(folder, self.file, plan_file=str(self.file))

    def edit(self, before: str, after: str) -> None:
        text = self.file.read_text()
        assert before in text
        self.file.write_text(text.replace(before, after))


async def test_a_redline_voids_what_it_shows_and_keeps_the_rest(tmp_path: Path) -> None:
    staged = Edited(tmp_path)
    staged.do(intents.Sign("tests")).do(intents.Sign("docs"), BOB)
    async with staged.shown() as show:
        await show.app.look()
        assert CHANGED not in show.text()
        staged.edit("The runbook names the new ledger.", "The runbook names both ledgers.")
        staged.edit('duration = "2 h"', 'duration = "3 h"')
        await show.app.look()
        assert CHANGED in show.text()
        await show.press("E")
        text = show.text()
        assert "2 h → 3 h" in text
        assert "1 item will be void and open again" in text
        assert "Documentation updated: signed by bob (#2)" in text
        assert "All tests passing" not in "\n".join(line for line in text.split("\n") if "■" in line)
        await show.press("enter")
        assert "needs a reason" in show.error()
        await show.fill("the second ledger stays a week longer")
        await show.press("enter")
        event = show.last_event()
        assert isinstance(event, ev.PlanRedlined)
        assert event.voided == ("docs",)
        assert isinstance(show.screen, RunScreen)
        assert (show.run.state("tests").status, show.run.state("docs").status) == (Status.SIGNED, Status.OPEN)
        await show.app.look()
        assert CHANGED not in show.text()


async def test_leaving_it_changes_nothing(tmp_path: Path) -> None:
    staged = Edited(tmp_path)
    staged.edit('duration = "2 h"', 'duration = "3 h"')
    async with staged.shown() as show:
        await show.press("E", "escape")
        assert show.run.seq == 0
        assert isinstance(show.screen, RunScreen)


async def test_what_a_redline_may_not_do_is_said_before_a_reason_is_asked(tmp_path: Path) -> None:
    staged = Edited(tmp_path).to_started("canary")
    staged.edit('name = "Canary"', 'name = "Pilot"')
    staged.edit('"Canary" = "5 %"', '"Pilot" = "5 %"')
    async with staged.shown() as show:
        await show.press("E")
        assert not isinstance(show.screen, RedlineForm)
        assert "Canary was started, and the plan has no such phase" in show.said()


async def test_who_does_not_count_is_told_what_lets_names_count_again(tmp_path: Path) -> None:
    staged = Edited(tmp_path, identity="signed")
    staged.edit('identity = "signed"', 'identity = "claimed"')
    async with staged.shown() as show:
        await show.press("E")
        assert not isinstance(show.screen, RedlineForm)
        assert "yours would be not signed by a key" in show.said()


async def test_an_unchanged_a_broken_and_an_unnamed_file_are_each_told_apart(tmp_path: Path, staged: Staged) -> None:
    own = tmp_path / "own"
    own.mkdir()
    edited = Edited(own)
    async with edited.shown() as show:
        await show.press("E")
        assert "nothing to redline" in show.said()
        edited.file.write_text("format = 1\n[plan]\nname = 3\n")
        await show.press("E")
        assert "shop.toml has" in show.said()
        edited.file.unlink()
        await show.app.look()
        await show.press("E")
        assert "shop.toml" in show.said()
        assert show.run.seq == 0
    async with staged.shown() as show:
        await show.press("E")
        assert "names no plan file" in show.said()


async def test_a_stage_that_a_redline_took_away_is_looked_at_no_more(tmp_path: Path) -> None:
    """Another operator's redline may take the stage away that is on the screen."""
    staged = Edited(tmp_path)
    async with staged.shown() as show:
        await show.look_at("everyone/criterion/refunds-arrive")
        other = staged.file.read_text()
        start, end = other.index('[[phases]]\nname = "Everyone"'), other.index("[[feature_flags]]")
        staged.file.write_text((other[:start] + other[end:]).replace(', "Everyone" = "100 %"', ""))
        await show.press("E")
        await show.fill(REASON)
        await show.press("enter")
        assert isinstance(show.last_event(), ev.PlanRedlined)
        assert "Sign: All tests passing" in show.line("#next")
        assert "everyone" not in [row.key for row in show.rows("#rail").shown]
