"""Signatures of keys that never were: whose a signature is can be read from them, and nobody would verify them."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256

from rollout_tui.sshsig import key_of


@cache
def signed_with(name: str) -> str:
    """A signature by the key of this name, in Base64 on one line."""
    key = _string(b"ssh-ed25519") + _string(sha256(name.encode()).digest())
    signed = _string(b"ssh-ed25519") + _string(bytes(64))
    return b64encode(
        b"SSHSIG" + (1).to_bytes(4, "big") + b"".join(map(_string, (key, b"a-purpose", b"", b"sha512", signed)))
    ).decode()


def key_named(name: str) -> str:
    """The fingerprint of the key of this name."""
    return key_of(signed_with(name))


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
