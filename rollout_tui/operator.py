"""Who is acting: the name that is claimed, and login@host as the machine knows it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

from . import git
from .errors import UsageError
from .frozen import dataclass
from .text import safe

_LONGEST = 80
_LOGIN_VARIABLES = ("LOGNAME", "USER", "LNAME", "USERNAME")


@dataclass(frozen=True)
class Operator:
    """The person, script or CI job that acts."""

    name: str
    login: str
    host: str

    @property
    def origin(self) -> str:
        return f"{self.login}@{self.host}"


def identify(claimed: str | None, environment: Mapping[str, str]) -> Operator:
    """Give the operator: `--as`, else ROLLOUT_OPERATOR, else git's user name, else the login name."""
    login = _login()
    name = (claimed or environment.get("ROLLOUT_OPERATOR") or git.user_name() or login).strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        hint = f"Give a name of at most {_LONGEST} visible characters: --as NAME or ROLLOUT_OPERATOR."
        raise UsageError(f"{safe(name, limit=_LONGEST)!r} can't be an operator's name.", hint)
    return Operator(name, login, os.uname().nodename)


def _login() -> str:
    # As `getpass` does, which would load what reads passwords from a terminal.
    if claimed := next(filter(None, map(os.environ.get, _LOGIN_VARIABLES)), None):
        return claimed
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except (KeyError, OSError):
        return f"uid{os.getuid()}"
