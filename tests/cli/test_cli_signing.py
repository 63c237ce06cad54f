"""Signing from the command line: as the options say, else as the user configured; and what `rollout whoami` says."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.cli import signing
from rollout_tui.journal.blocks import EVENT_NAMESPACE, HEADER_NAMESPACE
from rollout_tui.run.events import Entry
from rollout_tui.signing.keys import read_file
from tests.cli.program import PLAN, Program
from tests.runs import runs_folder
from tests.signing import keyring


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keyring.make(tmp_path_factory.mktemp("keys"), "alice")


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[keyring.StubAgent]:
    agent = keyring.StubAgent(tmp_path)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(agent.path))
    yield agent
    agent.close()


def _configure(folder: Path, *lines: str) -> None:
    (folder / "config" / "rollout").mkdir(parents=True, exist_ok=True)
    (folder / "config" / "rollout" / "config.toml").write_text("\n".join(lines))


def _last(rollout: Program, run: str) -> Entry:
    return runs_folder.read(rollout.log(run)).entries[-1]


def _is_signed(entry: Entry, folder: Path) -> bool:
    namespace = EVENT_NAMESPACE if entry.seq else HEADER_NAMESPACE
    return bool(entry.signature) and keyring.is_good(entry.signature, entry.words, namespace, folder)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal on which everything is agreed to; what was asked."""
    questions: list[str] = []
    monkeypatch.setattr(signing, "has_terminal", lambda: True)
    monkeypatch.setattr(signing, "is_agreed", lambda question: not questions.append(question))
    return questions


def test_what_stands_unsigned_is_not_signed_by_asking_again(rollout: Program, key: Path, tmp_path: Path) -> None:
    _configure(tmp_path, f'key = "{key}"')
    run = rollout.start("--no-sign")
    rollout("sign", run, "tests", "--no-sign")
    assert rollout("sign", run, "tests", "--sign").startswith("already recorded #1 ")
    assert "Nobody signed that entry, and it stays so" in rollout.err
    rollout("sign", run, "tests", "--no-sign")
    assert "Nobody signed" not in rollout.err


def test_what_is_recorded_is_signed_where_the_options_or_the_user_say_so(
    rollout: Program, key: Path, tmp_path: Path
) -> None:
    _configure(tmp_path, f'key = "{key}"')
    run = rollout.start("--sign")
    assert _is_signed(_last(rollout, run), tmp_path)
    rollout("note", run, "by the way")
    assert not _last(rollout, run).signature
    recorded = rollout("sign", run, "tests", "--sign")
    assert f"✎ by the key {read_file(key).fingerprint}" in recorded
    assert _is_signed(_last(rollout, run), tmp_path)
    assert _last(rollout, run).extras.meaning == "performed"
    _configure(tmp_path, f'key = "{key}.pub"', 'sign = "always"')
    assert rollout.json("note", run, "by the way")["key"] == read_file(key).fingerprint
    assert _is_signed(_last(rollout, run), tmp_path)
    rollout("note", run, "by the way", "--no-sign")
    assert not _last(rollout, run).signature
    _configure(tmp_path, f'key = "{key}"', 'sign = "never"')
    rollout("note", run, "by the way")
    assert not _last(rollout, run).signature
    assert "--sign" in rollout.refused("note", run, "by the way", "--sign", "--no-sign", code=2)
    rollout("verify", run)


def test_a_redline_is_signed(rollout: Program, key: Path, tmp_path: Path) -> None:
    _configure(tmp_path, f'key = "{key}"')
    run = rollout.start()
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN.read_text().replace("Payments", "Payment"))
    rollout("redline", run, str(plan), "--reason", "a typo", "--sign")
    assert _is_signed(_last(rollout, run), tmp_path)


def test_what_can_not_be_signed_is_not_recorded(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    assert "No key is configured to sign with." in rollout.refused("note", run, "x", "--sign", code=5)
    _configure(tmp_path, 'sign = "always"', 'key = "/nowhere/key"')
    assert "/nowhere/key can't be read" in rollout.refused("note", run, "x", code=5)
    locked = keyring.make(tmp_path, "locked", passphrase="long forgotten")
    _configure(tmp_path, 'sign = "always"', f'key = "{locked}"')
    said = rollout.refused("note", run, "x", code=5)
    assert f"The key {locked} is locked." in said
    assert "--no-sign" in said
    # What the run refuses is refused before any key is asked for.
    assert "is locked" not in rollout.refused("go", run)


def test_a_mistake_in_how_to_sign_is_told(rollout: Program, tmp_path: Path) -> None:
    run = rollout.start()
    _configure(tmp_path, 'sign = "alway"')
    rollout("note", run, "x")
    assert 'sign: found "alway", expected "ask", "always" or "never"' in rollout.err


def test_a_script_is_asked_nothing_and_pays_for_no_git(
    rollout: Program, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(tmp_path, f'key = "{key}"')
    run = rollout.start()
    monkeypatch.setattr("rollout_tui.identity.ask_git", lambda *_: pytest.fail("git was asked"))
    monkeypatch.setattr("rollout_tui.signing.configured.ask_git", lambda *_: pytest.fail("git was asked"))
    rollout("note", run, "x")
    monkeypatch.setattr(signing, "has_terminal", lambda: True)
    rollout("note", run, "x", "--no-sign")
    _configure(tmp_path, 'sign = "never"')
    rollout("note", run, "x")
    assert not any(each.signature for each in runs_folder.read(rollout.log(run)).entries)


def test_a_terminal_is_asked_where_there_is_a_key(
    rollout: Program, key: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rollout.start()
    rollout("note", run, "x")
    assert asked == []
    _configure(tmp_path, f'key = "{key}"')
    rollout("note", run, "x")
    assert asked == [f"Sign it by your key {read_file(key).fingerprint} (ssh-ed25519)?"]
    assert _is_signed(_last(rollout, run), tmp_path)
    monkeypatch.setattr(signing, "is_agreed", lambda _: False)
    rollout("note", run, "x")
    assert not _last(rollout, run).signature
    _configure(tmp_path, 'key = "/nowhere/key"')
    rollout("note", run, "x")
    assert "Not signed: The key /nowhere/key can't be read" in rollout.err


def test_who_has_set_up_git_to_sign_has_set_up_this(rollout: Program, key: Path, tmp_path: Path) -> None:
    (tmp_path / "gitconfig").write_text(f'[gpg]\nformat = ssh\n[user]\nsigningKey = "{key}.pub"\n')
    run = rollout.start("--sign")
    assert _is_signed(_last(rollout, run), tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_up_a_key_and_leaves_neither_an_entry_nor_a_process_behind(
    rollout: Program,
    agent: keyring.StubAgent,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    _configure(tmp_path, f'key = "{agent.line}"')
    run = rollout.start()
    agent.touch.clear()
    told: list[str] = []
    begun: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen(*arguments, **options))
        return begun[-1]

    def interrupt(text: str) -> None:
        told.append(text)
        signal.raise_signal(number)

    with monkeypatch.context() as waiting:
        waiting.setattr("rollout_tui.signing.ssh_keygen.SLOW_SECONDS", 0.001)
        waiting.setattr("rollout_tui.signing.ssh_keygen.Popen", begin)
        waiting.setattr(signing, "tell", interrupt)
        assert "Given up" in rollout.refused("note", run, "x", "--sign", code=128 + number)
    assert told == ["Touch your key … (ctrl-c gives up)"]
    assert [each.returncode for each in begun] == [-signal.SIGKILL]
    # Nor is a file: the key that the agent alone has has no name in any folder.
    assert isinstance(begun[0].args, tuple)
    assert str(begun[0].args[-1]).startswith("/dev/fd/")
    agent.touch.set()
    rollout("note", run, "x", "--sign")
    assert _is_signed(_last(rollout, run), tmp_path)


def test_whoami_says_by_which_key_one_signs_and_who_knows_it(rollout: Program, key: Path, tmp_path: Path) -> None:
    said = rollout("whoami")
    assert "name      alice\n" in said
    assert "can sign  no: no key is configured" in said
    assert "there is no signers file" in said
    line = key.with_suffix(".pub").read_text()
    (tmp_path / "signers").write_text(f"alice@example.com {' '.join(line.split()[:2])} Alice Smith\n")
    _configure(tmp_path, f'key = "{key}"', f'signers = "{tmp_path / "signers"}"', 'sign = "always"')
    fingerprint = read_file(key).fingerprint
    said = rollout("whoami")
    assert f"key       {fingerprint}  ssh-ed25519  {key}\n" in said
    assert "can sign  yes: tried\n" in said
    assert "signs     always" in said
    assert f"known as  alice@example.com (Alice Smith), in {tmp_path / 'signers'}\n" in said
    assert "who is not bob" in rollout("whoami", "--as", "bob", code=5)
    found = rollout.json("whoami")
    assert found["key"] == {"fingerprint": fingerprint, "kind": "ssh-ed25519", "needs_touch": False, "file": str(key)}
    assert (found["can_sign"], found["sign"], found["name"]) == (True, "always", "alice")
    assert found["signers"]["principals"] == ["alice@example.com"]


def test_whoami_says_why_a_key_would_not_sign_and_touches_none(
    rollout: Program, agent: keyring.StubAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = keyring.make(tmp_path, "locked", passphrase="long forgotten")
    _configure(tmp_path, f'key = "{locked}"')
    assert f"can sign  no: The key {locked} is locked." in rollout("whoami", code=5)
    assert rollout.err == f"ssh-add {locked} gives it to the agent.\n"
    _configure(tmp_path, f'key = "{agent.line}"')
    assert "not tried, since it has to be touched: the agent has it" in rollout("whoami")
    assert not agent.asked.is_set()
    assert rollout.json("whoami")["can_sign"] is None
    monkeypatch.delenv("SSH_AUTH_SOCK")
    assert "no: neither the agent has it nor a file leads to it" in rollout("whoami", code=5)
