"""What opens a screen, and going on after a crash. The screens themselves are played by a stand-in."""

from pathlib import Path

import pytest

from rollout_tui.cli import options, resume
from rollout_tui.run import evolve
from rollout_tui.runs.protocols import Runs
from rollout_tui.session import Session
from tests.cli.program import PLAN, Program


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs whose screens were opened (or the home screen)."""
    seen: list[str] = []

    def show_run(session: Session, **_: object) -> int:
        seen.append(session.run.id)
        return 3

    def show_home(runs: Runs, *_: object, **__: object) -> int:
        seen.append(f"home of {Path(runs.where).name}")
        return 0

    monkeypatch.setattr("rollout_tui.tui.show_run", show_run)
    monkeypatch.setattr("rollout_tui.tui.show_home", show_home)
    for file in (resume, options):
        monkeypatch.setattr(file, "has_terminal", lambda: True)
    return seen


def test_run_resume_and_home_open_a_screen(rollout: Program, opened: list[str]) -> None:
    rollout("run", str(PLAN), code=3)
    rollout("resume", code=3)
    rollout()
    run = "2026-03-04-payments-3.1.0-1"
    assert opened == [run, run, "home of runs"]


@pytest.mark.parametrize(
    ("answer", "shown"), [pytest.param("y", 2, id="resumes it"), pytest.param("", 1, id="starts nothing")]
)
def test_a_second_start_offers_the_unfinished_run(
    rollout: Program, opened: list[str], monkeypatch: pytest.MonkeyPatch, answer: str, shown: int
) -> None:
    rollout("run", str(PLAN), code=3)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    rollout("run", str(PLAN), code=3)
    assert opened == ["2026-03-04-payments-3.1.0-1"] * shown
    assert len(list(rollout.log("any").parent.glob("*.toml"))) == 1


def test_a_run_that_is_resumed_is_folded_once(
    rollout: Program, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rollout.start()
    folded: list[str] = []
    begin = evolve.begin
    monkeypatch.setattr("rollout_tui.runs.replay.begin", lambda header: (folded.append(run), begin(header))[1])
    rollout("resume", run, code=3)
    assert opened == folded == [run]


def test_options_without_a_command_are_homes(rollout: Program, opened: list[str]) -> None:
    rollout("--runs", "elsewhere", "--as", "bob")
    assert opened == ["home of elsewhere"]


def _torn(rollout: Program) -> tuple[str, bytes]:
    """A run whose last entry was written in part, and its log."""
    run = rollout.start()
    rollout("sign", run, "tests")
    rollout("sign", run, "docs")
    data = rollout.log(run).read_bytes()[:-40]
    rollout.log(run).write_bytes(data)
    return run, data


def test_a_torn_log_is_recovered_when_agreed(
    rollout: Program, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, data = _torn(rollout)
    monkeypatch.setattr("builtins.input", lambda question: print(question) or "y")
    rollout("resume", code=3)
    assert "Go on? [y/N]" in rollout.out
    assert "incomplete entry of" in rollout.err
    assert "after event 1." in rollout.err
    assert "recorded #2 " in rollout.out
    assert opened == [run]
    (kept,) = rollout.folder.glob("*.torn-*")
    assert data.endswith(kept.read_bytes())
    assert rollout.json("status", run)["problem"] is None
    rollout("sign", run, "docs")
    rollout("verify", run)


@pytest.mark.parametrize("typed", ["n", "", None])
def test_a_torn_log_is_left_when_not_agreed(
    rollout: Program, opened: list[str], monkeypatch: pytest.MonkeyPatch, typed: str | None
) -> None:
    def answer(_question: str) -> str:
        if typed is None:
            raise EOFError
        return typed

    run, data = _torn(rollout)
    monkeypatch.setattr("builtins.input", answer)
    rollout("resume", run, code=6)
    assert "Left as it is." in rollout.err
    assert rollout.log(run).read_bytes() == data
    assert opened == []


def test_without_a_terminal_a_torn_log_names_the_option(rollout: Program) -> None:
    run, _ = _torn(rollout)
    assert f"rollout resume {run} --recover" in rollout.refused("resume", run, code=6)
    assert "recorded #2 " in rollout("resume", run, "--recover")
    rollout.refused("resume", run, "--recover", code=8)
    rollout("sign", run, "docs")
