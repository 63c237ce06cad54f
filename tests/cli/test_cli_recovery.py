"""Damaged logs, failed syncs, other people's files and network file systems, told on the command line."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from rollout_tui.cli import options, progress, resume
from rollout_tui.journal import file, mounts
from rollout_tui.session import Session
from tests.cli.program import PLAN, Program
from tests.cli.test_cli_errors import _as_nobody


def _damaged(rollout: Program) -> tuple[str, int]:
    """A run whose second event was altered, and the byte at which that begins."""
    run = rollout.start()
    rollout("sign", run, "tests")
    rollout("note", run, "all fine")
    data = rollout.log(run).read_bytes()
    rollout.log(run).write_bytes(data.replace(b"all fine", b"all Fine"))
    return run, data.rindex(b"\n[[event]]")


def test_a_damaged_log_is_shown_up_to_the_damage(rollout: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    run, byte = _damaged(rollout)
    said = rollout.refused("resume", run, code=6)
    assert f"is damaged: event 2, at byte {byte}" in said
    assert f"rollout status {run}" in said
    shown: list[Session] = []
    monkeypatch.setattr("rollout_tui.tui.show_run", lambda session, **_: shown.append(session) or 3)
    for module in (resume, options):
        monkeypatch.setattr(module, "has_terminal", lambda: True)
    before = rollout.log(run).read_bytes()
    rollout("resume", run, code=6)
    assert shown[0].run.seq == 1
    assert shown[0].read_only == f"damaged at event 2, byte {byte}"
    assert f"event 2, at byte {byte}" in rollout.refused("sign", run, "docs", code=6)
    assert rollout.log(run).read_bytes() == before


def test_each_verdict_is_told_with_what_it_means(rollout: Program) -> None:
    run, byte = _damaged(rollout)
    torn = rollout.start("--reason", "again")
    rollout("sign", torn, "tests")
    rollout.log(torn).write_bytes(rollout.log(torn).read_bytes()[:-9])
    other = rollout.start("--reason", "again")
    rollout("verify", str(rollout.folder), str(PLAN), code=6)
    for words in ("damaged: from the place named", "torn: the last write", "open: every", "not-a-journal: this"):
        assert words in rollout.err
    found = {Path(each["path"]).stem: each for each in rollout.json("verify", str(rollout.folder), code=6)}
    assert (found[run]["verdict"], found[run]["damaged_event"], found[run]["damaged_byte"]) == ("damaged", 2, byte)
    assert (found[torn]["verdict"], found[torn]["damaged_event"]) == ("torn", 1)
    assert found[other]["holds"] is True
    assert "may have been later" in found[other]["meaning"]
    rollout("verify", other, "--expect-head", "0:0000", code=6)
    assert "altered: event 0 has the hash" in rollout.out
    assert "rewritten or shortened" in rollout.err


def test_many_logs_have_a_bar_on_a_terminal_alone(rollout: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        rollout.start("--reason", "again")
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1)
    rollout("verify", str(rollout.folder))
    assert "/3" not in rollout.err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    rollout("verify", str(rollout.folder))
    assert "verifying" in rollout.err
    assert "3/3" in rollout.err
    assert len(rollout.out.splitlines()) == 3


def test_a_failed_sync_names_the_command_that_saves_what_there_is(
    rollout: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    run = rollout.start()
    monkeypatch.setattr(file, "sync", fail)
    rollout("sign", run, "tests", code=1)
    assert "Unknown whether it was recorded" in rollout.err
    assert "Do not go on with this journal" in rollout.err
    assert f"cp -p {rollout.log(run)} /another/disk/{run}.toml && rollout verify" in rollout.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's file")
def test_a_log_of_someone_else_names_its_owner_and_mode(rollout: Program) -> None:
    run = rollout.start()
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        log = Path(shared) / f"{run}.toml"
        log.write_bytes(rollout.log(run).read_bytes())
        log.chmod(0o600)
        with _as_nobody():
            for command in (["sign", str(log), "tests"], ["status", str(log)], ["verify", str(log)]):
                rollout(*command, code=1)
                assert "it belongs to root, with mode 0600; you are nobody" in rollout.err
    assert "Ask its owner" in rollout.err


def test_a_network_file_system_is_warned_of(rollout: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    monkeypatch.setattr(mounts, "TABLE", table)
    for kind, warned in (("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("fuse.bind", False)):
        table.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/runs {tmp_path} {kind} rw 0 0\nnone / tmpfs rw 0 0\n")
        run = rollout.start("--reason", "again")
        assert (f"({kind})" in rollout.err) is warned
        rollout("sign", run, "tests")
        assert ("network file system" in rollout.err) is warned
    table.unlink()
    rollout("sign", run, "docs")
    assert "network" not in rollout.err


@pytest.mark.parametrize(
    ("place", "kind", "warned"),
    [
        (r"{}/on\040the\134net", "nfs", True),
        (r"{}/on\040the\134net", "fuse.ceph-fuse", True),
        (r"{}/on\040the\134net", "fuse.google-drive-ocamlfuse", True),
        (r"{}/on\040the\134net", "fuseblk", False),
        (r"{}/on\040the", "nfs", False),
    ],
)
def test_a_mounted_place_is_read_as_the_kernel_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, kind: str, warned: bool
) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/runs {place.format(tmp_path)} {kind} rw 0 0\n")
    monkeypatch.setattr(mounts, "TABLE", table)
    assert bool(mounts.warning(tmp_path / "on the\\net" / "run.toml")) is warned
