"""What other rooms lend, and a profile that tries 500 plans: `pytest tests/plan/markdown --hypothesis-profile=many`."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.cli.program import Program

settings.register_profile("many", max_examples=500)


@pytest.fixture
def rollout(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROLLOUT_OPERATOR", "alice")
    monkeypatch.setenv("ROLLOUT_RUNS", str(tmp_path / "runs"))
    return Program(tmp_path / "runs", capsys)
