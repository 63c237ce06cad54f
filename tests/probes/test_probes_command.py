"""Commands: what each kind of script comes to, that nothing of it is left, and that it sees what the plan names."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.probes import Look, Outcome, end_all
from tests.probes.looking import SLACK, looked, probe


def script(folder: Path, body: str) -> tuple[str, ...]:
    """A program in the plan's folder."""
    path = folder / "check"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return ("./check",)


@pytest.mark.parametrize(
    ("body", "given", "outcome", "value", "reason"),
    [
        ("exit 0", {}, "pass", None, ""),
        ("echo done", {}, "pass", None, ""),
        ("echo lines; echo 0.25", {}, "pass", 0.25, ""),
        ("echo 0.25; echo", {"expect": "< 0.5"}, "pass", 0.25, ""),
        ("echo 0.75", {"expect": "< 0.5"}, "fail", 0.75, "0.75, expected < 0.5"),
        ("echo 0.75", {"threshold": "> 0.5 %"}, "fail", 0.75, "0.75 % breaches > 0.5 %"),
        ("echo 0.25", {"threshold": "> 0.5 %"}, "pass", 0.25, ""),
        ("echo 0.25; exit 1", {"expect": "< 0.5"}, "fail", None, "0.25"),
        ("echo two tests are red >&2; exit 1", {}, "fail", None, "two tests are red"),
        ("exit 1", {}, "fail", None, "exit code 1"),
        ("echo fine", {"expect": "< 0.5"}, "unknown", None, "its last line is no number that < 0.5 could judge"),
        ("echo fine", {"threshold": "> 1 %"}, "unknown", None, "its last line is no number that > 1 % could judge"),
        ("exit 0", {"threshold": "> 1 %"}, "unknown", None, "its last line is no number that > 1 % could judge"),
        ("echo NaN", {"threshold": "> 1 %"}, "unknown", None, "NaN is no value to judge"),
        ("echo -inf", {"threshold": "> 1 %"}, "unknown", None, "-inf is no value to judge"),
        ("echo 1e999", {"threshold": "> 1 %"}, "unknown", None, "1e999 is no value to judge"),
        ("echo 1_0", {"threshold": "> 1 %"}, "unknown", None, "its last line is no number that > 1 % could judge"),
        ("echo ٣", {"threshold": "> 1 %"}, "unknown", None, "its last line is no number that > 1 % could judge"),
        ("echo 0", {"threshold": "> [X] %"}, "error", None, "> [X] % is a placeholder, and judges nothing"),
        ("echo 0", {"threshold": "> 1 %", "unit": "ratio"}, "error", None,
         "its value is in ratio, and > 1 % is not: nothing is converted"),
        ("echo no token >&2; exit 2", {}, "error", None, "exit code 2: no token"),
        ("exit 127", {}, "error", None, "exit code 127"),
        ("kill -SEGV $$", {}, "error", None, "ended by SIGSEGV"),
        ("kill -TERM $$", {}, "error", None, "ended by SIGTERM"),
    ],
)  # fmt: skip
def test_what_a_script_comes_to(
    tmp_path: Path, body: str, given: dict[str, Any], outcome: str, value: float | None, reason: str
) -> None:
    threshold = given.get("threshold", "")
    fields = {name: text for name, text in given.items() if name != "threshold"}
    seen = looked(probe(command=script(tmp_path, body), **fields), threshold=threshold, folder=tmp_path)
    assert (seen.outcome, seen.value, seen.reason) == (outcome, value, reason)
    assert seen.asked == "./check"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("./nothing",), "./nothing can't be started: No such file or directory"),
        (("no-such-program",), "no-such-program can't be started: No such file or directory"),
        (("./text",), "./text can't be started: Permission denied"),
        (("./bare",), "./bare can't be started: Exec format error"),
    ],
)
def test_what_cannot_be_started_is_an_error(tmp_path: Path, command: tuple[str, ...], reason: str) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "bare").write_text("hello")
    (tmp_path / "bare").chmod(0o755)
    seen = looked(probe(command=command), folder=tmp_path)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, reason)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    seen = looked(probe(command=("true",)), folder=tmp_path / "gone")
    assert seen.outcome is Outcome.ERROR
    assert f"there is no folder {tmp_path / 'gone'}" in seen.reason


def test_no_shell_reads_the_arguments_and_they_are_told_as_a_shell_would_take_them(tmp_path: Path) -> None:
    seen = looked(probe(command=("printf", "%s", "$HOME; rm -rf 'x y'")), folder=tmp_path)
    assert (seen.outcome, seen.answer) == (Outcome.PASS, "$HOME; rm -rf 'x y'")
    assert seen.asked == """printf %s '$HOME; rm -rf '"'"'x y'"'"''"""


def test_it_sees_a_few_variables_the_folder_of_the_plan_and_no_terminal(tmp_path: Path) -> None:
    command = script(tmp_path, "env | grep -v '^_=' | cut -d= -f1 | sort | tr '\\n' ' '; pwd -P; cat; : </dev/tty")
    environ = {"HOME": "/home/alice", "CI_TOKEN": "token-7f3a", "AWS_SECRET_ACCESS_KEY": "never"}
    seen = looked(probe(command=command, env=("CI_TOKEN",)), folder=tmp_path, environ=environ)
    assert seen.answer.startswith(f"CI_TOKEN HOME LANG PATH PWD {tmp_path.resolve()}\n")
    assert "/dev/tty" in seen.reason


def test_a_variable_that_is_missing_is_an_error_and_nothing_runs(tmp_path: Path) -> None:
    command = script(tmp_path, "touch ran")
    seen = looked(probe(command=command, env=("CI_TOKEN",)), folder=tmp_path)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "the environment variable CI_TOKEN is not set")
    assert not (tmp_path / "ran").exists()


def test_what_a_named_variable_holds_is_masked_wherever_it_is_kept(tmp_path: Path) -> None:
    body = """echo "asked with $CI_TOKEN"; echo "refused: $CI_TOKEN" >&2; exit 2"""
    environ = {"CI_TOKEN": "token-7f3a"}
    seen = looked(probe(command=script(tmp_path, body), env=("CI_TOKEN",)), folder=tmp_path, environ=environ)
    assert seen.reason == "exit code 2: refused: •••"
    assert seen.answer == "asked with •••\nrefused: •••\n"
    assert "token-7f3a" not in repr(seen)


def test_a_value_with_line_ends_is_masked_line_by_line(tmp_path: Path) -> None:
    body = """echo "token $(echo "$CI_TOKEN" | head -1) rejected"; echo "$KEY" | sed -n 2p >&2; exit 2"""
    environ = {"CI_TOKEN": "s3cr3t-abcdef\n", "KEY": "-----BEGIN KEY-----\n  MIIEvAIBADANBg\r\n-----END KEY-----\n"}
    command = script(tmp_path, body)
    seen = looked(probe(command=command, env=("CI_TOKEN", "KEY")), folder=tmp_path, environ=environ)
    assert seen.reason == "exit code 2: •••"
    assert seen.answer.split() == ["token", "•••", "rejected", "•••"]


def watched(folder: Path, body: str) -> tuple[int, tuple[str, ...]]:
    """A script of which each process holds a pipe that comes to its end with the last of them."""
    os.mkfifo(folder / "alive")
    alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    return alive, script(folder, f"exec 9>alive; {body}")


def assert_nobody_is_left(alive: int) -> None:
    # Not `select`: a worker of a whole suite may have more than a thousand files open.
    ends = select.poll()
    ends.register(alive, select.POLLIN)
    assert ends.poll(5_000)
    assert os.read(alive, 1) == b""
    os.close(alive)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("sleep 60", id="sleeps"),
        pytest.param("trap '' TERM HUP INT; while :; do sleep 1; done", id="takes no signal"),
        pytest.param("exec >/dev/null 2>&1; sleep 60", id="closes its output"),
        pytest.param("(sleep 60; echo late) & wait", id="waits for a child"),
        pytest.param("while :; do printf .; sleep 0.1; done", id="drips"),
    ],
)
def test_the_deadline_ends_all_of_it(tmp_path: Path, body: str) -> None:
    alive, command = watched(tmp_path, body)
    begun = time.monotonic()
    seen = looked(probe(command=command, deadline="0.25 s"), folder=tmp_path)
    assert time.monotonic() - begun < 0.25 + SLACK
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "not ended within 0.25 s, and killed")
    assert_nobody_is_left(alive)


def test_a_child_that_keeps_the_output_open_hangs_nobody_and_does_not_outlive_it(tmp_path: Path) -> None:
    alive, command = watched(tmp_path, "sleep 60 & echo 7")
    begun = time.monotonic()
    seen = looked(probe(command=command), folder=tmp_path)
    assert time.monotonic() - begun < SLACK
    assert (seen.outcome, seen.value) == (Outcome.PASS, 7.0)
    assert_nobody_is_left(alive)


def test_whoever_stops_to_look_ends_what_runs(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")
    alive, command = watched(tmp_path, "(trap '' TERM; echo >begun; sleep 60) & wait")
    seen: list[Look] = []
    looking = threading.Thread(target=lambda: seen.append(looked(probe(command=command), folder=tmp_path)))
    looking.start()
    (tmp_path / "begun").read_bytes()
    end_all()
    looking.join()
    assert seen[0].outcome is Outcome.ERROR
    assert seen[0].reason.startswith("ended by SIG")
    assert_nobody_is_left(alive)


QUITS = """
import sys, threading
from pathlib import Path
from tests.probes.looking import looked, probe
folder = Path(sys.argv[1])
threading.Thread(target=lambda: looked(probe(command=("./check",)), folder=folder), daemon=True).start()
(folder / "begun").read_bytes()
"""


def test_a_command_does_not_outlive_the_program(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")
    alive, _ = watched(tmp_path, "echo >begun; sleep 60")
    subprocess.run([sys.executable, "-c", QUITS, str(tmp_path)], cwd=Path(__file__).parents[2], check=True)
    assert_nobody_is_left(alive)


@pytest.fixture
def childless() -> Iterator[None]:
    """The system keeps no exit codes for this process, as one that was started so inherits it."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGCHLD, before)


@pytest.mark.usefixtures("childless")
@pytest.mark.parametrize("body", ["exit 0", "exec sleep 60"])
def test_an_exit_code_that_is_lost_is_an_error(tmp_path: Path, body: str) -> None:
    seen = looked(probe(command=script(tmp_path, body), deadline="0.05 s"), folder=tmp_path)
    assert seen.outcome is Outcome.ERROR
    assert seen.reason in {
        "its exit code is lost: SIGCHLD is ignored where rollout was started",
        "not ended within 0.05 s, and killed",
    }


def test_a_command_that_nobody_can_follow_is_an_error_and_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many() -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("selectors.DefaultSelector", too_many)
    seen = looked(probe(command=script(tmp_path, "exec sleep 60")), folder=tmp_path)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "./check can't be followed: Too many open files")


def test_a_flood_keeps_memory_flat_and_the_beginning_is_kept(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        seen = looked(probe(command=("yes",), deadline="0.25 s"), folder=tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2 * 1024 * 1024
    assert seen.outcome is Outcome.ERROR
    assert seen.answer == "y\n" * 4096


def test_the_number_after_a_long_output_is_read(tmp_path: Path) -> None:
    seen = looked(probe(command=script(tmp_path, "seq 100000; echo 0.5"), expect="< 1"), folder=tmp_path)
    assert (seen.outcome, seen.value) == (Outcome.PASS, 0.5)


def test_the_end_of_a_line_without_its_beginning_is_no_number(tmp_path: Path) -> None:
    digits = "head -c 5000 /dev/zero | tr '\\0' 1"
    seen = looked(probe(command=script(tmp_path, digits), expect="> 1"), folder=tmp_path)
    assert seen.outcome is Outcome.UNKNOWN
