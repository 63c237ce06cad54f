"""Whose key is whose: a file of signers is read as ssh-keygen reads it, and names are compared as people write them."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rollout_tui.errors import UsageError
from rollout_tui.signing.signers import Signers, load, read
from rollout_tui.sshsig import armored
from tests.signing.signed_log import ALICE, AUTHORITY, BOB, NOON
from tests.signing.soft_keys import EVENT, SoftKey

KEY = ALICE.line


def of(text: str) -> Signers:
    return read(text.encode().split(b"\n"), "signers")


def standing(text: str, by: str, at: datetime = NOON, key: SoftKey = ALICE, purpose: str = EVENT) -> str:
    found = of(text)
    assert not found.mistakes
    return found.find(key.wire, by, at, purpose).standing


@pytest.mark.parametrize(
    ("line", "by"),
    [
        (f"alice@example.com {KEY}", "alice@example.com"),
        (f"alice@example.com {KEY}", "alice"),
        (f"alice@example.com {KEY}", " ALICE "),
        (f"bob,alice@example.com {KEY}", "alice"),
        (f"alice {KEY} Alice de la Tour", "alice de  la tour"),
        (f"*@example.com {KEY}", "alice@example.com"),
        (f"al?ce {KEY}", "alice"),
        (f"!bob@example.com,* {KEY}", "alice"),
        (f'"alice b" {KEY}', "alice b"),
        (f'namespaces namespaces="rollout-*" {KEY}', "namespaces"),
        (f'alice NAMESPACES="git,rollout-event/?@rollout" {KEY}', "alice"),
        (f"\t alice \t {KEY}\r", "alice"),
        (f"bob {KEY}\nalice {KEY}", "alice"),
    ],
)
def test_a_key_is_listed_for_a_name(line: str, by: str) -> None:
    assert standing(line, by) == "listed"


@pytest.mark.parametrize(
    ("line", "by", "said"),
    [
        (f"alice@example.com {KEY}", "alicia", "somebody-else"),
        (f"alice@example.com {KEY}", "example.com", "somebody-else"),
        (f"alice@example.com {KEY}", "", "somebody-else"),
        (f"*@example.com {KEY}", "alice", "somebody-else"),
        (f"!alice@example.com,* {KEY}", "alice", "somebody-else"),
        (f"[a]lice {KEY}", "alice", "somebody-else"),
        (f"deploy {KEY} root@bastion", "root", "somebody-else"),
        (f"alice {BOB.line}", "alice", "nobody"),
        (f'alice namespaces="git" {KEY}', "alice", "nobody"),
        (f'alice namespaces="!rollout-*,*" {KEY}', "alice", "nobody"),
        (f"alice cert-authority {KEY}", "alice", "nobody"),
        (f"# alice {KEY}", "alice", "nobody"),
    ],
)
def test_a_key_is_not_listed_for_a_name(line: str, by: str, said: str) -> None:
    assert standing(line, by) == said


@pytest.mark.parametrize(
    ("limits", "listed"),
    [
        ('valid-after="20261122115959Z"', True),
        ('valid-after="20261122120000"', True),
        ('valid-after="20261122120001"', False),
        ('valid-before="20261122120000Z"', True),
        ('valid-before="202611221159"', False),
        ('valid-before="20261122"', False),
        ('valid-after="20261122z",valid-before="20261123UTC"', True),
    ],
)
def test_a_time_without_a_zone_is_utc(limits: str, listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert standing(f"alice {limits} {KEY}", "alice") == ("listed" if listed else "outside-time")
    assert standing(f"alice {limits} {KEY}", "bob") == "somebody-else"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("alice", "gives no key behind its names"),
        ("alice ssh-ed25519", "gives no key that can be read"),
        ("alice ssh-ed25519 AAAA", "gives no key that can be read"),
        (f"alice {KEY[:-4]}", "gives no key that can be read"),
        (f"alice {KEY[:-4]}AA==", "gives no key that can be read"),
        ("alice ssh-dss AAAAB3NzaC1kc3MAAAAA", "gives no key that can be read"),
        (f"alice ssh-rsa {KEY.split()[1]}", "gives no key that can be read"),
        (f"alice zone=utc {KEY}", "has an option that nobody knows: zone=utc"),
        (f"alice cert-authority, {KEY}", "has an option that nobody knows"),
        (f"alice cert-authority;namespaces=x {KEY}", "has an option that nobody knows"),
        (f'alice namespaces="a",namespaces="b" {KEY}', "gives namespaces twice"),
        (f'alice valid-before="tomorrow" {KEY}', "gives no time as valid-before: tomorrow"),
        (f'alice valid-before="20261331" {KEY}', "gives no time as valid-before"),
        (f'alice valid-after="20270101",valid-before="20260101" {KEY}', "ends before it begins"),
        (f'"alice {KEY}', "gives no key behind its names"),
    ],
)
def test_every_line_that_can_not_be_read_is_told_with_its_number(line: str, why: str) -> None:
    found = of(f"# whose\n\n{line}\nbob {BOB.line}")
    assert [each.names for each in found.lines] == ["bob"]
    (mistake,) = found.mistakes
    assert mistake.startswith("signers:3: ")
    assert why in mistake


@pytest.mark.parametrize(
    ("line", "by", "principal"),
    [
        (f"al@x,alice@contractor.example {KEY}", "alice", "alice@contractor.example"),
        (f"alice@x,alice {KEY}", "alice", "alice"),
        (f"*@example.com {KEY}", "alice@example.com", "*@example.com"),
        (f"mallory@x {KEY} Alice Meyer", "alice meyer", "mallory@x"),
    ],
)
def test_a_key_is_listed_under_the_principal_that_means_the_name(line: str, by: str, principal: str) -> None:
    found = of(line).find(ALICE.wire, by, NOON, EVENT)
    assert (found.standing, found.principal) == ("listed", principal)


def test_a_line_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "signers"
    path.write_bytes(b"\xff\n" + f"alice {KEY} Alice\n".encode())
    found = load(path)
    assert found.mistakes == (f"{path}:1: is not UTF-8",)
    assert found.known_as(ALICE.fingerprint) == ("alice",)
    assert (found.lines[0].full_name, found.lines[0].line) == ("Alice", 2)


def test_a_file_that_can_not_be_read_is_a_mistake_of_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="can't be read"):
            load(path)


def test_a_key_is_known_by_its_principals() -> None:
    found = of(f"alice@x,al@x {KEY}\n*@y {KEY}\nca cert-authority {KEY}\nbob {BOB.line}")
    assert found.known_as(ALICE.fingerprint) == ("alice@x", "al@x", "*@y")
    assert found.known_as(AUTHORITY.fingerprint) == ()


CERTIFIED = SoftKey(number=20).certified(AUTHORITY, "dave@example.com", "root")
LATE = SoftKey(number=20).certified(AUTHORITY, "dave@example.com", before=int(NOON.timestamp()))
CASES = [
    (f"alice@example.com {KEY}", ALICE, "alice@example.com"),
    (f"alice@example.com {KEY}", ALICE, "bob@example.com"),
    (f"*@example.com {KEY}", ALICE, "alice@example.com"),
    (f"!alice@*,*@example.com {KEY}", ALICE, "alice@example.com"),
    (f"a*[l]* {KEY}", ALICE, "a[l]e"),
    (f'"a b" {KEY}', ALICE, "a b"),
    (f'x"a b" {KEY}', ALICE, "xa b"),
    (f'alice namespaces="rollout-*" {KEY} Alice', ALICE, "alice"),
    (f'alice namespaces="git" {KEY}', ALICE, "alice"),
    (f'alice namespaces="" {KEY}', ALICE, "alice"),
    (f'alice valid-before="20261131" {KEY}', ALICE, "alice"),
    (f'alice valid-after="20261031" {KEY}', ALICE, "alice"),
    (f'alice valid-after="20261131" {KEY}', ALICE, "alice"),
    (f'alice valid-after="20261032" {KEY}', ALICE, "alice"),
    (f"alice {KEY[:-4]}", ALICE, "alice"),
    (f'alice namespaces="!rollout-*,*" {KEY}', ALICE, "alice"),
    (f'alice Valid-After="20261122",valid-before="20261122120000" {KEY}', ALICE, "alice"),
    (f'alice valid-before="20261122115959" {KEY}', ALICE, "alice"),
    (f'alice valid-after="20261122120001Z" {KEY}', ALICE, "alice"),
    (f'alice valid-before="202611221159" {KEY}', ALICE, "alice"),
    (f"alice cert-authority {KEY}", ALICE, "alice"),
    (f"*@example.com cert-authority {AUTHORITY.line}", CERTIFIED, "dave@example.com"),
    (f"*@example.com cert-authority {AUTHORITY.line}", CERTIFIED, "root"),
    (f"* cert-authority {AUTHORITY.line}", CERTIFIED, "root"),
    (f"*@example.com cert-authority {AUTHORITY.line}", LATE, "dave@example.com"),
    (f"dave@example.com {AUTHORITY.line}", CERTIFIED, "dave@example.com"),
    (f"dave@example.com {SoftKey(number=20).line}", CERTIFIED, "dave@example.com"),
    (f"alice option {KEY}", ALICE, "alice"),
    (f"alice cert-authority, {KEY}", ALICE, "alice"),
    (f'alice namespaces="a\\"b,rollout-*" {KEY}', ALICE, "alice"),
]


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
@pytest.mark.parametrize(("text", "key", "principal"), CASES)
def test_a_principal_counts_where_ssh_keygen_says_so(text: str, key: SoftKey, principal: str, tmp_path: Path) -> None:
    (tmp_path / "signers").write_text(f"{text}\n")
    (tmp_path / "sig").write_text(armored(key.sign(b"words")))
    at = f"verify-time={NOON.astimezone(UTC):%Y%m%d%H%M%S}"
    files = ("-f", str(tmp_path / "signers"), "-s", str(tmp_path / "sig"))
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", *files, "-I", principal, "-n", EVENT, "-O", at],
        input=b"words",
        capture_output=True,
        check=False,
        env={**os.environ, "TZ": "UTC"},
    )
    found = of(text).find(key.wire, principal, NOON, EVENT)
    assert (found.standing == "listed") == (done.returncode == 0), done.stderr
