"""Journeys: the real program in a real terminal, with keys and awaited texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.place import Place
from tests.end_to_end.terminal import MISSING


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A working folder with the plans in it, as a release manager has it."""
    if MISSING:
        pytest.skip(MISSING)
    return Place(tmp_path)
