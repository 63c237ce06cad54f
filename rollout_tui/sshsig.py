"""SSHSIG: what a signature of OpenSSH (`ssh-keygen -Y sign`) says of itself. Pure: nothing is verified here.

Source: PROTOCOL.sshsig, PROTOCOL.u2f and PROTOCOL.certkeys of OpenSSH. All numbers are big-endian, each string stands
behind its length in 4 bytes.
"""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import sha256

from .frozen import dataclass

_MAGIC = b"SSHSIG"
_VERSION = 1
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_ARMOR_WIDTH = 70
_TOUCHED = 1

# How many strings stand for the key itself, behind its type.
_KEY_STRINGS = {
    "ssh-ed25519": 1,
    "ssh-rsa": 2,
    "ecdsa-sha2-nistp256": 2,
    "ecdsa-sha2-nistp384": 2,
    "ecdsa-sha2-nistp521": 2,
    "sk-ssh-ed25519@openssh.com": 2,
    "sk-ecdsa-sha2-nistp256@openssh.com": 3,
}
_CERTIFICATE = "-cert-v01@openssh.com"


class NotSshsig(ValueError):
    """A text that is no signature of OpenSSH; the message says why."""


@dataclass(frozen=True)
class SshSignature:
    """A signature as it stands: `key` is the public key, or the certificate, in the form of the SSH protocol.

    `key_type` is its name there and `algorithm` that of the signature, `value` the signature's own bytes, `hash_name`
    what the signed bytes were hashed with. `flags` and `counter` are what a FIDO key says of the moment in which it
    signed, None for other keys.
    """

    key: bytes
    key_type: str
    namespace: str
    hash_name: str
    algorithm: str
    value: bytes
    flags: int | None = None
    counter: int | None = None

    @property
    def touched(self) -> bool:
        """Whether a FIDO key says that somebody touched it."""
        return bool((self.flags or 0) & _TOUCHED)


def parse(text: str) -> SshSignature:
    """Read a signature in Base64, on one line and without its armor; raises NotSshsig."""
    try:
        blob = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotSshsig("is not in Base64") from None
    if b64encode(blob).decode() != text:
        # Bits behind the last byte: what reads it would have to agree on whether they matter.
        raise NotSshsig("is not in Base64 as it is written")
    if not blob.startswith(_MAGIC):
        raise NotSshsig("does not begin as a signature of OpenSSH does")
    rest = Wire(blob[len(_MAGIC) :])
    version = rest.number()
    if version != _VERSION:
        raise NotSshsig(f"is of version {version}, which nobody here reads")
    key, namespace, _reserved, hash_name = rest.string(), rest.text(), rest.string(), rest.text()
    signed = Wire(rest.string())
    rest.need_end()
    algorithm, value = signed.text(), signed.string()
    flags = counter = None
    if algorithm.startswith("sk-"):
        flags, counter = signed.byte(), signed.number()
    signed.need_end()
    return SshSignature(key, Wire(key).text(), namespace, hash_name, algorithm, value, flags, counter)


def public_key(key: bytes) -> bytes:
    """Give the public key in the form of the SSH protocol: that of a certificate, too; raises NotSshsig."""
    rest = Wire(key)
    kind = rest.text()
    if not kind.endswith(_CERTIFICATE):
        if kind not in _KEY_STRINGS:
            raise NotSshsig(f"is by a key of another kind: {kind}")
        for _ in range(_KEY_STRINGS[kind]):
            rest.string()
        rest.need_end()
        return key
    plain = kind.removesuffix(_CERTIFICATE)
    # The certificate of a key at OpenSSH is named before the domain: sk-ssh-ed25519-cert-v01@openssh.com.
    name = plain if plain in _KEY_STRINGS else f"{plain}@openssh.com"
    if name not in _KEY_STRINGS:
        raise NotSshsig(f"is by a certificate of another kind: {kind}")
    rest.string()  # a nonce
    strings = [name.encode(), *(rest.string() for _ in range(_KEY_STRINGS[name]))]
    return b"".join(struct.pack(">I", len(each)) + each for each in strings)


def fingerprint(key: bytes) -> str:
    """Give a key's fingerprint as `ssh-keygen -l` prints it, of a certificate that of its key; raises NotSshsig."""
    return f"SHA256:{b64encode(sha256(public_key(key)).digest()).decode().rstrip('=')}"


@lru_cache(4096)
def key_of(text: str) -> str:
    """Give the fingerprint of the key that a signature names, empty where there is none; it is not verified here."""
    if not text:
        return ""
    try:
        return fingerprint(parse(text).key)
    except NotSshsig:
        return ""


def armored(text: str) -> str:
    """Give a signature in Base64 as ssh-keygen reads it from a file."""
    lines = [text[at : at + _ARMOR_WIDTH] for at in range(0, len(text), _ARMOR_WIDTH)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unarmored(armor: str) -> str:
    """Give the Base64 of what ssh-keygen wrote, on one line; raises NotSshsig."""
    lines = armor.split()
    begin, end = _BEGIN.split(), _END.split()
    if lines[: len(begin)] != begin or lines[-len(end) :] != end:
        raise NotSshsig("is not what ssh-keygen writes")
    return "".join(lines[len(begin) : -len(end)])


class Wire:
    """Bytes in the form of the SSH protocol, read from their beginning; what is cut raises NotSshsig."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise NotSshsig("is cut short")
        self._at += size
        return found

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """A number of 4 bytes."""
        return int.from_bytes(self.take(4), "big")

    def long(self) -> int:
        """A number of 8 bytes."""
        return int.from_bytes(self.take(8), "big")

    def string(self) -> bytes:
        return self.take(self.number())

    def text(self) -> str:
        try:
            return self.string().decode()
        except UnicodeDecodeError:
            raise NotSshsig("holds a name that is not UTF-8") from None

    def need_end(self) -> None:
        if self._at != len(self._data):
            raise NotSshsig("goes on behind its end")
