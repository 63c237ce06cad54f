"""`rollout history` over a folder of logs: what is counted, what is left out, and every form that it is printed in."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from rollout_tui.cli import history, main
from rollout_tui.clock import SimulatedClock
from rollout_tui.report.history import FORMATS, render
from rollout_tui.report.history.table import short, sparkline
from rollout_tui.run import events as ev
from rollout_tui.runs.folder import FolderRuns
from tests.run.history_log import START, Log

Print = Callable[..., str]
NOW = START + timedelta(days=70)

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\x1b]2;owned\x07",
    "\x1b[2J",
    "‮gnp.exe",
    "​hidden",
    "a\nrun  b",
    "[bold]x[/bold] [/b]",
    'a,"b"',
)


@pytest.fixture
def rollout_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Print:
    def run(*arguments: str, code: int = 0) -> str:
        given = main(["history", "--runs", str(tmp_path), *arguments], SimulatedClock(NOW))
        printed = capsys.readouterr()
        assert given == code, printed.err
        return printed.out if code == 0 else printed.err

    return run


def _rolled_back(took: int = 900, **options: object) -> Log:
    log = Log(**options).deployed().add(ev.PhaseStarted("all"))  # type: ignore[arg-type]
    log.add(ev.RollbackStarted("bug", "errors")).add(ev.RollbackFinished("restored", took, 300))
    return log.add(ev.RunClosed("rolled-back", 0, "restored"))


def _folder(folder: Path) -> None:
    """Four runs of two services, a rehearsal, and what is no log."""
    Log(release="2.0.0").deployed().completed().write(folder)
    waived = Log(release="2.1.0", days=7).add(ev.ItemWaived("tests", "flaky"))
    waived.add(ev.GatePromoted("pre-deployment", ("open:health",), "urgent"), 300).write(folder)
    _rolled_back(release="2.2.0", days=14).write(folder)
    Log("mail", "1.0", days=21).deployed().completed().write(folder)
    Log("shop", "3.0", days=28, rehearsal=True).deployed().completed().write(folder)
    (folder / "notes.toml").write_text("a = 1\n")
    (folder / ".hidden.toml").write_text("")
    (folder / "readme.md").write_text("")


def test_lines_in_a_pipe(rollout_history: Print, tmp_path: Path) -> None:
    _folder(tmp_path)
    lines = rollout_history().splitlines()
    assert [line.split("  ")[0] for line in lines[:4]] == ["run"] * 4
    assert lines[0] == (
        "run          shop 2.0.0  completed  2026-03-02 09:00Z  5 h 25 min: pre-deployment 30 min, migration 30 min, "
        "some 2 h, all 1 h, post-deployment 20 min, cleanup 40 min"
    )
    total = "4 runs of 2 services: 1 waiver, 1 override, 1 rollback (1 over target); 1 rehearsal left out"
    assert f"total        {total}" in lines
    assert "waived       tests  in 1 of 3 runs of shop" in lines
    assert "override     shop 2.1.0  pre-deployment by alice past open:health: urgent (#2)" in lines
    assert "rollback     shop 2.2.0  bug: restored after 15 min, over its target 5 min (#10)" in lines
    assert "interrupted  shop 2.1.0  nothing recorded for 5 h before #2" in lines
    assert any(line.startswith("skipped      notes.toml: ") for line in lines)


def test_only_a_rollback_that_restored_was_in_time(rollout_history: Print, tmp_path: Path) -> None:
    ends = (
        ev.RollbackFinished("restored", 60, 300, shown="readings", seen_seconds=120),
        ev.RollbackFinished("restored", 60, 300, reason="it is back", shown="word"),
        ev.RollbackFinished("restored", 60, 300, shown="not shown"),
        ev.RollbackFinished("failed", 60, 300, reason="no image"),
        ev.RollbackFinished("called-off", 60, 300, reason="false alarm"),
    )
    for number, end in enumerate(ends):
        log = Log(release=f"2.{number}", days=number).deployed().add(ev.PhaseStarted("all"))
        log.add(ev.RollbackStarted("bug", "errors")).add(end).write(tmp_path)
    printed = rollout_history()
    assert [line.partition("bug: ")[2] for line in printed.splitlines() if line.startswith("rollback ")] == [
        "seen 2 min before, restored after 1 min, within its target 5 min, by readings (#10)",
        "restored after 1 min, within its target 5 min, by the operators' word (#10)",
        "restored after 1 min, target 5 min, not shown (#10)",
        "failed after 1 min, target 5 min (#10)",
        "called off after 1 min, target 5 min (#10)",
    ]
    assert (
        "5 rollbacks (0 over target, 1 by the operators' word, 1 not shown to have restored, 1 failed, 1 called off)"
        in printed
    )
    rows = list(csv.DictReader(rollout_history("--csv").splitlines()))
    assert [row["over target"] for row in rows] == ["no", "no", *["not restored"] * 3]
    assert [row["restored by"] for row in rows] == ["readings", "word", "not shown", "", ""]
    assert [row["seconds seen before rollback"] for row in rows] == ["120", "0", "0", "0", "0"]
    found = json.loads(rollout_history("--json"))
    assert [run["rollbacks"][0]["within"] for run in found["runs"]] == [True, True, False, False, False]
    recovery = next(each for each in found["measures"] if each["id"] == "failed_deployment_recovery_time")
    assert (recovery["value"], recovery["runs"]) == (60, 1)


def test_the_measures_as_far_as_logs_tell_them(rollout_history: Print, tmp_path: Path) -> None:
    _folder(tmp_path)
    measures = {each["id"]: each for each in json.loads(rollout_history("--json"))["measures"]}
    assert measures["deployment_frequency"]["value"] == pytest.approx(4 / 10)
    assert (measures["change_failure_rate"]["value"], measures["change_failure_rate"]["runs"]) == (
        pytest.approx(100 / 3),
        3,
    )
    assert measures["failed_deployment_recovery_time"]["value"] == 900
    assert measures["start_to_last_phase"]["value"] == 195 * 60
    assert measures["lead_time_for_changes"]["value"] is None
    assert "no commits" in measures["lead_time_for_changes"]["how"]
    assert all(each["how"] for each in measures.values())


def test_the_json_has_its_documented_shape(rollout_history: Print, tmp_path: Path) -> None:
    _folder(tmp_path)
    found = json.loads(rollout_history("--json"))
    assert (found["format"], found["since"], found["rehearsals_left_out"]) == ("rollout-history/1", None, 1)
    assert [each["log"] for each in found["skipped"]] == ["notes.toml"]
    assert found["waived"] == [{"service": "shop", "item": "tests", "times": 1, "runs": 3}]
    run = found["runs"][2]
    assert (run["outcome"], run["seconds"], run["by"]) == ("rolled-back", 225 * 60, "alice")
    assert run["rollbacks"] == [
        {
            "scenario": "bug",
            "outcome": "restored",
            "seconds": 900,
            "target": 300,
            "over": True,
            "within": False,
            "shown": None,
            "seen_before": 0,
            "event": 10,
        }
    ]
    assert run["stages"][0] == {"stage": "pre-deployment", "seconds": 1800}


def test_csv_has_a_line_for_each_run(rollout_history: Print, tmp_path: Path) -> None:
    _folder(tmp_path)
    rows = list(csv.DictReader(rollout_history("--csv").splitlines()))
    assert [row["release"] for row in rows] == ["2.0.0", "2.1.0", "2.2.0", "1.0"]
    assert [row["seconds in some"] for row in rows] == ["7200", "", "7200", "7200"]
    assert [row["over target"] for row in rows] == ["", "", "yes", ""]


@pytest.mark.parametrize(
    ("options", "releases"),
    [
        (("--service", "mail"), ["1.0"]),
        (("--rehearsals",), ["2.0.0", "2.1.0", "2.2.0", "1.0", "3.0"]),
        (("--since", "2026-03-16"), ["2.2.0", "1.0"]),
        (("--since", "2026-03-16T10:00:00+01:00"), ["2.2.0", "1.0"]),
        (("--since", "8w"), ["2.2.0", "1.0"]),
        (("--since", "50d"), ["1.0"]),
        (("--since", "1d"), []),
    ],
)
def test_what_is_counted(rollout_history: Print, tmp_path: Path, options: tuple[str, ...], releases: list[str]) -> None:
    _folder(tmp_path)
    assert [run["release"] for run in json.loads(rollout_history("--json", *options))["runs"]] == releases


@pytest.mark.parametrize("since", ["yesterday", "30", "2026-13-01", "2026-03-04T09:00", "99999d 1"])
def test_a_since_that_is_no_date(rollout_history: Print, since: str) -> None:
    assert "Give a date as 2026-03-04, or how long back as 30d or 12w." in rollout_history("--since", since, code=2)


def test_a_damaged_log_is_skipped_and_a_torn_one_counts(rollout_history: Print, tmp_path: Path) -> None:
    whole = Log(release="1").deployed().completed().write(tmp_path)
    damaged = Log(release="2", days=1).deployed().completed().write(tmp_path)
    damaged.write_bytes(damaged.read_bytes().replace(b'item = "tests"', b'item = "docs1"'))
    torn = Log(release="3", days=2).deployed().write(tmp_path)
    torn.write_bytes(torn.read_bytes()[:-30])
    beyond = Log(release="4", days=3).deployed()
    beyond.add(ev.RollbackStarted("bug", "x")).add(ev.RollbackFinished("restored", 10**17, 1)).write(tmp_path)
    found = json.loads(rollout_history("--json"))
    assert [run["release"] for run in found["runs"]] == ["1", "3"]
    assert "damaged: event 1, at byte" in found["skipped"][0]["problem"]
    assert found["skipped"][1]["problem"].startswith("makes no run: ")
    assert [each["log"] for each in found["torn"]] == [torn.name]
    assert f"interrupted  {torn.name}  ends in an incomplete entry" in rollout_history()
    assert whole.exists()


def test_a_folder_without_runs(rollout_history: Print, tmp_path: Path) -> None:
    assert rollout_history() == ""
    assert json.loads(rollout_history("--json"))["runs"] == []
    assert len(rollout_history("--csv").splitlines()) == 1
    assert main(["history", "--runs", str(tmp_path / "none")], SimulatedClock(NOW)) == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_log_says_acts_nowhere(rollout_history: Print, tmp_path: Path, text: str) -> None:
    log = _rolled_back(service=f"{text}", release=text, overrides=(text,), reason=text)
    log.write(tmp_path)
    Log(text, text, days=3).add(ev.ItemWaived("tests", text), by=text).write(tmp_path)
    (tmp_path / f"{text.replace('/', '')}.toml").write_text("")
    read = history.read(FolderRuns(tmp_path), NOW, None, None)
    printed = {name: render(name, read) for name in FORMATS}
    assert (printed["lines"], printed["csv"]) == (rollout_history(), rollout_history("--csv"))
    for out in printed.values():
        for line in out.split("\n"):
            assert all(unicodedata.category(char) not in {"Cc", "Cf"} for char in line), out
    for row in csv.reader(printed["csv"].splitlines()):
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_the_table_draws_each_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _folder(tmp_path)
    read = history.read(FolderRuns(tmp_path), NOW, None, None)
    for width, header in ((160, "pre-depl…"), (80, "stages, the longest")):
        monkeypatch.setenv("COLUMNS", str(width))
        table, _, _ = render("table", read).partition("total        ")
        lines = table.splitlines()
        assert any(header in line for line in lines)
        assert any("2.2.0" in line and "rolled-back" in line and (width == 80 or "1 back!" in line) for line in lines)
        assert any("median" in line and "4h 35m" in line for line in lines), lines
        assert any("█" in line for line in lines)
        assert max(map(len, lines)) <= width


def test_sparklines_and_short_spans() -> None:
    assert sparkline([0, 1, 7]) == "▁▂█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"
    spans = [0, 59, 60, 3600, 3660, 86_400, 90_000, 9_000_000]
    assert [short(timedelta(seconds=each)) for each in spans] == [
        "0s",
        "59s",
        "1m",
        "1h",
        "1h 1m",
        "1d",
        "1d 1h",
        "104d",
    ]
    assert short(None) == "·"


def test_a_bar_for_many_logs_on_a_terminal_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        Log(days=number).write(tmp_path)
    history.read(FolderRuns(tmp_path), NOW, None, None)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(history, "_MANY", 4)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    history.read(FolderRuns(tmp_path), NOW, None, None)
    drawn = capsys.readouterr().err
    assert drawn.endswith("\r\x1b[K")
    assert "] 3 of 4 logs" in drawn
