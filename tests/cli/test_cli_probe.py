"""`rollout probe`: what it looks at, prints and records, and how it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rollout_tui.probes import end_all
from rollout_tui.run.events import Observed
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.session import Session
from tests.cli.program import Program

PLAN = """\
format = 1
[plan]
name = "Shop 2"
service = "shop"
release = "2.0.0"
owner = "alice"
[strategy]
kind = "canary"
rollback_time = "5 min"
[[pre_deployment]]
id = "tests"
title = "All tests passing"
probe = { command = ["./look", "tests"] }
[[pre_deployment]]
id = "queue"
title = "Queue is short"
probe = { command = ["./look", "queue"], expect = "< 10" }
[[pre_deployment]]
id = "plan-b"
title = "Rollback tested"
proves = "rollback-tested"
[[pre_deployment]]
id = "alerts"
title = "Monitoring ready"
proves = "monitoring-ready"
[[phases]]
name = "Canary"
audience = "5% of users"
[[rollback]]
scenario = "Bug"
kind = "code"
action = "Redeploy"
time = "5 min"
[[monitoring]]
id = "errors"
metric = "Error rate"
threshold = "> 1 %"
channel = "pager"
action = "look"
probe = { command = ["./look", "errors"], unit = "%", every = "1 s" }
[[post_deployment]]
title = "Health"
"""

# What each is looked at with says what a file of its name holds: its output, and its exit code.
LOOK = """#!/bin/sh
. "./$1"
"""


@pytest.fixture
def run(rollout: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose probes are trusted, and each says what is fine."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "look").write_text(LOOK)
    (tmp_path / "look").chmod(0o755)
    for name, says in {"tests": "exit 0", "queue": "echo 3", "errors": "echo 0.2"}.items():
        (tmp_path / name).write_text(says)
    name = rollout.start(plan=tmp_path / "plan.toml")
    rollout("trust", "plan.toml", "--yes", rollout.json("trust", "plan.toml", code=3)["digest"])
    return name


def observed(run: str) -> list[Observed]:
    log = FolderRuns(Path("runs")).read(FolderRuns(Path("runs")).find(run))
    return [entry.event for entry in log.entries if isinstance(entry.event, Observed)]


def test_all_that_the_gate_asks_for_is_looked_at_at_once(rollout: Program, run: str) -> None:
    printed = rollout("probe", run).splitlines()
    assert [" ".join(line.split()) for line in sorted(printed)] == [
        "pass All tests passing #1",
        "pass Error rate 0.2 % #2",
        "pass Queue is short 3 #3",
    ] or len(printed) == 3
    assert {each.subject: each.outcome for each in observed(run)} == dict.fromkeys(("tests", "queue", "errors"), "pass")
    assert "1 thing" not in rollout("status", run)


# What a look says, how the command ends, and what it prints of it.
ENDS = [
    ("errors", "echo 3", 3, "fail", "3 % breaches > 1 %"),
    ("tests", "echo 3 red; exit 1", 3, "fail", "3 red"),
    ("queue", "echo none", 3, "unknown", "no number"),
    ("tests", "echo lost >&2; exit 7", 1, "error", "exit code 7: lost"),
]


@pytest.mark.parametrize(("item", "says", "code", "outcome", "words"), ENDS)
def test_what_is_not_a_pass_ends_it(
    rollout: Program, run: str, item: str, says: str, code: int, outcome: str, words: str
) -> None:
    Path(item).write_text(says)
    printed = rollout("probe", run, item, code=code)
    assert printed.startswith(outcome)
    assert words in printed
    assert rollout.json("probe", run, item, code=code)["observed"][0]["outcome"] == outcome


def test_without_trust_nothing_is_looked_at_and_the_refusal_says_what_to_do(rollout: Program, run: str) -> None:
    name = rollout.json("trust", "plan.toml")["digest"]
    rollout("trust", "plan.toml", "--forget")
    assert f"--trust {name}" in rollout.refused("probe", run)
    Path("tests").write_text("touch ran; exit 0")
    rollout("probe", run, "tests", "--trust", name)
    assert Path("ran").exists()
    Path("ran").unlink()
    Path("look").write_text(LOOK + "# changed\n")
    rollout.refused("probe", run, "tests", "--trust", name)
    assert not Path("ran").exists()


def test_a_loop_ends_aloud_where_something_else_would_run(
    rollout: Program, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "wait", lambda *_: Path("look").write_text(LOOK + "# changed\n"))
    rollout("probe", run, "--loop", code=3)
    assert "before you have trusted what it would run" in rollout.err


def test_a_signal_ends_a_look_as_an_exception_so_that_its_command_is_ended_too(rollout: Program, run: str) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        Path("tests").write_text("kill -TERM $PPID; exec sleep 60")
        rollout("probe", run, "tests", code=128 + signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
        end_all()


REFUSED = [
    (["plan-b"], 3, "has no probe in the plan"),
    (["nothing"], 2, "There is no item"),
    (["tests", "--loop"], 2, "--loop looks at all"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), REFUSED)
def test_what_can_not_be_looked_at_is_said(
    rollout: Program, run: str, arguments: list[str], code: int, words: str
) -> None:
    assert words in rollout.refused("probe", run, *arguments, code=code)


def test_a_closed_run_is_looked_at_no_more(rollout: Program, run: str) -> None:
    rollout("abort", run, "--reason", "enough")
    assert "closed" in rollout.refused("probe", run)


def loop(run: str, name: str) -> subprocess.Popen[str]:
    """Begin the loop as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "rollout_tui", "probe", run, "--loop", "--as", name],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def says(process: subprocess.Popen[str], words: str) -> str:
    """Wait for a line that has these words."""
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def test_of_two_loops_one_looks_and_the_other_takes_over_when_that_is_killed(rollout: Program, run: str) -> None:
    rollout("probe", run)
    for command in (("sign", "plan-b"), ("sign", "alerts"), ("go",), ("start-phase", "canary")):
        rollout(command[0], run, *command[1:])
    # From here on it is the machine's time that counts, which is later.
    first = loop(run, "bob")
    says(first, "sensed Error rate: 0.2 %")
    other = loop(run, "eve")
    with first, other:
        try:
            says(other, "bob (")
            first.kill()
            says(other, "Sensing now.")
            Path("errors").write_text("echo 5")
            assert "in breach of > 1 %" in says(other, "sensed Error rate: 5 %")
            other.send_signal(signal.SIGTERM)
            assert other.wait(10) == 128 + signal.SIGTERM
        finally:
            first.kill()
            other.kill()
    seen = [each.outcome for each in observed(run) if each.subject == "errors"]
    assert (set(seen[:-1]), seen[-1]) == ({"pass"}, "fail")
