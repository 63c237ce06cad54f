"""Bombs and malformed files: each is answered in words, with an exit code, in little memory and little time."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.untrusted.bombs import BOMBS

# Each says what is wrong. 1: it can't be read; 2: no plan, or a folder without logs; 6: no whole log.
ANSWERS = {"check": {2}, "run": {2}, "verify": {1, 2, 6}, "status": {1, 6}, "list": {0}}


def answers_to(kind: str) -> list[dict[str, Any]]:
    names = [name for name in BOMBS if name.startswith(kind)]
    program = Path(__file__).with_name("limited_process.py")
    done = subprocess.run(
        [sys.executable, program, *names],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_enough() -> None:
    assert len(BOMBS) >= 60


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the kernel does not limit memory as Linux does")
@pytest.mark.parametrize(
    "kind", ["plan: ", "file: ", "journal: ", pytest.param("large journal: ", marks=pytest.mark.long)]
)
def test_each_is_answered_in_words_within_its_limits(kind: str) -> None:
    wrong = []
    for each in answers_to(kind):
        said = each["said"]
        # A process that needs more than it may have ends by a signal, or with the traceback of a MemoryError.
        if each["code"] not in ANSWERS[each["command"]] or "Traceback" in said or not said.strip():
            wrong.append((each["bomb"], each["command"], each["code"], said[-300:]))
        elif any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char != "\n" for char in said):
            wrong.append((each["bomb"], each["command"], "raw", said[-300:]))
        elif "bomb" not in said:
            wrong.append((each["bomb"], each["command"], "does not name the file", said[-300:]))
    assert wrong == []
