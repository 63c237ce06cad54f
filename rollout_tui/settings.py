"""The user's configuration: the theme, keys by the ids of what they do, and how what they say is signed.

A mistake in it never keeps the app from opening: what can be used is used, and the rest is said with file and line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from .frozen import dataclass

if TYPE_CHECKING:
    from .plan.mistakes import KeyPath, Problem

_EXAMPLE = 'a text such as "ctrl+w" or "w,delete"'

# What is a text, and what it looks like.
_TEXTS = {
    "theme": 'a theme\'s name, such as "rollout-light"',
    "sign": '"ask", "always" or "never"',
    "key": 'a key\'s file or its public line, such as "~/.ssh/id_ed25519.pub"',
    "authority": 'a time stamp authority\'s address, such as "https://tsa.example/tsr"',
    "authority_ca": 'the file of its CA, such as "~/.config/rollout/tsa.pem"',
    "trust": '"ask" or "signed"',
    "signers": 'the file of allowed signers, such as "~/.ssh/allowed_signers"',
}
_KNOWN = (*_TEXTS, "keys")

Sign = Literal["ask", "always", "never"]
SIGN: tuple[Sign, ...] = get_args(Sign)

Trust = Literal["ask", "signed"]
_CHOICES: dict[str, tuple[str, ...]] = {"sign": SIGN, "trust": get_args(Trust)}


@dataclass(frozen=True)
class Settings:
    """What the file says; `keys` by their key path in it, of which the id is all but the first part.

    `key` names the key that signs, `signers` the file that says whose key is whose; empty where git's are meant.
    `authority` is the address of who stamps logs, `authority_ca` the file of the certificates that vouch for it.
    `trust` says whether a plan that somebody of `signers` has signed may look at what it names without a question.
    """

    path: Path = Path()
    text: str = ""
    theme: str = ""
    sign: Sign = "ask"
    key: str = ""
    signers: str = ""
    trust: Trust = "ask"
    authority: str = ""
    authority_ca: str = ""
    keys: Mapping[KeyPath, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()

    def tell(self, problems: Iterable[Problem]) -> tuple[str, ...]:
        """Write each problem on a line, with the file and the place in it."""
        from .plan.locate import places
        from .plan.mistakes import Mistake, render, write_path

        found = places(self.text)
        told = []
        for each in problems:
            at = found.of_key(each.path) if each.at_key else found.of_value(each.path)
            key = write_path(each.path)
            told.append(
                render(Mistake(str(self.path), at.line, at.column, key, each.found, each.expected, each.suggestion))
            )
        return tuple(told)


def own() -> Settings:
    """Read the user's own file."""
    return load(_folder() / "config.toml")


def _folder() -> Path:
    """Give the folder of what a user configures; where it is known, without what each script would wait for."""
    if sys.platform == "linux":
        # Whoever has no home, as in some containers, has configured nothing.
        return Path(os.path.expanduser(os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config"), "rollout")
    from platformdirs import user_config_path

    return user_config_path("rollout")


def load(path: Path) -> Settings:
    """Read a configuration file; one that is not there says nothing."""
    # What may not even be looked for is told below; `Path.exists` would raise.
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe would be waited for.
        return Settings(path, mistakes=(f"{path}: this is no file.",))
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(path)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "this is not UTF-8 text"
        return Settings(path, mistakes=(f"{path}: {why}.",))
    return _read(path, text)


def _read(path: Path, text: str) -> Settings:
    from .plan.mistakes import Mistake, Problem, render, shown
    from .plan.toml_text import Unreadable, read

    try:
        document = read(text)
    except Unreadable as error:
        problem = error.problem
        told = render(Mistake(str(path), error.line, error.column, "", problem.found, problem.expected))
        return Settings(path, text, mistakes=(told,))
    problems = [*_unknown(document)]
    found: dict[str, Any] = {}
    for name, example in _TEXTS.items():
        value = document.get(name, "")
        if isinstance(value, str) and (name not in _CHOICES or value in ("", *_CHOICES[name])):
            found |= {name: value} if value else {}
        else:
            problems.append(Problem((name,), shown(value), example))
    found["keys"] = texts = {}
    keys = document.get("keys", {})
    if not isinstance(keys, dict):
        problems.append(Problem(("keys",), shown(keys), 'a table [keys] of lines such as run.waive = "W"'))
        keys = {}
    for place, value in _leaves(("keys",), keys):
        if isinstance(value, str) and value.strip():
            texts[place] = value
        else:
            problems.append(Problem(place, shown(value), _EXAMPLE))
    if found.get("trust") == "signed" and "signers" not in found:
        # That of git often lies in a repository, where the plan comes from.
        problems.append(Problem(("trust",), shown("signed"), "signers beside it: the file of those whom you trust"))
    settings = Settings(path, text, **found)
    return replace(settings, mistakes=settings.tell(problems)) if problems else settings


def _unknown(document: Mapping[str, Any]) -> Iterator[Problem]:
    from .plan.mistakes import Problem, did_you_mean, nearest

    for key in document.keys() - set(_KNOWN):
        near = did_you_mean(nearest(key, _KNOWN))
        yield Problem((key,), "an unknown key", f"{', '.join(_TEXTS)} or [keys]", near, at_key=True)


def _leaves(path: KeyPath, table: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """The values of a table and of those in it: run.waive = "W" is a table in a table."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves((*path, key), value)
        else:
            yield (*path, key), value
