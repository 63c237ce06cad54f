"""The agent that holds a user's keys: where it is now, and which keys it has."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from subprocess import DEVNULL, SubprocessError, run

from ..sshsig import NotSshsig
from .keys import PublicKey, read_line

_SOCKET = "SSH_AUTH_SOCK"
_SECONDS = 2.0


def with_agent(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the environment with the agent that answers now.

    A shell in tmux keeps the socket of the login that it was begun by, which is gone with that: tmux knows the newest.
    """
    own = environment.get(_SOCKET, "")
    if "TMUX" in environment and not _answers(own) and (newest := _of_tmux(environment)):
        return {**environment, _SOCKET: newest}
    return dict(environment)


def keys(environment: Mapping[str, str]) -> tuple[PublicKey, ...]:
    """Give the keys that the agent has, which may be none; none where there is no agent."""
    found = []
    for line in _said(("ssh-add", "-L"), environment).splitlines():
        with suppress(NotSshsig):
            found.append(read_line(line))
    return tuple(found)


def _of_tmux(environment: Mapping[str, str]) -> str:
    name, _, path = _said(("tmux", "show-environment", _SOCKET), environment).strip().partition("=")
    return path if name == _SOCKET and _answers(path) else ""


def _answers(path: str) -> bool:
    if not path:
        return False
    with socket.socket(socket.AF_UNIX) as tried:
        tried.settimeout(_SECONDS)
        try:
            tried.connect(path)
        except OSError:
            return False
    return True


def _said(command: tuple[str, ...], environment: Mapping[str, str]) -> str:
    try:
        found = run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, stdin=DEVNULL, env=environment
        )
    except (OSError, SubprocessError, UnicodeDecodeError):
        return ""
    return found.stdout
