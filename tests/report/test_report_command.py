"""`rollout report`: the formats, where they go, and what it says of a log that does not verify."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout_tui.cli import main
from rollout_tui.run import intents
from tests.report.told import Walk, interrupted


@pytest.fixture
def log(tmp_path: Path) -> Path:
    walk = Walk(tmp_path / "runs", "hotfix.toml")
    walk.do(intents.Waive(walk.run.sequence.stages[0].items[1].id, "reviewed in the pair"))
    return walk.path


def report(log: Path, *arguments: str) -> int:
    from rollout_tui.clock import SystemClock

    return main(["report", str(log), *arguments], SystemClock())


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("text", "invoicing 5.11.3\n===="),
        ("md", "# invoicing 5.11.3\n"),
        ("html", "<!DOCTYPE html>"),
        ("json", '{\n  "format": "rollout-report/1"'),
        ("csv", '"event","time"'),
    ],
)
def test_each_format_is_printed_or_written(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, begins: str
) -> None:
    assert report(log, "--format", form) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(begins)
    assert printed.endswith("\n")
    ending = "txt" if form == "text" else form
    written = tmp_path / f"out.{ending}"
    assert report(log, "-o", str(written)) == 0
    assert capsys.readouterr().out == ""
    assert written.read_text().startswith(begins)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [written.name]


def test_one_section_answers_one_question(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(log, "--section", "findings") == 0
    said = capsys.readouterr().out
    assert "alice waived Code review approved: reviewed in the pair" in said
    assert "Timeline" not in said
    assert report(log, "--section", "rollback", "--format", "md") == 0
    assert capsys.readouterr().out == "## Rollback\n\nNothing was rolled back.\n"


def test_the_report_says_what_verifying_said(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rollout_tui.journal.verdicts import CHAIN_PROVES
    from rollout_tui.journal.verification import verify

    report(log, "--format", "json")
    said = json.loads(capsys.readouterr().out)["verification"]
    found = verify(log)
    assert said["words"] == found.words
    assert said["limits"] == CHAIN_PROVES
    assert said["head"] == {"event": 1, "hash": found.head[1] if found.head else ""}


def test_a_damaged_log_is_told_up_to_its_damage(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_bytes(log.read_bytes().replace(b"reviewed in the pair", b"reviewed by a friend"))
    assert report(log, "--format", "json") == 6
    printed = capsys.readouterr()
    said = json.loads(printed.out)
    assert not said["verification"]["holds"]
    assert [each["event"] for segment in said["timeline"] for each in segment["events"]] == [0]
    assert "does not verify" in printed.err


def test_lost_evidence_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_verdict = tmp_path / "k6.html"
    log_verdict.write_text("p95 412 ms")
    walk = Walk(tmp_path / "runs", "hotfix.toml")
    walk.do(intents.Sign(walk.run.sequence.stages[0].items[0].id, evidence=str(log_verdict)))
    assert report(walk.path) == 0
    next((tmp_path / "runs").glob("*.evidence/*")).unlink()
    capsys.readouterr()
    assert report(walk.path) == 6
    assert "Evidence  missing: k6.html of event 1" in capsys.readouterr().out


def test_a_log_with_a_torn_tail_is_told_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = interrupted(tmp_path).path
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert report(path) == 6
    assert "incomplete entry after event 14" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "out.pdf"), "does not say which format"),
        (("--format", "csv", "--section", "plan"), "no sections"),
        (("--format", "md", "-o", "runs/x.toml"), "would be a plan or a log"),
        (("-o", "no/such/folder/x.md"), "could not be written"),
    ],
)
def test_what_can_not_be_done_is_said(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(log.parent.parent)
    before = log.read_bytes()
    assert report(log, *arguments) in {1, 2}
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
    assert log.read_bytes() == before


def test_it_loads_neither_screens_nor_validation(log: Path) -> None:
    script = "import sys; from rollout_tui.cli import main; from rollout_tui.clock import SystemClock; "
    script += "main(sys.argv[1:], SystemClock()); sys.exit(bool({'textual', 'pydantic', 'rich'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script, "report", str(log), "--format", "html"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_sections_are_the_ones_that_the_command_offers(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rollout_tui.report.sections import SECTIONS

    for name in SECTIONS:
        assert report(log, "--section", name) == 0
        assert capsys.readouterr().out.strip()


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(tmp_path / "none.toml") == 1
    assert capsys.readouterr().out == ""
