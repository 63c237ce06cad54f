"""A folder of runs: no log is read that need not be, whatever else lies beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rollout_tui.cli import main
from rollout_tui.clock import SimulatedClock
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunLog, RunRef
from tests.runs.contract_runs import NOON, start


@pytest.fixture
def runs(tmp_path: Path) -> FolderRuns:
    return FolderRuns(tmp_path / "runs")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs whose logs were read, in their order."""
    seen: list[str] = []
    original = FolderRuns.read

    def reads(self: FolderRuns, ref: RunRef) -> RunLog:
        seen.append(ref.name)
        return original(self, ref)

    monkeypatch.setattr(FolderRuns, "read", reads)
    return seen


def test_a_list_reads_a_log_when_it_is_asked_for(runs: FolderRuns, read: list[str]) -> None:
    early, late = start(runs), start(runs, plan="checkout", hours=1)
    read.clear()
    logs = runs.list()
    assert read == []
    assert next(logs).ref == late.ref
    assert read == [late.ref.name]
    assert next(logs).ref == early.ref


def test_a_start_reads_the_open_runs_of_its_service_alone(runs: FolderRuns, read: list[str]) -> None:
    hotfix = start(runs)
    os.mkfifo(Path(runs.where) / "2026-09-09-pipe.toml")
    (Path(runs.where) / "notes.toml").write_text('\nservice = "x"\n')
    read.clear()
    checkout = start(runs, plan="checkout")
    assert read == []
    start(runs, again=True)
    assert read == [hotfix.ref.name]
    assert checkout.ref.name not in read


def test_a_list_as_json_reads_each_log_once(runs: FolderRuns, read: list[str]) -> None:
    names = [start(runs, again=bool(number)).ref.name for number in range(3)]
    read.clear()
    assert main(["list", "--json", "--runs", runs.where], SimulatedClock(NOON)) == 0
    assert sorted(read) == names
