"""Nothing that a log can record crashes a view: random events behind good chains, through every command and screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollout_tui.cli import main
from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError
from rollout_tui.people import Actor
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef
from rollout_tui.runs.replay import replayed
from rollout_tui.session import Session
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.screens.audit import AuditScreen, audited
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import NOON
from tests.untrusted.impossible import impossible_log

# The suite tries the first of each.
SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 24))]
SCREENS = [*range(100, 103), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(103, 112))]

COMMANDS = (
    *(("status", "{log}"), ("status", "{log}", "--json"), ("status", "{log}", "--line"), ("status", "{log}", "--gate")),
    *(("list",), ("list", "--json"), ("list", "--unfinished"), ("history",), ("history", "--json")),
    *(("report", "{log}", "--format", each) for each in ("text", "md", "html", "json", "csv")),
    *(("verify", "{log}"), ("verify", "{log}", "--json"), ("diff", "{log}", "{other}"), ("diff", "{other}", "{log}")),
    *(("export", "{log}"), ("redline", "{log}", "--reason", "x", "--dry-run"), ("note", "{log}", "all is well")),
    *(("sign", "{log}", "tests"), ("promote", "{log}", "inside"), ("hold", "{log}", "--reason", "x")),
    *(("roll-back", "{log}", "bug", "--reason", "x"), ("finish-rollback", "{log}", "restored")),
    *(("take-over", "{log}", "--reason", "x"), ("close", "{log}", "--note", "x"), ("resume", "{log}")),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_command_crashes_over_what_was_recorded(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLOUT_OPERATOR", "carol")
    monkeypatch.setenv("ROLLOUT_RUNS", str(tmp_path))
    log, other = tmp_path / "log.toml", tmp_path / "other.toml"
    other.write_bytes(impossible_log(seed + 100_000))
    recorded = impossible_log(seed)
    for command in COMMANDS:
        log.write_bytes(recorded)
        # A mistake of the program would come up here: `main` tells every other error as a sentence.
        code = main([each.format(log=log, other=other) for each in command], SimulatedClock(NOON))
        told = capsys.readouterr()
        assert 0 <= code <= 8, command
        assert "\x1b" not in told.out + told.err, command


@pytest.mark.parametrize("seed", SCREENS)
async def test_no_screen_crashes_over_what_was_recorded(seed: int, tmp_path: Path) -> None:
    log = tmp_path / "log.toml"
    log.write_bytes(impossible_log(seed))
    runs, ref = FolderRuns(tmp_path), RunRef("log", str(log))
    found = replayed(runs.read(ref))
    assert found.run is not None
    async with RolloutApp(AuditScreen(audited(found, runs.verify(ref)))).run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", "end", "slash", "a", "escape")
    try:
        session = Session(runs.open(ref), SimulatedClock(NOON), Actor("carol", "carol", "host"))
    except RolloutError:
        # What makes no run is damage: it is read up to there, as above.
        return
    async with RolloutApp(RunScreen(), session).run_test(size=(80, 24)) as pilot:
        for key in ("escape", "p", "escape", "L", "escape", "P", "escape", "i", "escape", "y", "R", "escape", "m"):
            await pilot.press(key)
