"""A run begun by the version before, which both versions go on with in turn: nobody is locked out, both verify it.

The version before is named by its program: ROLLOUT_BEFORE=/another/place/.venv/bin/rollout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

BEFORE = os.environ.get("ROLLOUT_BEFORE", "")
PLAN = Path(__file__).parents[2] / "plans" / "hotfix.toml"
MOST_ACTS = 60


class Versions:
    """Both programs at one folder of runs, of which each acts in its turn."""

    def __init__(self, folder: Path) -> None:
        self.before, self.now = [BEFORE], [sys.executable, "-m", "rollout_tui"]
        self._turn = cycle((self.before, self.now))
        self._environment = os.environ | {"ROLLOUT_RUNS": str(folder)}

    def act(self, *arguments: str) -> str:
        return self.call(next(self._turn), *arguments)

    def call(self, program: list[str], *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run([*program, *arguments], env=self._environment, capture_output=True, text=True)
        assert done.returncode in codes, (program, arguments, done.stdout, done.stderr)
        return done.stdout

    def status(self, run: str) -> Any:
        # By both, as each has to be able to.
        self.call(self.before, "status", run, codes=(0, 3, 4))
        return json.loads(self.call(self.now, "status", run, "--json", codes=(0, 3, 4)))


@pytest.mark.skipif(not BEFORE, reason="the version before is not there: name its program in ROLLOUT_BEFORE")
def test_a_run_of_the_version_before_goes_on_in_its_form(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    run = versions.call(versions.before, "run", str(PLAN), "--detach", "--as", "alice").strip()
    log = tmp_path / f"{run}.toml"
    people = cycle(("alice", "bob", "carol"))
    for name in ("note", "hold", "release", "note"):
        text = ("seen",) if name == "note" else ("--reason", "asked for")
        versions.act(name, run, *text, "--as", next(people))
    for _ in range(MOST_ACTS):
        status = versions.status(run)
        if status["next"]["action"] == "close":
            break
        versions.act(*_following(run, status), "--as", next(people))
    versions.act("close", run, "--note", "done", "--as", "alice")
    for program in (versions.before, versions.now):
        assert ": whole: " in versions.call(program, "verify", str(log))
        versions.call(program, "report", run, codes=(0, 3))
    written = log.read_text()
    assert "\nboot = " not in written
    assert "\nrules = " not in written
    assert written.count("[[event]]") > 10


def _following(run: str, status: Any) -> tuple[str, ...]:
    """What comes next as a command, past whatever blocks a gate."""
    step, stage = status["next"], status["stage"]
    item = step["item"] or ""
    match step["action"]:
        case "sign":
            return "sign", run, item, "--evidence", str(PLAN)
        case "measure":
            return "measure", run, item.rpartition("/")[2], "0"
        case "go":
            return "go", run
        case "start-phase":
            return "start-phase", run, stage
        case _:
            past = [each["id"] for each in status["blockers"]]
            return "promote", run, stage, *(("--override", *past, "--reason", "tried") if past else ())
