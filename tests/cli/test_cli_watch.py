"""`rollout status --watch` and `--line`: following a run, and a run in one line."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rollout_tui.cli import watch
from rollout_tui.runs.folder import FolderRuns
from tests.cli.program import PLAN, Program

LEAVE = b"\x1b[?7h\x1b[?25h\x1b[?1049l"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what happens between one look at the run and the next, one step a look; then who looks leaves."""

    def happen(*steps: Callable[[], object]) -> None:
        left = iter(steps)

        def pause(*_: object) -> bool:
            step = next(left, None)
            if step is not None:
                step()
            return step is not None

        monkeypatch.setattr(watch, "wait", pause)

    return happen


def _blocks(out: str) -> list[str]:
    return [block for block in out.split("\n\n") if block]


def test_a_pipe_gets_a_block_for_each_change(rollout: Program, meanwhile: Callable[..., None]) -> None:
    run = rollout.start()
    rollout.deploy(run)
    rollout("start-phase", run, "canary")
    rollout("sign", run, "canary/flag/new-ledger")
    rollout("sign", run, "canary/criterion/ledger-balances-to-the-cent")
    acted: list[str] = []

    def act(*arguments: str) -> Callable[[], object]:
        # What is printed between belongs to the command that is followed.
        return lambda: acted.append(_quietly(rollout, *arguments))

    meanwhile(
        lambda: None,
        act("hold", run, "--reason", "lunch"),
        lambda: rollout.wait(minutes=5),
        act("release", run, "--reason", "back"),
        lambda: rollout.wait(hours=2),
    )
    out = rollout("status", run, "--watch")
    blocks = _blocks(out)
    assert len(blocks) == 4, out
    assert "Held      by alice" in blocks[1]
    assert "Held" not in blocks[2]
    assert "Soak      1 h 55 min left" in blocks[2]
    assert "Soak      done" in blocks[3]


def test_a_line_of_json_for_each_change(rollout: Program, meanwhile: Callable[..., None]) -> None:
    run = rollout.start()
    meanwhile(lambda: _quietly(rollout, "sign", run, "tests", "--note", "x" * 10_001), lambda: None)
    lines = rollout("status", "--watch", "--json").splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [0, 1]


def test_it_ends_with_the_run_and_with_its_exit_code(rollout: Program, meanwhile: Callable[..., None]) -> None:
    run = rollout.start()
    meanwhile(lambda: _quietly(rollout, "abort", run, "--reason", "not today"), lambda: None)
    out = rollout("status", run, "--watch", code=4)
    assert "Stage     closed as aborted" in _blocks(out)[-1]


def test_it_says_that_the_log_is_gone(rollout: Program, meanwhile: Callable[..., None]) -> None:
    run = rollout.start()
    meanwhile(lambda: rollout.log(run).unlink())
    rollout("status", run, "--watch", code=1)
    assert "can't be followed any more" in rollout.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it(rollout: Program, meanwhile: Callable[..., None], number: signal.Signals) -> None:
    before = signal.getsignal(number)
    run = rollout.start()
    meanwhile(lambda: os.kill(os.getpid(), number), lambda: None)
    rollout("status", run, "--watch", code=128 + number)
    assert signal.getsignal(number) is before


def _quietly(rollout: Program, *arguments: str) -> str:
    """Act without taking what the command that is followed has printed so far."""
    from rollout_tui.cli import main

    stdout, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115
    try:
        assert main(list(arguments), rollout.clock) in (0, 4)
    finally:
        sys.stdout.close()
        sys.stdout = stdout
    return arguments[0]


class Followed:
    """`rollout status --watch` on a terminal of its own, and what it has written there so far."""

    def __init__(self, folder: Path, run: str) -> None:
        self.out = b""
        self._terminal, terminal = pty.openpty()
        # Not `select`: a worker of a whole suite may have more than a thousand files open.
        self._poll = select.poll()
        self._poll.register(self._terminal, select.POLLIN)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rollout_tui", "status", run, "--watch"],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=os.environ | {"ROLLOUT_RUNS": str(folder), "PYTHONPATH": str(Path(watch.__file__).parents[2])},
            start_new_session=True,
        )
        os.close(terminal)

    def until(self, text: bytes) -> bytes:
        """Read until this is there, and give what came since the last time."""
        fresh, limit = b"", time.monotonic() + 30
        while text not in fresh:
            assert time.monotonic() < limit, fresh
            if self._poll.poll(1000):
                fresh += os.read(self._terminal, 65536)
        self.out += fresh
        return fresh

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)


@pytest.fixture
def followed(rollout: Program) -> Iterator[Followed]:
    run = rollout.start()
    program = Followed(rollout.folder, run)
    yield program
    program.process.kill()
    program.process.wait()


def test_a_terminal_shows_it_in_place_and_is_given_back(rollout: Program, followed: Followed) -> None:
    followed.until(b"q leaves")
    assert b"\x1b[?1049h\x1b[?25l" in followed.out
    rollout("sign", "2026", "tests")
    fresh = followed.until(b"#1 ")
    assert b"Plan  " not in fresh, "only the lines that changed are written"
    followed.process.send_signal(signal.SIGTERM)
    left = followed.until(b"all tests passing".replace(b"all", b"All"))
    assert LEAVE in left
    assert followed.process.wait(30) == 128 + signal.SIGTERM


def test_q_leaves(followed: Followed) -> None:
    followed.until(b"q leaves")
    followed.type(b"q")
    followed.until(LEAVE)
    assert followed.process.wait(30) == 0


def test_the_line_says_what_a_prompt_needs(rollout: Program) -> None:
    assert rollout("status", "--line") == "", "where no run is open a prompt stays empty"
    run = rollout.start()
    assert rollout("status", "--line") == "payments 3.1.0 · Pre-deployment · 5 blocking\n"
    rollout.deploy(run)
    assert rollout("status", "--line") == "payments 3.1.0 · Canary · next start-phase\n"
    rollout("start-phase", run, "canary")
    rollout("sign", run, "canary/flag/new-ledger")
    assert re.fullmatch(r"payments 3\.1\.0 · Canary · \d blocking · soak 2 h\n", rollout("status", "--line"))
    rollout("hold", run, "--reason", "lunch")
    assert rollout("status", run, "--line").startswith("payments 3.1.0 · ATTENTION held · Canary")
    rollout("roll-back", run, "code-bug", "--reason", "errors")
    rollout.wait(minutes=3, seconds=5)
    assert rollout("status", "--line") == "payments 3.1.0 · ROLLBACK 3:05/5:00 · Canary\n"


def test_the_line_of_a_gate_that_is_open_and_of_a_closed_run(rollout: Program) -> None:
    run = rollout.start("--emergency", "--reason", "fire")
    for item in ("tests", "docs", "training", "alerts", "rollback-tried"):
        rollout("sign", run, item)
    assert rollout("status", "--line") == "payments 3.1.0 · EMERGENCY · Pre-deployment · next go\n"
    rollout("abort", run, "--reason", "no need")
    assert rollout("status", run, "--line") == "payments 3.1.0 · aborted\n"
    assert rollout("status", "--line") == ""


@pytest.mark.parametrize(
    ("place", "held", "title"),
    [
        ("ansi", "\x1b[31mATTENTION held\x1b[0m", "5% #[fg=colour9]"),
        ("bash", "\x01\x1b[31m\x02ATTENTION held\x01\x1b[0m\x02", "5% #[fg=colour9]"),
        ("tmux", "#[fg=red]ATTENTION held#[default]", "5% ##[fg=colour9]"),
        ("zsh", "%F{red}ATTENTION held%f", "5%% #[fg=colour9]"),
    ],
)
def test_the_line_acts_only_as_it_was_asked_to(
    rollout: Program, tmp_path: Path, place: str, held: str, title: str
) -> None:
    plan = tmp_path / "hostile.toml"
    name = '"5% #[fg=colour9]$(reboot)`reboot`\\\\"'
    plan.write_text(PLAN.read_text().replace('release = "3.1.0"', f"release = {name}"))
    run = rollout.start(plan=plan)
    rollout("hold", run, "--reason", "x")
    line = rollout("status", run, "--line", "--for", place)
    assert f" {title}?(reboot)?reboot?" in line
    assert held in line
    plain = rollout("status", run, "--line")
    assert "payments 5% #[fg=colour9]?(reboot)?reboot?? · ATTENTION held · " in plain
    assert plain.strip().isprintable()


def test_forms_that_exclude_each_other(rollout: Program) -> None:
    rollout.start()
    for options in (("--line", "--json"), ("--line", "--watch"), ("--watch", "--gate"), ("--for", "tmux")):
        rollout.refused("status", *options, code=2)


def test_closed_logs_are_not_read_for_the_newest(rollout: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = rollout.start()
    rollout("abort", closed, "--reason", "no")
    open_run = rollout.start("--reason", "again")
    read: list[str] = []
    original = FolderRuns.read
    monkeypatch.setattr(FolderRuns, "read", lambda self, ref: (read.append(ref.name), original(self, ref))[1])
    assert f"Run       {open_run}\n" in rollout("status")
    assert read == [open_run]
    rollout("abort", open_run, "--reason", "no")
    read.clear()
    third = rollout.start("--reason", "again")
    assert read == []
    rollout("abort", third, "--reason", "no")
    read.clear()
    assert f"Run       {third}\n" in rollout("status", code=4)
    assert set(read) == {third}


def test_the_newest_is_found_whatever_lies_beside_it(rollout: Program) -> None:
    first = rollout.start()
    second = rollout.start("--reason", "again")
    os.mkfifo(rollout.folder / "2026-09-09-pipe.toml")
    rollout.log("2026-09-09-notes").write_text('\nat = "z"\n')
    rollout.wait(hours=1)
    rollout("abort", second, "--reason", "no")
    assert f"Run       {first}\n" in rollout("status")
    rollout.wait(hours=1)
    # Longer than what is read of a log's end.
    rollout("abort", first, "--reason", "no " * 2000)
    assert f"Run       {first}\n" in rollout("status", code=4)
    rollout.wait(hours=1)
    third = rollout.start()
    rollout("abort", third, "--reason", "no")
    assert f"Run       {third}\n" in rollout("status", code=4)
