"""Who is acting here: the name that is claimed, else what git or the system knows; and what git knows of the folder."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from .errors import UsageError
from .people import Actor
from .text import safe

_LONGEST = 80
_LONGEST_UID = 10

LOGIN_UID = Path("/proc/self/loginuid")
"""Where Linux keeps who logged in, which neither sudo nor su changes."""

# What stands there where nobody logged in: of a service, or of a job of a timer.
_NO_SESSION = 2**32 - 1


def identify(claimed: str | None, environment: Mapping[str, str]) -> Actor:
    """Give who acts: `--as`, else ROLLOUT_OPERATOR, else git's user name, else the login name."""
    runs_as = _login_of(os.getuid())
    login = _who_logged_in() or runs_as
    name = (claimed or environment.get("ROLLOUT_OPERATOR") or git_user_name() or login).strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        hint = f"Give a name of at most {_LONGEST} visible characters: --as NAME or ROLLOUT_OPERATOR."
        raise UsageError(f"{safe(name, limit=_LONGEST)!r} can't be an operator's name.", hint)
    return Actor(
        name,
        login,
        os.uname().nodename,
        via=_caller({login, runs_as}, environment),
        runs_as=runs_as if runs_as != login else "",
    )


def _who_logged_in() -> str:
    """Give the login of who began the session, as Linux keeps it through sudo and su; empty where nobody did.

    What a variable says of it (LOGNAME, USER) is only a claim.
    """
    try:
        text = LOGIN_UID.read_text().strip()
    except (OSError, ValueError):
        text = ""
    audited = text.isdecimal() and len(text) <= _LONGEST_UID and int(text) != _NO_SESSION
    return _login_of(int(text)) if audited else ""


def _login_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OSError, OverflowError):
        return f"uid{uid}"


def _caller(known: set[str], environment: Mapping[str, str]) -> str:
    """Give who called sudo, as sudo says it: several people may act as one login; empty where nobody did.

    A variable can be made up, so it stands beside the login and never in its place.
    """
    uid = environment.get("SUDO_UID", "")
    by_uid = _login_of(int(uid)) if uid.isdecimal() and len(uid) <= _LONGEST_UID else ""
    caller = by_uid or environment.get("SUDO_USER", "")
    seemly = caller.isprintable() and " " not in caller and len(caller) <= _LONGEST
    return caller if seemly and caller not in known else ""


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
