"""What a signature of OpenSSH says of itself, as ssh-keygen writes it and says it too."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from rollout_tui.sshsig import NotSshsig, armored, fingerprint, key_of, parse, unarmored

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")

KEYS = {
    "ed25519": (["-t", "ed25519"], "ssh-ed25519", "ssh-ed25519"),
    "ecdsa": (["-t", "ecdsa", "-b", "384"], "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"),
    "rsa": (["-t", "rsa", "-b", "2048"], "ssh-rsa", "rsa-sha2-512"),
}


def keygen(*arguments: str | Path, words: bytes = b"") -> str:
    done = subprocess.run(["ssh-keygen", *map(str, arguments)], input=words, capture_output=True, check=True)
    return done.stdout.decode()


def printed(key: Path) -> str:
    return keygen("-l", "-f", key).split()[1]


@pytest.fixture(scope="module", params=KEYS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    options, key_type, algorithm = KEYS[request.param]
    key = tmp_path_factory.mktemp("keys") / "key"
    keygen(*options, "-N", "", "-q", "-f", key)
    return key, key_type, algorithm


def test_a_signature_names_its_key(made: tuple[Path, str, str]) -> None:
    key, key_type, algorithm = made
    text = unarmored(keygen("-Y", "sign", "-q", "-f", key, "-n", "a-purpose", words=b"words"))
    found = parse(text)
    assert (found.key_type, found.algorithm, found.namespace) == (key_type, algorithm, "a-purpose")
    assert (found.hash_name, found.flags, found.counter) == ("sha512", None, None)
    assert fingerprint(found.key) == key_of(text) == printed(key)
    assert unarmored(armored(text)) == text


def test_a_certificate_is_known_by_its_key(made: tuple[Path, str, str], tmp_path: Path) -> None:
    key = tmp_path / "key"
    for end in ("", ".pub"):
        shutil.copyfile(f"{made[0]}{end}", f"{key}{end}")
    key.chmod(0o600)
    keygen("-t", "ed25519", "-N", "", "-q", "-f", tmp_path / "ca")
    keygen("-q", "-s", tmp_path / "ca", "-I", "alice", "-n", "alice", f"{key}.pub")
    text = unarmored(keygen("-Y", "sign", "-q", "-f", f"{key}-cert.pub", "-n", "p", words=b"words"))
    assert parse(text).key_type.endswith("-cert-v01@openssh.com")
    assert key_of(text) == printed(key)


def text_of(*parts: bytes) -> str:
    return b64encode(b"".join(parts)).decode()


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


ONE = (1).to_bytes(4, "big")
KEY = string(b"sk-ssh-ed25519@openssh.com") + string(b"k" * 32) + string(b"ssh:")
START = b"SSHSIG" + ONE + string(KEY) + string(b"n") + string(b"") + string(b"sha512")
FIDO = string(b"sk-ssh-ed25519@openssh.com") + string(b"s" * 64)


@pytest.mark.parametrize(("flags", "touched"), [(0, False), (1, True), (4, False), (5, True)])
def test_a_fido_key_says_whether_it_was_touched(flags: int, touched: bool) -> None:
    found = parse(text_of(START, string(FIDO + bytes([flags]) + (7).to_bytes(4, "big"))))
    assert (found.flags, found.counter, found.touched) == (flags, 7, touched)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not begin"),
        ("no base64!", "Base64"),
        (text_of(b"SSHSIX" + ONE), "does not begin"),
        (text_of(b"SSHSIG" + (2).to_bytes(4, "big")), "version 2"),
        (text_of(START), "cut short"),
        (text_of(START, string(FIDO)), "cut short"),
        (text_of(START, string(FIDO + b"\1\0\0\0\7more")), "behind its end"),
        (text_of(START, string(FIDO + b"\1\0\0\0\7"), b"more"), "behind its end"),
        (text_of(b"SSHSIG" + ONE + string(KEY) + string(b"\xff")), "not UTF-8"),
    ],
)
def test_what_is_no_signature_is_said(text: str, why: str) -> None:
    with pytest.raises(NotSshsig, match=why):
        parse(text)
    assert key_of(text) == ""


def test_every_cut_of_a_signature_is_seen(made: tuple[Path, str, str]) -> None:
    whole = b64decode(unarmored(keygen("-Y", "sign", "-q", "-f", made[0], "-n", "n", words=b"words")))
    for size in range(len(whole)):
        with pytest.raises(NotSshsig):
            parse(text_of(whole[:size]))
