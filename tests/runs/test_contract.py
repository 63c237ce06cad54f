"""The contract of runs and stores, for a folder of files and for runs in memory."""

from pathlib import Path

import pytest

from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import Runs
from tests.runs.contract_runs import RunsContract, StoreContract
from tests.runs.memory import MemoryRuns


class InFolder:
    @pytest.fixture
    def runs(self, tmp_path: Path) -> Runs:
        return FolderRuns(tmp_path / "runs")


class InMemory:
    @pytest.fixture
    def runs(self) -> Runs:
        return MemoryRuns()


class TestFileStore(InFolder, StoreContract):
    """A journal open for appending."""


class TestFolder(InFolder, RunsContract):
    """A folder of journals."""


class TestMemoryStore(InMemory, StoreContract):
    """A run in memory."""


class TestMemory(InMemory, RunsContract):
    """Runs in memory."""
