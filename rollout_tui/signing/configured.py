"""What the user configured of signing, here or for git: the key that signs, and the file of allowed signers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import EVENT_NAMESPACE
from ..errors import NotSigned, UsageError
from ..frozen import dataclass
from ..identity import ask_git
from .keys import read_file, read_line
from .signer import NoSigner, Signer

if TYPE_CHECKING:
    from ..settings import Settings
    from .vouching import Vouching

_ASKED = r"^(gpg\.format|user\.signingkey|gpg\.ssh\.(defaultkeycommand|allowedsignersfile))$"
_COMMAND_SECONDS = 10
_LITERAL = "key::"
_KINDS = ("ssh-", "ecdsa-", "sk-")
_HINT = 'key = "~/.ssh/id_ed25519.pub" in config.toml names it, or git\'s user.signingKey with gpg.format = ssh.'


@dataclass(frozen=True)
class GitSigning:
    """What git signs with: `signs_by_ssh` says whether that is a key of SSH, `signers` is its file of allowed ones."""

    signs_by_ssh: bool = False
    key: str = ""
    key_command: str = ""
    signers: str = ""


def of_git() -> GitSigning:
    """Ask git, once; what it does not say is empty."""
    said = dict(each.partition("\n")[::2] for each in ask_git("config", "--null", "--get-regexp", _ASKED).split("\0"))
    return GitSigning(
        said.get("gpg.format", "").lower() == "ssh",
        said.get("user.signingkey", ""),
        said.get("gpg.ssh.defaultkeycommand", ""),
        said.get("gpg.ssh.allowedsignersfile", ""),
    )


def signers_file(settings: Settings, named: str = "", git: GitSigning | None = None) -> Path | None:
    """Give the file of allowed signers: the one that is named, else the user's, else git's; None where none is.

    `git` is what git says, where it was asked before.
    """
    found = named or settings.signers or (git or of_git()).signers
    return Path(found).expanduser() if found else None


def vouching(settings: Settings, now: Callable[[], datetime]) -> Vouching | None:
    """Give what tells whose signature lets a plan's probes run; None where the user wants to be asked.

    The file of signers is one that the user names: git's may lie in the repository that the plan comes from.
    """
    if settings.trust != "signed" or not settings.signers:
        return None
    from .vouching import Vouching

    return Vouching(Path(settings.signers).expanduser(), now)


def signer(settings: Settings, who: str, environment: Mapping[str, str] = os.environ) -> Signer | NoSigner | None:
    """Give what signs for whoever acts under this name: by the user's own key, else by git's; None without any.

    One that is configured and can't be read, or is somebody else's, is a signer too: it says so where it should sign.
    """
    git = GitSigning() if settings.key and settings.signers else of_git()
    try:
        found = configured_key(settings, environment, git)
        if found is not None:
            _need_theirs(signers_file(settings, git=git), found, who)
    except NotSigned as why:
        return NoSigner(why)
    return found


def need_signer(settings: Settings, who: str, environment: Mapping[str, str] = os.environ) -> Signer | NoSigner:
    """Give what signs for a user who wants everything signed."""
    return signer(settings, who, environment) or NoSigner(NotSigned("No key is configured to sign with.", _HINT))


def configured_key(
    settings: Settings, environment: Mapping[str, str] = os.environ, git: GitSigning | None = None
) -> Signer | None:
    """Give what signs by the key that the user configured, here or for git; NotSigned where it can't be read."""
    if settings.key:
        return _by(settings.key, environment)
    git = git or of_git()
    named = git.signs_by_ssh and (git.key or _said_by(git.key_command, environment))
    return _by(named, environment) if named else None


def _need_theirs(path: Path | None, found: Signer, who: str) -> None:
    """Refuse a key that the user's own file lists for somebody else: whoever verifies it would find another signer."""
    if path is None or not path.is_file():
        return
    from .signers import load

    try:
        signers = load(path)
    except UsageError:
        # It says nothing of anybody; whoever verifies by it is told that.
        return
    # When the key counts is another question.
    listed = signers.find(found.public.blob, who, datetime.fromtimestamp(0, UTC), EVENT_NAMESPACE)
    if listed.standing == "somebody-else":
        raise NotSigned(
            f"The key {found.key} is {listed.principal}'s by {path}, and you act as {who}.",
            "Act as whose it is (--as, ROLLOUT_OPERATOR), or write this name behind the key in that file.",
        )


def _by(named: str, environment: Mapping[str, str]) -> Signer:
    """Give the signer of a key as git names one: a file, or the public line itself."""
    line = named.removeprefix(_LITERAL).strip()
    if named.startswith(_LITERAL) or line.startswith(_KINDS):
        try:
            return Signer(read_line(line), None, environment)
        except ValueError:
            raise NotSigned(f"The key that is configured is no public line: {line[:60]}.", _HINT) from None
    path = Path(named).expanduser()
    return Signer(read_file(path), path, environment)


def _said_by(command: str, environment: Mapping[str, str]) -> str:
    """Give the key that git's command for it names, as git reads it: the first line, if that is a key itself."""
    if not command:
        return ""
    import shlex
    import subprocess

    try:
        found = subprocess.run(
            shlex.split(command),
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotSigned(f"git's gpg.ssh.defaultKeyCommand does not name a key: {error}.", _HINT) from None
    line = found.stdout.partition("\n")[0].strip()
    if not line.startswith((_LITERAL, *_KINDS)):
        raise NotSigned("git's gpg.ssh.defaultKeyCommand does not name a key.", _HINT)
    return line
