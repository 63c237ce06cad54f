"""What probes did not see of the soaks that they watched, in every form of the history."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.cli import history, main
from rollout_tui.clock import SimulatedClock
from rollout_tui.report.history import render
from rollout_tui.run import intents
from rollout_tui.runs.folder import FolderRuns
from tests.report.watched import VALUES, soaking, watch
from tests.run.history_log import Log
from tests.tui.stage import NOON

NOW = NOON + timedelta(days=30)
Print = Callable[..., str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was blind for half an hour, one that was seen all the time, and one that nothing watched."""
    folder = tmp_path_factory.mktemp("watched")
    staged = soaking(folder)
    watch(staged.session, staged.clock, "error-rate", VALUES)
    staged.do(intents.Observe("error-rate", "unknown", reason="no series"))
    seen = soaking(folder, reason="another one")
    watch(seen.session, seen.clock, "error-rate", [0.25] * 61)
    Log("mail", "1.0").deployed().completed().write(staged.folder)
    return staged.folder


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Print:
    def run(*arguments: str) -> str:
        assert main(["history", "--runs", str(folder), *arguments], SimulatedClock(NOW)) == 0
        return capsys.readouterr().out

    return run


def test_lines_say_how_long_each_run_was_blind_and_each_service(told: Print) -> None:
    assert [line for line in told().splitlines() if line.startswith("blind ")] == [
        "blind        shop 3.1.0  36.0 %: 32 min, 57 min observed; 15 errors and 1 unknown in 77 looks",
        "blind        shop, 2 runs  21.5 %: 32 min, 1 h 57 min observed; 15 errors and 1 unknown in 138 looks",
    ]


def test_json_and_csv_have_the_numbers(told: Print) -> None:
    runs = json.loads(told("--json"))["runs"]
    assert [[(each["stage"], each["observed"], each["blind"]) for each in run["soaks"]] for run in runs] == [
        [],
        [("canary", 3420, 1920)],
        [("canary", 3600, 0)],
    ]
    assert [(run["unknown"], run["errors"]) for run in runs] == [(0, 0), (1, 15), (0, 0)]
    names = ("seconds observed", "seconds blind", "looks", "looks unknown", "looks in error")
    rows = [[row[each] for each in names] for row in csv.DictReader(told("--csv").splitlines())]
    assert rows == [[""] * 5, ["3420", "1920", "77", "1", "15"], ["3600", "0", "61", "0", "0"]]


def test_the_table_notes_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    table = render("table", history.read(FolderRuns(folder), NOW, None, None)).partition("total ")[0]
    assert [line.split()[-2:] for line in table.splitlines() if "blind" in line] == [["blind", "36%"]]
