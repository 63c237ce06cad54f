"""Keys in this process that sign as ssh-keygen, an agent or a FIDO key does, and authorities that vouch for them."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512

EVENT, HEADER = "rollout-event/1@rollout", "rollout-header/1@rollout"
TOUCHED, UNTOUCHED = 1, 0
FOREVER = 2**64 - 1

KINDS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
CURVES = {
    "nistp256": (ec.SECP256R1(), SHA256()),
    "nistp384": (ec.SECP384R1(), SHA384()),
    "nistp521": (ec.SECP521R1(), SHA512()),
}
RSA_HASHES = {"rsa-sha2-256": SHA256(), "rsa-sha2-512": SHA512(), "ssh-rsa": SHA1()}
APPLICATION = b"ssh:"


def string(data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return len(data).to_bytes(4, "big") + data


def number(value: int) -> bytes:
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big")) if value else string(b"")


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    assert number >= 0
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True)
class SoftKey:
    """A key of a kind, the same whenever it is asked for by that number; `certificate` stands for it where it has one.

    `flags` are what a FIDO key says of its touch.
    """

    kind: str = "ssh-ed25519"
    number: int = 1
    flags: int = TOUCHED
    certificate: bytes = b""

    @property
    def plain(self) -> bytes:
        """The public key in the form of the SSH protocol."""
        return string(self.kind) + self._public

    @property
    def wire(self) -> bytes:
        return self.certificate or self.plain

    @property
    def line(self) -> str:
        """The public key as a file has it."""
        return f"{self.kind} {b64encode(self.plain).decode()}"

    @property
    def fingerprint(self) -> str:
        return "SHA256:" + b64encode(hashlib.sha256(self.plain).digest()).decode().rstrip("=")

    def sign(
        self,
        words: bytes,
        namespace: str = EVENT,
        *,
        hash_name: str = "sha512",
        algorithm: str = "",
        reserved: str = "",
    ) -> str:
        """Sign words as `ssh-keygen -Y sign` does, in Base64."""
        digest = hashlib.new(hash_name, words).digest()
        signed = b"SSHSIG" + string(namespace) + string(b"") + string(hash_name) + string(digest)
        parts: list[bytes | str] = [namespace, reserved, hash_name, self.raw(signed, algorithm)]
        blob = b"SSHSIG" + (1).to_bytes(4, "big") + string(self.wire) + b"".join(string(each) for each in parts)
        return b64encode(blob).decode()

    def raw(self, data: bytes, algorithm: str = "") -> bytes:
        """Sign data as SSH keys do: the algorithm, the signature, and what a FIDO key says beside it."""
        told = b""
        if self.kind.startswith("sk-"):
            told = bytes([self.flags]) + (7).to_bytes(4, "big")
            data = hashlib.sha256(APPLICATION).digest() + told + hashlib.sha256(data).digest()
        if self.kind == "ssh-rsa":
            algorithm = algorithm or "rsa-sha2-512"
            return string(algorithm) + string(
                rsa_key(self.number).sign(data, padding.PKCS1v15(), RSA_HASHES[algorithm])
            )
        if "ed25519" in self.kind:
            value = self._ed25519.sign(data)
        else:
            r, s = utils.decode_dss_signature(self._ecdsa.sign(data, ec.ECDSA(CURVES[self._curve][1])))
            value = number(r) + number(s)
        return string(algorithm or self.kind) + string(value) + told

    def certified(
        self,
        authority: SoftKey,
        *names: str,
        after: int = 0,
        before: int = FOREVER,
        of: int = 1,
        algorithm: str = "",
    ) -> SoftKey:
        """Give this key with a certificate of an authority, of a user (1) or a host (2)."""
        name, _, domain = self.kind.partition("@")
        kind = f"{name}-cert-v01@openssh.com"
        assert domain in {"", "openssh.com"}
        words = (
            string(kind)
            + string(b"n" * 32)
            + self._public
            + (1).to_bytes(8, "big")
            + of.to_bytes(4, "big")
            + string("an id")
            + string(b"".join(string(each) for each in names))
            + after.to_bytes(8, "big")
            + before.to_bytes(8, "big")
            + string(b"") * 3
            + string(authority.plain)
        )
        return SoftKey(self.kind, self.number, self.flags, words + string(authority.raw(words, algorithm)))

    @property
    def _public(self) -> bytes:
        if self.kind == "ssh-rsa":
            public = rsa_key(self.number).public_key().public_numbers()
            return number(public.e) + number(public.n)
        if "ed25519" in self.kind:
            found = string(self._ed25519.public_key().public_bytes_raw())
        else:
            point = self._ecdsa.public_key().public_numbers()
            size = (point.curve.key_size + 7) // 8
            found = string(self._curve) + string(b"\4" + point.x.to_bytes(size, "big") + point.y.to_bytes(size, "big"))
        return found + (string(APPLICATION) if self.kind.startswith("sk-") else b"")

    @property
    def _curve(self) -> str:
        return next(each for each in CURVES if each in self.kind)

    @property
    def _ed25519(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(self._seed)

    @property
    def _ecdsa(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self._seed, "big") >> 1, CURVES[self._curve][0])

    @property
    def _seed(self) -> bytes:
        return hashlib.sha256(f"{self.kind} {self.number}".encode()).digest()
