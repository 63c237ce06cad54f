"""The command line as the tests call it: in this process, with a clock that they move."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.cli import main
from rollout_tui.clock import SimulatedClock

PLAN = Path(__file__).with_name("payments.toml")
START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


class Program:
    """`rollout` with its folder of runs; `out` and `err` are what the last command printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.clock = SimulatedClock(START)
        self.out = self.err = ""
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command that gives this exit code, and return what it printed as its result."""
        given = main(list(arguments), self.clock)
        self.out, self.err = self._capsys.readouterr()
        assert given == code, f"{arguments} gave {given}, not {code}:\n{self.out}{self.err}"
        return self.out

    def refused(self, *arguments: str, code: int = 3) -> str:
        """Run a command that has to be refused: nothing on stdout, nothing written; return what it says."""
        before = self._files()
        self(*arguments, code=code)
        assert self.out == ""
        assert self._files() == before
        return self.err

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))

    def start(self, *options: str, plan: Path = PLAN) -> str:
        """Start a run and return its id."""
        return self("run", str(plan), "--detach", *options).strip()

    def log(self, run: str) -> Path:
        return self.folder / f"{run}.toml"

    def wait(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def deploy(self, run: str) -> None:
        """Go on to the Canary phase, which is then open and not started."""
        for item in ("tests", "docs", "training", "alerts", "rollback-tried"):
            self("sign", run, item)
        self("go", run)
        for step in ("add-table", "install", "copy"):
            self("sign", run, step)

    def promote(self, run: str, stage: str) -> None:
        """Go on from a phase that is open to the stage behind it."""
        self("start-phase", run, stage)
        self("sign", run, f"{stage}/flag/new-ledger")
        self.wait(hours=2)
        criterion = {"canary": "ledger-balances-to-the-cent", "everyone": "refunds-arrive"}[stage]
        self("sign", run, criterion)
        self("measure", run, "error-rate", "0.2")
        if stage == "everyone":
            self("sign", run, "everyone/approval", "--as", "bob")
        self("promote", run, stage)

    def _files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}
