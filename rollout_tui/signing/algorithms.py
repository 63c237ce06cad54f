"""Which signatures count, and what they are over: the same for whatever verifies them."""

from __future__ import annotations

import hashlib
import struct

from ..frozen import dataclass
from ..sshsig import NotSshsig, SshSignature, Wire, public_key
from .certificates import Certificate, certificate_of

_HASHES = ("sha256", "sha512")

# SHA-1, as plain ssh-rsa uses it, proves nothing any more.
_OF_KEY = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ssh-rsa": ("rsa-sha2-256", "rsa-sha2-512"),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "sk-ssh-ed25519@openssh.com": ("sk-ssh-ed25519@openssh.com",),
    "sk-ecdsa-sha2-nistp256@openssh.com": ("sk-ecdsa-sha2-nistp256@openssh.com",),
}


@dataclass(frozen=True)
class Check:
    """A signature to verify: as it stands in Base64, as it was read, and the words that it should be over."""

    text: str
    signature: SshSignature
    words: bytes

    @property
    def certificate(self) -> Certificate | None:
        return certificate_of(self.signature.key)

    @property
    def signed(self) -> bytes:
        """The bytes that the key itself signed."""
        made = self.signature
        digest = hashlib.new(made.hash_name, self.words).digest()
        return b"SSHSIG" + b"".join(map(_string, (made.namespace.encode(), b"", made.hash_name.encode(), digest)))


def why_not(signature: SshSignature, namespace: str) -> str:
    """Say why a signature can't count, whatever it is over; empty where it can."""
    if signature.namespace != namespace:
        return f"signed for another purpose, {signature.namespace}"
    if signature.hash_name not in _HASHES:
        return f"signed by way of {signature.hash_name}, which does not count"
    try:
        certificate = certificate_of(signature.key)
        pairs = [(signature.algorithm, public_key(signature.key))]
        if certificate is not None:
            pairs.append((certificate.algorithm, certificate.authority))
        for algorithm, key in pairs:
            if algorithm not in _OF_KEY.get(Wire(key).text(), ()):
                return f"signed by way of {algorithm}, which does not count"
    except NotSshsig as problem:
        return f"its signature {problem}"
    return ""


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
