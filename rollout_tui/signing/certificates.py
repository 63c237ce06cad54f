"""Certificate: an SSH key that an authority vouches for, under the names and for the time that it says.

Source: PROTOCOL.certkeys of OpenSSH.
"""

from __future__ import annotations

from functools import lru_cache

from ..frozen import dataclass
from ..sshsig import NotSshsig, Wire, public_key

_OF_USERS, _OF_HOSTS = 1, 2


@dataclass(frozen=True)
class Certificate:
    """What a certificate says, and the signature by which its `authority`, a public key, says it.

    `names` are the principals of whom it is; `after` and `before` are seconds since 1970. `algorithm` and `value` are
    those of the authority's signature over `words`, `flags` and `counter` what a FIDO key adds to it.
    """

    authority: bytes
    is_of_users: bool
    names: tuple[str, ...]
    after: int
    before: int
    words: bytes
    algorithm: str
    value: bytes
    flags: int | None = None
    counter: int | None = None

    def is_valid(self, at: int) -> bool:
        return self.after <= at < self.before


@lru_cache(256)
def certificate_of(key: bytes) -> Certificate | None:
    """Read a key in the form of the SSH protocol; None where it is no certificate, NotSshsig where it can't be read."""
    plain = public_key(key)
    if plain == key:
        return None
    rest = Wire(key)
    rest.text()
    rest.string()  # a nonce
    rest.take(len(plain) - 4 - len(Wire(plain).string()))
    rest.long()  # its number
    kind = rest.number()
    if kind not in (_OF_USERS, _OF_HOSTS):
        raise NotSshsig(f"is by a certificate that is neither a user's nor a host's: {kind}")
    rest.string()  # what the authority calls it
    names = tuple(_texts(rest.string()))
    after, before = rest.long(), rest.long()
    for _ in ("what a server must do", "what it may do", "reserved"):
        rest.string()
    authority = rest.string()
    signature = rest.string()
    rest.need_end()
    words = key[: -4 - len(signature)]
    made = Wire(signature)
    algorithm, value = made.text(), made.string()
    flags = counter = None
    if algorithm.startswith("sk-"):
        flags, counter = made.byte(), made.number()
    made.need_end()
    return Certificate(authority, kind == _OF_USERS, names, after, before, words, algorithm, value, flags, counter)


def _texts(data: bytes) -> list[str]:
    texts, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 4 + size > len(data):
            raise NotSshsig("is by a certificate whose names are cut short")
        texts.append(data[at + 4 : at + 4 + size].decode(errors="replace"))
        at += 4 + size
    return texts
