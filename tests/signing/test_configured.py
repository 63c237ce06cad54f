"""Which key signs, and where the file of allowed signers lies: as the user says, else as git does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rollout_tui.errors import NotSigned
from rollout_tui.settings import Settings
from rollout_tui.signing.configured import need_signer, signer, signers_file
from rollout_tui.signing.keys import read_file
from rollout_tui.signing.ssh_keygen import KeygenCall
from tests.signing.signed_log import ALICE


@pytest.fixture
def home(tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with keys, and a git that nobody configured."""
    for each in keys.iterdir():
        if each.is_file():
            (tmp_path / each.name).write_bytes(each.read_bytes())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _git(**settings: str) -> None:
    for name, value in settings.items():
        subprocess.run(("git", "config", "--global", name.replace("__", "."), value), check=True)


def _key(settings: Settings) -> str:
    found = signer(settings, "alice")
    return found.key if found else ""


def test_the_user_s_own_key_comes_before_git_s(home: Path) -> None:
    of = {name: read_file(home / f"{name}.pub").fingerprint for name in ("ed25519", "ecdsa", "rsa", "certified")}
    assert _key(Settings()) == ""
    _git(user__signingKey="~/rsa.pub")
    assert _key(Settings()) == ""
    _git(gpg__format="ssh")
    assert _key(Settings()) == of["rsa"]
    assert _key(Settings(key="~/ecdsa")) == of["ecdsa"]
    for line in ((home / "ed25519.pub").read_text(), f"key::{(home / 'certified-cert.pub').read_text()}"):
        _git(user__signingKey=line)
        assert _key(Settings()) == _key(Settings(key=line)) in (of["ed25519"], of["certified"])


def test_git_may_ask_a_command_for_the_key(home: Path) -> None:
    _git(gpg__format="ssh", gpg__ssh__defaultKeyCommand="cat 'ecdsa.pub' rsa.pub")
    assert _key(Settings()) == read_file(home / "ecdsa").fingerprint
    for command, said in {
        "echo none": "does not name a key",
        "false": "exit status 1",
        "'": "No closing quotation",
    }.items():
        _git(gpg__ssh__defaultKeyCommand=command)
        with pytest.raises(NotSigned, match=said):
            _sign(Settings())


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("~/nowhere", "can't be read"),
        ("ssh-ed25519 AAAA", "is no public line"),
        (ALICE.line[:-4], "is no public line"),
        ("key::poem", "is no public line"),
    ],
)
def test_a_key_that_can_not_be_read_is_said_when_it_should_sign(key: str, said: str) -> None:
    assert signer(Settings(key=key), "alice") is not None
    with pytest.raises(NotSigned, match=said) as raised:
        _sign(Settings(key=key))
    assert "config.toml" in raised.value.hint


@pytest.mark.usefixtures("home")
def test_who_wants_everything_signed_needs_a_key() -> None:
    with pytest.raises(NotSigned, match="No key is configured"):
        need_signer(Settings(sign="always"), "alice").sign(b"words", "test@rollout", KeygenCall())


def test_the_file_of_signers_is_named_by_the_call_the_user_or_git(home: Path) -> None:
    assert signers_file(Settings()) is None
    _git(gpg__ssh__allowedSignersFile="~/of-git")
    assert signers_file(Settings()) == home / "of-git"
    assert signers_file(Settings(signers="~/own")) == home / "own"
    assert signers_file(Settings(signers="~/own"), "named") == Path("named")


@pytest.mark.parametrize(
    ("listed", "who", "signs"),
    [
        ("alice@example.com", "alice", True),
        ("alice@example.com", "Alice Moreau", False),
        ("alice@example.com", "bob", False),
        ("alice@example.com,bob", "bob", True),
    ],
)
def test_a_key_that_is_somebody_else_s_signs_nothing(home: Path, listed: str, who: str, *, signs: bool) -> None:
    kind, key = (home / "ed25519.pub").read_text().split()[:2]
    (home / "signers").write_text(f"{listed} {kind} {key}\n")
    (home / "ed25519").chmod(0o600)
    settings = Settings(key="~/ed25519", signers="~/signers")
    if signs:
        assert need_signer(settings, who).sign(b"words", "test@rollout", KeygenCall())
        return
    with pytest.raises(NotSigned, match=f"is alice@example.com's by .*/signers, and you act as {who}") as raised:
        need_signer(settings, who).sign(b"words", "test@rollout", KeygenCall())
    assert "--as" in raised.value.hint
    (home / "signers").write_text(f"{listed} {kind} {key} {who}\n")
    assert need_signer(settings, who).sign(b"words", "test@rollout", KeygenCall())


def test_a_signers_file_that_can_not_be_read_keeps_nobody_from_signing(home: Path) -> None:
    (home / "ed25519").chmod(0o600)
    (home / "signers").write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    settings = Settings(key="~/ed25519", signers="~/signers")
    assert need_signer(settings, "alice").sign(b"words", "test@rollout", KeygenCall())


def _sign(settings: Settings) -> None:
    found = signer(settings, "alice")
    assert found
    found.sign(b"words", "test@rollout", KeygenCall())
