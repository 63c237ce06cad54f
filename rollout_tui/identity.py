"""Who is acting here: the name that is claimed, else what git or the system knows; and what git knows of the folder."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

from .errors import UsageError
from .people import Actor
from .text import safe

_LONGEST = 80
_LOGIN_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")


def identify(claimed: str | None, environment: Mapping[str, str]) -> Actor:
    """Give who acts: `--as`, else ROLLOUT_OPERATOR, else git's user name, else the login name."""
    login = _login()
    name = (claimed or environment.get("ROLLOUT_OPERATOR") or git_user_name() or login).strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        hint = f"Give a name of at most {_LONGEST} visible characters: --as NAME or ROLLOUT_OPERATOR."
        raise UsageError(f"{safe(name, limit=_LONGEST)!r} can't be an operator's name.", hint)
    return Actor(name, login, os.uname().nodename)


def _login() -> str:
    # As `getpass` does, which would load what reads passwords from a terminal.
    if claimed := next(filter(None, map(os.environ.get, _LOGIN_VARIABLES)), None):
        return claimed
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError):
        return f"uid{os.getuid()}"


def git_user_name() -> str:
    """Give the name by which the user commits."""
    return ask_git("config", "user.name")


def ask_git(*arguments: str) -> str:
    """Give git's answer to a question on one line; an empty text where there is none, or no git."""
    # A script names its operator and need not pay for asking git.
    import subprocess

    try:
        found = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return found.stdout.strip()
