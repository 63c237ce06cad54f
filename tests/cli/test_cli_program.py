"""The installed program in a process of its own: pipes, old encodings, no input, closed and full outputs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PLAN

PROGRAM = Path(sys.executable).with_name("rollout")
PLAIN = {"PATH": os.environ["PATH"], "ROLLOUT_OPERATOR": "alice", "NO_COLOR": "1", "XDG_CONFIG_HOME": "/nowhere"}


def call(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env=PLAIN | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_run_in_pipes_and_an_old_encoding(tmp_path: Path) -> None:
    old = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    started = call("run", str(PLAN), "--detach", folder=tmp_path, **old)
    assert started.returncode == 0, started.stderr
    run = started.stdout.decode().strip()
    signed = call("note", run, "M\u00fcller \u2192 \u2713", folder=tmp_path, **old)
    assert signed.returncode == 0, signed.stderr
    assert b"note: M\\xfcller \\u2192" in signed.stdout
    status = call("status", folder=tmp_path, LC_ALL="C.UTF-8")
    assert b"\x1b" not in status.stdout
    assert run in status.stdout.decode()
    home = call(folder=tmp_path)
    assert (home.returncode, home.stdout) == (2, b"")
    assert b"rollout list" in home.stderr
    assert b"Traceback" not in b"".join(each.stderr for each in (started, signed, status, home))


def test_outputs_that_take_nothing(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    closed = subprocess.run([PROGRAM, "--help"], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (closed.returncode, closed.stderr) == (141, b"")

    with open("/dev/full", "wb") as full:
        lost = subprocess.run(
            [PROGRAM, "run", str(PLAN), "--detach"],
            cwd=tmp_path,
            env=PLAIN,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert lost.returncode == 1
    assert b"The output could not be written" in lost.stderr
    assert b"stays recorded" in lost.stderr
    assert len(list((tmp_path / "runs").glob("*.toml"))) == 1

    none = subprocess.run(["sh", "-c", f"'{PROGRAM}' list >&- 2>&-"], cwd=tmp_path, env=PLAIN, timeout=60, check=False)
    assert none.returncode == 0


def test_a_mistake_of_the_program_itself_leaves_its_traceback_in_a_file(tmp_path: Path) -> None:
    program = (
        "import sys, rollout_tui.cli as cli; cli.help_text = lambda: 1 / 0; sys.argv[1:] = ['--help']; cli.entry()"
    )
    failed = subprocess.run(
        [sys.executable, "-c", program],
        env=PLAIN | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert failed.returncode == 1
    assert b"ZeroDivisionError" in failed.stderr
    assert b"Traceback" not in failed.stderr
    (details,) = tmp_path.glob("rollout-*.txt")
    assert "Traceback" in details.read_text()


def test_it_is_a_module_too(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "rollout_tui", "--version"]
    told = subprocess.run(module, cwd=tmp_path, capture_output=True, check=False)
    assert told.stdout.startswith(b"rollout ")


@pytest.mark.parametrize(
    "command",
    [
        "list",
        "list --json",
        "status RUN",
        "status RUN --line",
        "status RUN --watch",
        "history",
        "history --json",
        "report RUN",
        "verify RUN",
        "check PLAN",
        "export RUN",
        "schema",
        "completion bash",
        "diff RUN RUN",
        "--version",
    ],
)
def test_no_output_and_no_input_at_all(tmp_path: Path, command: str) -> None:
    run = call("run", str(PLAN), "--detach", folder=tmp_path).stdout.decode().strip()
    call("abort", run, "--reason", "not today", folder=tmp_path)
    words = command.replace("RUN", run).replace("PLAN", str(PLAN))
    closed = subprocess.run(
        ["sh", "-c", f"'{PROGRAM}' {words} >&- <&-"],
        cwd=tmp_path, env=PLAIN, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    assert b"Traceback" not in closed.stderr
    assert b"maintainers" not in closed.stderr
    assert closed.returncode == call(*words.split(), folder=tmp_path).returncode
