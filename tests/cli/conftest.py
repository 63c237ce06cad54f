"""Each test has a folder of runs of its own, and acts as alice."""

from pathlib import Path

import pytest

from tests.cli.program import Program


@pytest.fixture
def rollout(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROLLOUT_OPERATOR", "alice")
    monkeypatch.setenv("ROLLOUT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    return Program(tmp_path / "runs", capsys)
