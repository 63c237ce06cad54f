"""Keys to sign with, made by ssh-keygen, and agents that hold them: the real one, and one that does as it is told."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rollout_tui.sshsig import Wire

KINDS = {"ed25519": ("ed25519",), "ecdsa": ("ecdsa",), "rsa": ("rsa", "-b", "2048")}
PASSPHRASE = "long forgotten"

TOUCHED, NOT_TOUCHED = 1, 0

_FAILURE, _ASKS_KEYS, _KEYS, _ASKS_SIGNATURE, _SIGNATURE = 5, 11, 12, 13, 14
_FIDO, _FIDO_APPLICATION = b"sk-ssh-ed25519@openssh.com", b"ssh:"


def make(folder: Path, name: str, *kind: str, passphrase: str = "") -> Path:
    """Make a key; its public part lies beside it."""
    path = folder / name
    _run("ssh-keygen", "-q", "-t", *(kind or ("ed25519",)), "-N", passphrase, "-C", name, "-f", str(path))
    return path


def certify(key: Path, ca: Path, principal: str) -> Path:
    """Make a certificate of a key, beside it."""
    _run("ssh-keygen", "-q", "-s", str(ca), "-I", principal, "-n", principal, "-V", "-1h:+1d", f"{key}.pub")
    return key.with_name(f"{key.name}-cert.pub")


@contextmanager
def real_agent(folder: Path, *keys: Path) -> Iterator[dict[str, str]]:
    """Give an environment with an agent that holds these keys."""
    path = folder / "agent"
    with subprocess.Popen(("ssh-agent", "-D", "-a", str(path)), stdout=subprocess.PIPE) as agent:
        assert agent.stdout
        agent.stdout.readline()
        environment = {**os.environ, "SSH_AUTH_SOCK": str(path)}
        _run("ssh-add", "-q", *map(str, keys), environment=environment)
        try:
            yield environment
        finally:
            agent.terminate()


class StubAgent:
    """An agent with a security key of its own, whose touch is for the test to give.

    It signs when `touch` is set, and says then that the key was touched or not; `asked` is set when it was asked to.
    """

    def __init__(self, folder: Path, flags: int = TOUCHED) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._flags = flags
        public = self._key.public_key().public_bytes_raw()
        self.blob = wire(_FIDO, public, _FIDO_APPLICATION)
        self.line = f"{_FIDO.decode()} {b64encode(self.blob).decode()} stub"
        self.asked, self.touch, self.refuses = Event(), Event(), False
        self.touch.set()
        self.path = folder / "stub-agent"
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path))
        self._socket.listen()
        Thread(target=self._serve, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SSH_AUTH_SOCK": str(self.path)}

    def write_public(self, path: Path) -> Path:
        path.write_text(f"{self.line}\n")
        return path

    def close(self) -> None:
        self.touch.set()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                asking, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(asking,), daemon=True).start()

    def _answer(self, asking: socket.socket) -> None:
        # Who asked may be gone by then, in the middle of a request too.
        with asking, asking.makefile("rb") as stream, suppress(OSError, IndexError, struct.error):
            while size := stream.read(4):
                request = stream.read(struct.unpack(">I", size)[0])
                answer = self._answer_to(request[0], Wire(request[1:]))
                asking.sendall(struct.pack(">I", len(answer)) + answer)

    def _answer_to(self, kind: int, rest: Wire) -> bytes:
        match kind:
            case _ if kind == _ASKS_KEYS:
                return bytes([_KEYS]) + struct.pack(">I", 1) + wire(self.blob, b"stub")
            case _ if kind == _ASKS_SIGNATURE and not self.refuses:
                _key, words = rest.string(), rest.string()
                self.asked.set()
                self.touch.wait()
                return bytes([_SIGNATURE]) + wire(self._signature(words))
            case _:
                return bytes([_FAILURE])

    def _signature(self, words: bytes) -> bytes:
        """Sign as PROTOCOL.u2f says: the application, the flags and the counter are signed too."""
        said = bytes([self._flags]) + struct.pack(">I", 7)
        value = self._key.sign(sha256(_FIDO_APPLICATION).digest() + said + sha256(words).digest())
        return wire(_FIDO, value) + said


def wire(*strings: bytes) -> bytes:
    """Give strings in the form of the SSH protocol."""
    return b"".join(struct.pack(">I", len(each)) + each for each in strings)


def is_good(signature: str, words: bytes, namespace: str, folder: Path) -> bool:
    """Ask ssh-keygen whether a signature is one over these words."""
    from rollout_tui.sshsig import armored

    path = folder / "signature"
    path.write_text(armored(signature))
    command = ("ssh-keygen", "-Y", "check-novalidate", "-n", namespace, "-s", str(path))
    return subprocess.run(command, input=words, capture_output=True, check=False).returncode == 0


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment)
