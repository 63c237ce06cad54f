"""Screens without waiting: no polling by the wall clock, no pauses until the machine is idle."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.tui.stage import Staged


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def briefly(min_sleep: float = 0, max_sleep: float = 0) -> None:  # noqa: ARG001 (Textual's own names)
        for _ in range(4):
            await asyncio.sleep(0)

    monkeypatch.setattr("textual.app.wait_for_idle", briefly)
    monkeypatch.setattr("textual.pilot.wait_for_idle", briefly)
    monkeypatch.setattr("rollout_tui.tui.app.LOOK_SECONDS", 3600)
    monkeypatch.setattr("rollout_tui.tui.type_ahead.PAUSE", 0)
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr("rollout_tui.tui.receipts.SLOW_SECONDS", 0.001)


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    """A run of the shop's plan that has just begun."""
    return Staged(tmp_path)
