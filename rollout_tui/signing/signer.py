"""Signers: one key of the user, wherever it lies, and what signs with it."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

from ..errors import NotSigned
from ..sshsig import parse, unarmored
from .agent import with_agent
from .keys import PublicKey
from .ssh_keygen import Answer, KeygenCall

TOUCH_SECONDS = 60.0
"""How long a key is waited for: somebody has to touch it, or to agree in a window of the agent's."""

NOT_RECORDED = "Nothing was recorded; --no-sign, or the palette, goes on without."


class Signs(Protocol):
    """What signs for one person."""

    @property
    def key(self) -> str:
        """The key's fingerprint, empty where there is none."""
        ...

    @property
    def kind(self) -> str:
        """The key's kind, such as ssh-ed25519."""
        ...

    @property
    def needs_touch(self) -> bool:
        """Whether it signs when somebody touches it."""
        ...

    def sign(self, words: bytes, namespace: str, call: KeygenCall | None = None, /) -> str:
        """Give a signature over words in Base64, on one line; NotSigned, or GivenUp where the call was ended."""
        ...


class Signer:
    """Signs by a key of which a file at `path` holds at least the public part, or by one that the agent alone has."""

    def __init__(self, public: PublicKey, path: Path | None, environment: Mapping[str, str] = os.environ) -> None:
        self.public, self.path = public, path
        self.key, self.kind, self.needs_touch = public.fingerprint, public.kind, public.needs_touch
        self.environment = environment

    @property
    def private(self) -> Path | None:
        """The file that holds the key itself, or what leads to it in a security key; None where the agent has it."""
        if self.path is None:
            return None
        name = self.path.name.removesuffix(".pub").removesuffix("-cert")
        return next((each for each in (self.path, self.path.with_name(name)) if _is_private(each)), None)

    def sign(self, words: bytes, namespace: str, call: KeygenCall | None = None, /) -> str:
        call = call or KeygenCall()
        # Where the agent listens may be another since the last signature.
        environment = with_agent(self.environment)
        with self._named() as (key, descriptors):
            answer = call.run(
                *("-Y", "sign", "-n", namespace, *key),
                given=words,
                environment=environment,
                descriptors=descriptors,
                limit=TOUCH_SECONDS,
            )
        if answer.code:
            raise self._refused(answer, environment.get("SSH_AUTH_SOCK", ""))
        try:
            signature = unarmored(answer.out.decode())
            if parse(signature).key == self.public.blob:
                return signature
        except ValueError:
            pass
        raise _not_signed(f"ssh-keygen gave no signature by the key {self.key}.")

    @contextmanager
    def _named(self) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
        """Name the key for ssh-keygen: one whose file is there may lie in the agent all the same, others have to."""
        if self.path is not None:
            yield ("-f", str(self.path)) if self.private else ("-U", "-f", str(self.path)), ()
            return
        # A file without a name: nothing of it is left, whatever ends the program.
        with TemporaryFile() as file:
            file.write(f"{self.kind} {b64encode(self.public.blob).decode()}\n".encode())
            file.seek(0)
            yield ("-U", "-f", f"/dev/fd/{file.fileno()}"), (file.fileno(),)

    def _refused(self, answer: Answer, socket: str) -> NotSigned:
        file = self.private or (self.path.with_suffix("") if self.path else "FILE")
        add = f"ssh-add {file} gives it to the agent."
        begin = f"rm -f {socket}; ssh-agent -a {socket}" if socket else "eval $(ssh-agent)"
        match answer.said:
            case said if "get agent socket" in said:
                where = f"at {socket}" if socket else "here: SSH_AUTH_SOCK is not set"
                return _not_signed(f"No agent answers {where}.", f"{begin} begins one; {add}")
            case said if "find key in agent" in said:
                return _not_signed(f"The agent does not have the key {self.key}.", add)
            case said if "passphrase" in said:
                return _not_signed(f"The key {file} is locked.", add if socket else f"{begin} begins an agent; {add}")
            case said if "refused operation" in said and self.needs_touch:
                return _not_signed(f"The key {self.key} was not touched in time.", "Do it again.")
            case said if "refused operation" in said:
                return _not_signed(f"The agent refused to sign by {self.key}.", "ssh-add -l shows its keys.")
            case said if "option -- Y" in said:
                return _not_signed("This ssh-keygen is too old to sign.", "Install OpenSSH 8.2 or newer.")
            case said:
                last = said.splitlines()[-1] if said else f"exit code {answer.code}"
                return _not_signed(f"ssh-keygen did not sign: {last}.")


class NoSigner:
    """What stands for a key that should sign and can't be found: it says why where something is to be signed."""

    key, kind, needs_touch = "", "", False

    def __init__(self, why: NotSigned) -> None:
        self.why = why

    def sign(self, _words: bytes, _namespace: str, _call: KeygenCall | None = None, /) -> str:
        raise _not_signed(self.why.message, self.why.hint)


def _not_signed(message: str, hint: str = "") -> NotSigned:
    return NotSigned(message, f"{NOT_RECORDED} {hint}".rstrip())


def _is_private(path: Path) -> bool:
    return path.suffix != ".pub" and path.is_file()
