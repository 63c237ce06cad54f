"""The contract of runs and stores, for a folder of files and for runs in memory."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from rollout_tui.journal.evidence import folder_of
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.protocols import RunRef, Runs, Store
from tests.runs.contract_damage import DamageContract, How, Tamper, tampered
from tests.runs.contract_runs import RunsContract
from tests.runs.contract_store import LoseAnswer, LostAnswerContract, StoreContract
from tests.runs.memory import MemoryRuns, MemoryStore


class InFolder:
    @pytest.fixture
    def runs(self, tmp_path: Path) -> Runs:
        return FolderRuns(tmp_path / "runs")

    @pytest.fixture
    def tamper(self, runs: Runs) -> Tamper:
        def tamper(ref: RunRef, how: How) -> None:
            path = Path(ref.place)
            if how == "lose-run":
                path.unlink()
            elif how == "lose-evidence":
                shutil.rmtree(folder_of(path))
            elif how == "alter-evidence":
                (file,) = folder_of(path).iterdir()
                file.write_bytes(file.read_bytes().swapcase())
            else:
                data, starts = path.read_bytes(), [*runs.read(ref).starts, None]
                blocks = [data[start:end] for start, end in pairwise(starts)]
                path.write_bytes(b"".join(tampered(blocks, how)))

        return tamper


class InMemory:
    @pytest.fixture
    def runs(self) -> Runs:
        return MemoryRuns()

    @pytest.fixture
    def tamper(self, runs: MemoryRuns) -> Tamper:
        def tamper(ref: RunRef, how: How) -> None:
            kept = runs.kept(ref)
            if how == "lose-run":
                del runs.runs[ref.place]
            elif how == "lose-evidence":
                kept.files.clear()
            elif how == "alter-evidence":
                kept.files = {name: data.swapcase() for name, data in kept.files.items()}
            else:
                kept.blocks = tampered(kept.blocks, how)

        return tamper

    @pytest.fixture
    def lose_answer(self) -> LoseAnswer:
        def lose(store: Store, is_kept: bool) -> None:
            assert isinstance(store, MemoryStore)
            store.lost_answers.append(is_kept)

        return lose


class TestFileStore(InFolder, StoreContract):
    """A journal open for appending."""


class TestFolder(InFolder, RunsContract):
    """A folder of journals."""


class TestFolderTouched(InFolder, DamageContract):
    """A folder of journals that somebody edits."""


class TestMemoryStore(InMemory, StoreContract):
    """A run in memory."""


class TestMemoryStoreFarAway(InMemory, LostAnswerContract):
    """A run in memory whose answers get lost."""


class TestMemory(InMemory, RunsContract):
    """Runs in memory."""


class TestMemoryTouched(InMemory, DamageContract):
    """Runs in memory that somebody edits."""
