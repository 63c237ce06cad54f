"""The lines that FORMAT.md and the README give to verify one event by hand do so, and see what was changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rollout_tui.journal import blocks
from tests.signing.signed_log import ALICE, CAROL, SIGNERS, start

ROOT = Path(__file__).parents[2]
PAGES = {"FORMAT.md": Path(blocks.__file__).with_name("FORMAT.md"), "README.md": ROOT / "README.md"}

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


def lines_of(page: str) -> str:
    (found,) = (each for each in re.findall(r"```sh\n(.*?)```", PAGES[page].read_text(), re.DOTALL) if "awk" in each)
    return str(found)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TZ": "Asia/Tokyo"},
    )


def filled(script: str, number: int = 2, who: str = "alice@example.com") -> str:
    return re.sub(
        r"\b(LOG|N|SIGNERS|WHO)\b",
        lambda found: {"LOG": "log.toml", "N": str(number), "SIGNERS": "signers", "WHO": who}[found[1]],
        script,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = start(ALICE).say("bob").say("alice", ALICE, text='a "note"\n[[event]]\nseq = 2\n').say("carol", CAROL)
    (tmp_path / "log.toml").write_bytes(log.data)
    (tmp_path / "signers").write_text(SIGNERS)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_one_event_is_verified_by_hand(page: str, folder: Path) -> None:
    done = run(filled(lines_of(page)), folder)
    assert "Good " in done.stdout, done
    assert done.returncode == 0


@pytest.mark.parametrize("page", PAGES)
def test_what_was_changed_is_seen_by_hand(page: str, folder: Path) -> None:
    path = folder / "log.toml"
    path.write_bytes(path.read_bytes().replace(b'a \\"note', b'a \\"joke'))
    done = run(filled(lines_of(page)), folder)
    assert done.returncode != 0
    assert "Good " not in done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_a_key_that_had_expired_is_seen_by_hand(page: str, folder: Path) -> None:
    assert run(filled(lines_of(page), 3, "carol@example.com"), folder).returncode != 0


def test_a_header_is_verified_by_hand(folder: Path) -> None:
    script = filled(lines_of("FORMAT.md")).splitlines()
    script[0] = "sed '/^hash = /q' log.toml > event"
    done = run("\n".join(script).replace("rollout-event", "rollout-header"), folder)
    assert "Good " in done.stdout, done
