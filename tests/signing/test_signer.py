"""Signing by keys of every kind, wherever they lie: what comes of it verifies, and what can't be signed is said."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy

import pytest

from rollout_tui.errors import GivenUp, NotSigned
from rollout_tui.signing import ssh_keygen
from rollout_tui.signing.keys import read_file, read_line
from rollout_tui.signing.signer import Signer
from rollout_tui.signing.ssh_keygen import KeygenCall
from rollout_tui.sshsig import key_of, parse
from tests.signing.keyring import KINDS, NOT_TOUCHED, TOUCHED, StubAgent, is_good

WORDS = b'\n[[event]]\nkind = "item_signed"\n'
NAMESPACE = "test@rollout"
NO_AGENT = {name: value for name, value in os.environ.items() if name not in {"SSH_AUTH_SOCK", "TMUX"}}

Stub = Callable[..., StubAgent]


def _of_file(path: Path, environment: dict[str, str] = NO_AGENT) -> Signer:
    return Signer(read_file(path), path, environment)


def _signed(signer: Signer, folder: Path) -> str:
    signature = signer.sign(WORDS, NAMESPACE, KeygenCall())
    assert is_good(signature, WORDS, NAMESPACE, folder)
    assert not is_good(signature, WORDS + b" ", NAMESPACE, folder)
    assert key_of(signature) == signer.key
    return signature


def _why(signer: Signer, call: KeygenCall | None = None) -> NotSigned:
    with pytest.raises(NotSigned) as raised:
        signer.sign(WORDS, NAMESPACE, call or KeygenCall())
    assert raised.value.hint.startswith(("Nothing was recorded", "Install OpenSSH"))
    return raised.value


@pytest.mark.parametrize("name", [*KINDS, "certified"])
@pytest.mark.parametrize("suffix", ["", ".pub"])
def test_a_key_in_a_file_signs(keys: Path, tmp_path: Path, name: str, suffix: str) -> None:
    signer = _of_file(keys / f"{name}{suffix}")
    _signed(signer, tmp_path)
    printed = subprocess.run(("ssh-keygen", "-l", "-f", keys / name), capture_output=True, text=True, check=True).stdout
    assert signer.key == printed.split()[1]
    assert not signer.needs_touch


@pytest.mark.parametrize("name", [*KINDS, "certified", "certified-cert"])
def test_a_key_that_the_agent_alone_has_signs(keys: Path, agent: dict[str, str], tmp_path: Path, name: str) -> None:
    public = Path(copy(keys / f"{name}.pub", tmp_path))
    for path in (public, None):
        signer = Signer(read_file(public), path, agent)
        assert signer.private is None
        _signed(signer, tmp_path)


def test_a_key_whose_file_is_locked_signs_where_the_agent_has_it(
    keys: Path, agent: dict[str, str], tmp_path: Path
) -> None:
    locked = Path(copy(keys / "ed25519", tmp_path))
    subprocess.run(("ssh-keygen", "-q", "-p", "-N", "long forgotten", "-f", locked), check=True)
    assert "is locked" in _why(_of_file(locked)).message
    _signed(_of_file(locked, agent), tmp_path)


def test_a_certificate_signs_with_the_key_in_it(keys: Path, tmp_path: Path) -> None:
    signer = _of_file(keys / "certified-cert.pub")
    signature = _signed(signer, tmp_path)
    assert parse(signature).key_type == "ssh-ed25519-cert-v01@openssh.com"
    assert signer.key == _of_file(keys / "certified.pub").key


@pytest.mark.parametrize("flags", [TOUCHED, NOT_TOUCHED])
def test_a_security_key_says_whether_it_was_touched(stub_agent: Stub, tmp_path: Path, flags: int) -> None:
    agent = stub_agent(flags)
    signer = Signer(read_line(agent.line), None, agent.environment)
    assert signer.needs_touch
    assert parse(_signed(signer, tmp_path)).touched == bool(flags)


def test_a_key_that_waits_for_its_touch_can_be_given_up(stub_agent: Stub) -> None:
    agent = stub_agent()
    agent.touch.clear()
    signer, call = Signer(read_line(agent.line), None, agent.environment), KeygenCall()
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(signer.sign, WORDS, NAMESPACE, call)
        assert agent.asked.wait(10)
        call.end()
        assert isinstance(waiting.exception(10), GivenUp)
    # Whoever has given up is not asked again, and the next is.
    assert isinstance(_why(signer, call), GivenUp)
    agent.touch.set()
    assert signer.sign(WORDS, NAMESPACE, KeygenCall())


def test_who_waits_for_long_is_told(stub_agent: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, told = stub_agent(), []
    agent.touch.clear()
    monkeypatch.setattr(ssh_keygen, "SLOW_SECONDS", 0.001)

    def tell() -> None:
        told.append("touch it")
        agent.touch.set()

    Signer(read_line(agent.line), None, agent.environment).sign(WORDS, NAMESPACE, KeygenCall(tell))
    assert told == ["touch it"]


def test_a_key_that_nobody_touches_is_not_waited_for_without_end(
    stub_agent: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = stub_agent()
    agent.touch.clear()
    monkeypatch.setattr(ssh_keygen, "SLOW_SECONDS", 0.001)
    monkeypatch.setattr("rollout_tui.signing.signer.TOUCH_SECONDS", 0.002)
    assert "did not answer" in _why(Signer(read_line(agent.line), None, agent.environment)).message


def test_a_touch_that_the_key_did_not_get_is_said(stub_agent: Stub) -> None:
    agent = stub_agent()
    agent.refuses = True
    assert "was not touched in time" in _why(Signer(read_line(agent.line), None, agent.environment)).message


def test_what_can_not_be_signed_says_why_and_what_to_do(keys: Path, agent: dict[str, str], tmp_path: Path) -> None:
    locked = _why(_of_file(keys / "locked"))
    assert (locked.message, locked.exit_code) == (f"The key {keys / 'locked'} is locked.", 5)
    assert f"ssh-add {keys / 'locked'}" in locked.hint

    public = Path(copy(keys / "locked.pub", tmp_path))
    key = read_file(public).fingerprint
    assert _why(_of_file(public)).message == "No agent answers here: SSH_AUTH_SOCK is not set."
    gone = _why(_of_file(public, NO_AGENT | {"SSH_AUTH_SOCK": "/nowhere"}))
    assert gone.message == "No agent answers at /nowhere."
    assert _why(_of_file(public, agent)).message == f"The agent does not have the key {key}."

    elsewhere = {"PATH": str(tmp_path)}
    assert "ssh-keygen can't be started" in _why(_of_file(public, elsewhere)).message
    _program(tmp_path / "ssh-keygen", "echo 'ssh-keygen: unknown option -- Y' >&2; exit 1")
    assert _why(_of_file(public, elsewhere)).message == "This ssh-keygen is too old to sign."
    _program(tmp_path / "ssh-keygen", "echo 'device not found' >&2; exit 1")
    assert _why(_of_file(public, elsewhere)).message == "ssh-keygen did not sign: device not found."
    _program(tmp_path / "ssh-keygen", "echo done")
    assert _why(_of_file(public, elsewhere)).message == f"ssh-keygen gave no signature by the key {key}."


def test_the_agent_is_looked_for_anew_where_tmux_knows_a_newer_one(
    keys: Path, agent: dict[str, str], tmp_path: Path
) -> None:
    newest = agent["SSH_AUTH_SOCK"]
    _program(tmp_path / "tmux", f'[ "$1 $2" = "show-environment SSH_AUTH_SOCK" ] && echo SSH_AUTH_SOCK={newest}')
    stale = agent | {"SSH_AUTH_SOCK": str(tmp_path / "gone"), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    public = Path(copy(keys / "rsa.pub", tmp_path))
    assert "No agent answers" in _why(_of_file(public, stale)).message
    assert _of_file(public, stale | {"TMUX": "/tmp/tmux-0/default,1,0"}).sign(WORDS, NAMESPACE, KeygenCall())


def test_a_file_that_is_no_key_is_said(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "poem").write_text("Rose, oh reiner Widerspruch")
    (tmp_path / "cut").write_text((keys / "rsa").read_text()[:90])
    for name, said in {"poem": "is no SSH key", "cut": "is no SSH key", "none": "can't be read: No such file"}.items():
        with pytest.raises(NotSigned, match=said):
            read_file(tmp_path / name)
    # Named as ssh names it, where only the public part is here.
    copy(keys / "rsa.pub", tmp_path)
    assert read_file(tmp_path / "rsa") == read_file(keys / "rsa")


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
