"""A damaged log opens read-only up to its damage, and after a sync that failed nobody goes on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rollout_tui.journal import file, mounts
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.question import Question
from rollout_tui.tui.screens.run import RunScreen
from tests.runs import runs_folder
from tests.tui.stage import REASON, Staged, home


def _damage(staged: Staged) -> int:
    """Alter the last of three events, and give the byte at which its block begins."""
    staged.do(intents.Sign("tests")).do(intents.Sign("docs")).do(intents.Note("see the ledger"))
    data = staged.path.read_bytes()
    staged.path.write_bytes(data.replace(b"see the ledger", b"see the Ledger"))
    return data.rindex(b"\n[[event]]")


async def test_a_damaged_log_opens_from_home_up_to_the_damage_and_takes_nothing(staged: Staged, tmp_path: Path) -> None:
    byte = _damage(staged)
    before = staged.path.read_bytes()
    async with home(staged.folder, tmp_path / "none") as show:
        rows = show.rows()
        while rows.key != str(staged.path):
            await show.press("j")
        await show.press("enter")
        assert isinstance(show.screen, RunScreen), show.said()
        assert f"READ-ONLY: damaged at event 3, byte {byte}" in show.text()
        assert show.run.seq == 2
        for key in ("space", "S", "m", "x", "w", "d", "u", "n", "N", "U", "t", "h", "R", "s", "r", "K", "c", "A"):
            await show.press(key)
            assert "The log is read-only: damaged at event 3" in show.said(), key
            assert type(show.screen) is RunScreen, key
        await show.app.look()
        assert show.app.worker.read_only
    assert staged.path.read_bytes() == before


async def test_an_event_that_does_not_fit_is_damage_too(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    staged.do(intents.Sign("tests"))
    monkeypatch.setattr("rollout_tui.session.decide", lambda *_: ev.ItemSigned("no-such-item"))
    monkeypatch.setattr("rollout_tui.session.fold_more", lambda run, _: run)
    staged.do(intents.Sign("docs"))
    monkeypatch.undo()
    found = runs_folder.read(staged.path)
    assert found.run is not None
    assert found.run.seq == 1
    assert found.damage is not None
    assert (found.damage.seq, found.damage.offset) == (2, staged.path.read_bytes().rindex(b"\n[[event]]"))
    assert "no-such-item" in found.problem


def _failing_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(file, "sync", fail)


async def test_a_sync_that_fails_ends_it_and_offers_a_copy(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    staged.do(intents.Sign("tests"))
    async with staged.shown(size=(120, 36)) as show:
        _failing_sync(monkeypatch)
        await show.press("space")
        monkeypatch.undo()
        monkeypatch.setenv("HOME", str(tmp_path))
        assert isinstance(show.screen, Question)
        assert "Unknown whether it was recorded" in show.text()
        assert "Do not go on with this journal" in show.text()
        assert "│ Its entries can be copied" in show.text()
        assert list(tmp_path.glob("*.copy-*.toml")) == []
        await show.press("y")
        (copy,) = tmp_path.glob("*.copy-*.toml")
        assert "Copied to" in show.said()
        assert runs_folder.read(copy).problem == ""
        assert "do not go on" in show.line("#receipt")
        assert "READ-ONLY: unknown whether the last entry was recorded" in show.text()
        size = staged.path.stat().st_size
        await show.press("j", "space")
        assert "read-only" in show.said()
        assert staged.path.stat().st_size == size


async def test_a_sync_that_fails_under_a_form_says_so_too(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged.shown(size=(120, 36)) as show:
        await show.press("x")
        await show.fill(REASON)
        _failing_sync(monkeypatch)
        await show.press("ctrl+s")
        monkeypatch.undo()
        assert isinstance(show.screen, Question)
        await show.press("n")
        assert isinstance(show.screen, IntentForm)
        await show.press("ctrl+s")
        assert "read-only" in show.error()
        await show.press("escape")
        assert isinstance(show.screen, RunScreen)
        assert "READ-ONLY: unknown" in show.text()


async def test_a_network_file_system_is_said_when_a_run_opens(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/runs {str(tmp_path).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(mounts, "TABLE", table)
    staged.session = runs_folder.resume(staged.path, staged.clock, staged.session.operator)
    async with staged.shown() as show:
        assert "network file system (nfs4)" in show.said()
