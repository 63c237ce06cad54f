"""Signatures verified in this process, by the package `cryptography`: of a thousand in a tenth of a second.

Sources: PROTOCOL.sshsig and PROTOCOL.u2f of OpenSSH, RFC 4253 (6.6), 5656 (3.1), 8032 and 8332.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from ..sshsig import NotSshsig, Wire, public_key
from .algorithms import Check
from .unverifiable import Unverifiable

_CURVES: dict[str, tuple[ec.EllipticCurve, SHA256 | SHA384 | SHA512]] = {
    "nistp256": (ec.SECP256R1(), SHA256()),
    "nistp384": (ec.SECP384R1(), SHA384()),
    "nistp521": (ec.SECP521R1(), SHA512()),
}
_UNCOMPRESSED = 4
_RSA_BITS = range(1024, 16384 + 1)
_RSA_HASHES = {"rsa-sha2-256": SHA256(), "rsa-sha2-512": SHA512()}


class KeySignature(Protocol):
    """The signature that a key made: flags and counter are what a FIDO key adds."""

    @property
    def algorithm(self) -> str: ...
    @property
    def value(self) -> bytes: ...
    @property
    def flags(self) -> int | None: ...
    @property
    def counter(self) -> int | None: ...


def verify(checks: Sequence[Check]) -> list[bool | Unverifiable]:
    """Say of each signature whether it is over its words, or why that can't be known here."""
    return [_is_good(each) for each in checks]


def _is_good(check: Check) -> bool | Unverifiable:
    certificate = check.certificate
    try:
        if certificate is not None and not _is_by(certificate.authority, certificate, certificate.words):
            return False
        return _is_by(public_key(check.signature.key), check.signature, check.signed)
    except Unverifiable as why:
        return why


def _is_by(key: bytes, made: KeySignature, data: bytes) -> bool:
    try:
        public, application = _read_key(key)
        if application is not None:
            # A FIDO key signs what it knows of that moment too.
            assert made.flags is not None
            assert made.counter is not None
            told = bytes([made.flags]) + made.counter.to_bytes(4, "big")
            data = hashlib.sha256(application).digest() + told + hashlib.sha256(data).digest()
        match public:
            case ed25519.Ed25519PublicKey():
                public.verify(made.value, data)
            case rsa.RSAPublicKey():
                # What begins with zeros may be written without them.
                value = made.value.rjust((public.key_size + 7) // 8, b"\0")
                public.verify(value, data, padding.PKCS1v15(), _RSA_HASHES[made.algorithm])
            case ec.EllipticCurvePublicKey():
                hashed = next(by for curve, by in _CURVES.values() if curve.name == public.curve.name)
                public.verify(_in_der(made.value), data, ec.ECDSA(hashed))
    except UnsupportedAlgorithm as error:
        raise Unverifiable(f"the cryptography package here can't verify {made.algorithm}: {error}") from None
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(256)
def _read_key(
    key: bytes,
) -> tuple[ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey, bytes | None]:
    """Read a key, and for what a FIDO key was made; ValueError where it is none."""
    rest = Wire(key)
    kind = rest.text()
    public: ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    if kind == "ssh-rsa":
        exponent, modulus = _number(rest.string()), _number(rest.string())
        if modulus.bit_length() not in _RSA_BITS:
            raise NotSshsig("is by a key of another size than keys have")
        public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    elif "ed25519" in kind:
        public = ed25519.Ed25519PublicKey.from_public_bytes(rest.string())
    else:
        curve, point = rest.text(), rest.string()
        if curve not in kind or curve not in _CURVES or point[:1] != bytes([_UNCOMPRESSED]):
            raise NotSshsig("is by a key on another curve than it says")
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve][0], point)
    application = rest.string() if kind.startswith("sk-") else None
    rest.need_end()
    return public, application


def _in_der(value: bytes) -> bytes:
    rest = Wire(value)
    r, s = _number(rest.string()), _number(rest.string())
    rest.need_end()
    return utils.encode_dss_signature(r, s)


def _number(data: bytes) -> int:
    if data[:1] > b"\x7f":
        raise NotSshsig("holds a number below zero")
    return int.from_bytes(data, "big")
