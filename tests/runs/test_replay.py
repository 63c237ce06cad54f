"""Replay: what does not fit is damage, found by the rules of a run; a mistake of this program is none."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rollout_tui.run import intents
from rollout_tui.runs.folder import FolderRuns
from tests.runs.contract_runs import start

# The program with a mistake put into what folds a note.
WITH_A_BUG = """
import sys
from rollout_tui.run import evolve
from rollout_tui.run.events import NoteAdded

def fold(run, event, mark, stamp):
    return run.no_such_attribute

evolve._FOLD[NoteAdded] = fold
from rollout_tui.cli import entry
entry()
"""


@pytest.mark.parametrize("command", ["status", "verify", "report", "list", "resume"])
def test_a_mistake_of_the_program_is_a_crash_with_its_file_and_no_damage(tmp_path: Path, command: str) -> None:
    session = start(FolderRuns(tmp_path / "runs"))
    session.act(intents.Note("hello"))
    arguments = [] if command == "list" else [session.run.id]
    done = subprocess.run(
        [sys.executable, "-c", WITH_A_BUG, command, *arguments],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "ROLLOUT_OPERATOR": "alice", "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "rollout failed by a mistake of its own: AttributeError" in done.stderr
    assert "damaged" not in done.stdout + done.stderr
    (file,) = re.findall(r"details in (\S+)\.\n", done.stderr)
    assert "no_such_attribute" in Path(file).read_text()
