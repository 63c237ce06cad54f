"""A public key, as a line or a file gives it: what kind it is, and by which name people compare it."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from pathlib import Path

from ..errors import NotSigned
from ..frozen import dataclass
from ..sshsig import NotSshsig, Wire, fingerprint

_BEGIN, _END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"
_HINT = 'A key is named by its file or by its public line: key = "~/.ssh/id_ed25519.pub".'


@dataclass(frozen=True)
class PublicKey:
    """A public key or a certificate in the form of the SSH protocol; `kind` is its name there."""

    kind: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.blob)

    @property
    def needs_touch(self) -> bool:
        """Whether it lies in a security key, which signs when somebody touches it."""
        return self.kind.startswith("sk-")


def read_line(line: str) -> PublicKey:
    """Read a line such as `ssh-ed25519 AAAA… a comment`; raises NotSshsig."""
    kind, *rest = line.split(maxsplit=2)[:2] or [""]
    try:
        found = _read_blob(b64decode("".join(rest), validate=True))
    except (Error, ValueError):
        raise NotSshsig("is no public key") from None
    if found.kind != kind:
        raise NotSshsig("is of another kind than it says")
    return found


def read_file(path: Path) -> PublicKey:
    """Read the public part of a key's file, which may be locked; raises NotSigned."""
    beside = path.with_name(f"{path.name}.pub")
    try:
        if not path.exists():
            return read_line(beside.read_text())
        text = path.read_text().strip()
        if text.startswith(_BEGIN):
            return _of_private(text.removeprefix(_BEGIN).removesuffix(_END))
        # An older form keeps the public part locked too.
        return read_line(beside.read_text() if "PRIVATE KEY-----" in text else text)
    except OSError as error:
        raise NotSigned(f"The key {path} can't be read: {error.strerror}.", _HINT) from None
    except ValueError:
        raise NotSigned(f"{path} is no SSH key.", _HINT) from None


def _of_private(text: str) -> PublicKey:
    blob = b64decode("".join(text.split()), validate=True)
    if not blob.startswith(_MAGIC):
        raise NotSshsig("is no private key")
    rest = Wire(blob[len(_MAGIC) :])
    for _ in ("cipher", "how its key is derived", "options of that"):
        rest.string()
    rest.number()
    return _read_blob(rest.string())


def _read_blob(blob: bytes) -> PublicKey:
    found = PublicKey(Wire(blob).text(), blob)
    # What is of no kind that is known here, or cut, has none.
    _ = found.fingerprint
    return found
