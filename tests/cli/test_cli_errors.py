"""What goes wrong around a run: files, folders, disks, terminals and arguments. A sentence each, never a traceback."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.program import PLAN, Program


def test_no_plan_at_all(rollout: Program, tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\x00\x01\xff")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "M\xfcller"'.encode("latin-1"))
    document = tmp_path / "plan.md"
    document.write_text("# Deployment plan\n\n- [ ] All tests passing\n")
    said = {
        tmp_path / "nowhere.toml": "There is no file",
        tmp_path: "is a folder",
        binary: "is not a text file",
        latin: "not UTF-8",
        document: "looks like Markdown",
        Path("/dev/null"): "is a device",
    }
    for path, words in said.items():
        for command in ("run", "rehearse"):
            assert words in rollout.refused(command, str(path), *(["--detach"] if command == "run" else []), code=2)
        words = words.replace("is a folder", "no plan in the folder")
        assert words in rollout("check", str(path), code=2)


def test_a_log_in_place_of_a_plan(rollout: Program) -> None:
    run = rollout.start()
    assert "rollout resume" in rollout.refused("run", str(rollout.log(run)), "--detach", code=2)


def test_no_permission(rollout: Program, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.read_text())
    plan.chmod(0)
    run = rollout.start()
    rollout.log(run).chmod(0o400)
    rollout.folder.chmod(0o500)
    with _as_nobody():
        rollout("check", str(plan), code=2)
        assert "may not be read by you" in rollout.out
        rollout("run", str(PLAN), "--detach", "--reason", "again", code=1)
        assert "Permission denied" in rollout.err
        rollout("sign", str(rollout.log(run)), "tests", code=1)
        assert "can't be opened: Permission denied" in rollout.err
    rollout.folder.chmod(0o700)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may read and write everything, so it steps down meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_of_runs_that_is_a_file(rollout: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = rollout.refused("run", str(PLAN), "--detach", "--runs", "file", code=1)
    assert "The folder of runs file can't be used" in said


def test_a_full_disk(rollout: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    run = rollout.start()

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    said = rollout.refused("sign", run, "tests", code=1)
    monkeypatch.undo()
    assert "No space left on device" in said
    assert "Make room" in said
    rollout("status", run, "--runs", str(rollout.folder))
    assert "Next      Sign: All tests passing" in rollout.out


def test_an_unknown_run_and_an_ambiguous_one(rollout: Program) -> None:
    assert "The folder holds no run yet" in rollout.refused("status", "payments", code=2)
    first = rollout.start()
    rollout.start("--reason", "again")
    assert f"Newest: {first}" in rollout.refused("sign", "2027", "tests", code=2)
    assert "could be any of 2 runs" in rollout.refused("sign", "2026-03-04", "tests", code=2)


def test_a_log_that_is_not_there_or_no_log(rollout: Program, tmp_path: Path) -> None:
    assert "No such file" in rollout.refused("status", str(tmp_path / "nowhere.toml"), code=1)
    assert "No such file" in rollout.refused("sign", str(tmp_path / "nowhere.toml"), "tests", code=1)
    os.mkfifo(tmp_path / "pipe.toml")
    for command in (["status"], ["verify"]):
        rollout(*command, str(tmp_path / "pipe.toml"), code=6)
        assert "is a pipe (FIFO), not a journal" in rollout.out + rollout.err
    assert "not a journal" in rollout.refused("sign", str(tmp_path / "pipe.toml"), "tests", code=6)


def test_unknown_names_within_a_run(rollout: Program) -> None:
    run = rollout.start()
    assert "Did you mean docs" in rollout.refused("sign", run, "doc-s", code=2)
    assert "There is no stage" in rollout.refused("promote", run, "phase-9", code=2)
    assert "Did you mean error-rate" in rollout.refused("measure", run, "eror-rate", "1", code=2)
    rollout.deploy(run)
    assert "There is no rollback scenario" in rollout.refused("roll-back", run, "flood", "--reason", "x", code=2)


def test_no_terminal(rollout: Program) -> None:
    assert "rollout run PLAN --detach" in rollout.refused("run", str(PLAN), code=2)
    assert "rollout list" in rollout.refused(code=2)
    run = rollout.start()
    assert f"rollout status {run}" in rollout.refused("resume", code=2)


def test_arguments_that_do_not_fit(rollout: Program) -> None:
    run = rollout.start()
    assert "There is no command 'sing'" in rollout.refused("sing", code=2)
    assert "Did you mean sign" in rollout.err
    assert "unrecognized arguments: --frobnicate" in rollout.refused("status", "--frobnicate", code=2).lower()
    assert "required: ITEM" in rollout.refused("sign", run, code=2)
    assert "--reason" in rollout.refused("waive", run, "docs", code=2)
    assert "is not a number" in rollout.refused("measure", run, "error-rate", "much", code=2)
    assert "is not a number" in rollout.refused("measure", run, "error-rate", "nan", code=2)
    assert "write it with a point" in rollout.refused("measure", run, "error-rate", "0,3", code=2)
    assert "Write it like 0.2 or 640, in %." in rollout.refused("measure", run, "error-rate", "61 ms", code=2)
    assert "0.3 %" in rollout("measure", run, "error-rate", "0.3 %"), "its own unit is taken as it is typed"
    assert "invalid choice" in rollout.refused("finish-rollback", run, "so-so", code=2)
    assert "can't be an operator's name" in rollout.refused("sign", run, "tests", "--as", "a\tb", code=2)


def test_hostile_text_is_shown_as_escapes(rollout: Program) -> None:
    run = rollout.start()
    hostile = "\x1b]2;owned\x07 \u202etxt.exe\u2066"
    rollout("note", run, hostile + "\nsecond line")
    assert "\\e]2;owned\\x07 \\u202etxt.exe\\u2066 second line" in rollout.out
    for arguments in (["sign", run, hostile], [hostile], ["status", hostile], ["status", f"--{hostile}"]):
        assert rollout.refused(*arguments, code=2).replace("\n", "").isprintable()


def test_an_interrupt(rollout: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rollout_tui.runs.folder.FolderRuns.list", interrupted)
    assert rollout.refused("list", code=130) == "Interrupted.\n"


def test_a_plan_with_twelve_mistakes_shows_all(rollout: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    text = PLAN.read_text()
    for was, now in (
        ('kind = "canary"', 'kind = "canaries"'),
        ('change_size = "large"', 'change_size = "huge"'),
        ('rollback_time = "< 5 min"', 'rollback_time = "soon"'),
        ('database_migration = "before"', 'database_migration = "perhaps"'),
        ('duration = "2 h"', 'duration = "a while"'),
        ('duration = "1 h"', "duration = 1"),
        ("approvals = 2", 'approvals = "two"'),
        ('threshold = "> 1 %"', 'threshold = "high"'),
        ('kind = "schema"', 'kind = "scheme"'),
        ('kind = "data"', 'kind = "date"'),
        ('time = "< 30 min"', 'time = "half an hour"'),
        ('channel = "PagerDuty: payments"', 'chanel = "PagerDuty: payments"'),
    ):
        assert was in text
        text = text.replace(was, now, 1)
    wrong.write_text(text)
    lines = rollout("check", str(wrong), code=2).splitlines()
    assert len(lines) == 12
    assert all(line.startswith(f"{wrong}:") and ": found " in line for line in lines)
    assert 'strategy.kind: found "canaries"' in lines[1]
    assert 'did you mean "canary"?' in lines[1]
    found = rollout.json("check", str(wrong), code=2)[0]["mistakes"]
    assert [each["line"] for each in found] == sorted(each["line"] for each in found)
    assert "has 12 mistakes" in rollout.refused("run", str(wrong), "--detach", code=2)
