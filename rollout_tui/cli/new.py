"""`rollout new`: a commented plan to fill in, from the template or from an older plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..identity import ask_git, git_user_name
from ..plan import drafts, ids, toml
from ..plan.model import Plan
from ..plan.placeholders import placeholders
from ..plan.rules import check
from ..text import safe
from .output import say, tell

_LONGEST_NAME = 200


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Write a commented plan to fill in, and print its path. It asks nothing: name, service and owner are set as "
        "far as the arguments and git tell; everything else stands in [brackets]."
    )
    parser.add_argument(
        "name",
        metavar="NAME",
        help="the change's name; its file is made of it, in ./plans if there is one; or FILE.toml",
    )
    parser.add_argument(
        "--from",
        dest="older",
        metavar="PLAN",
        type=Path,
        help="start from an older plan: its release becomes the previous one, its dates and results go",
    )


def run(arguments: argparse.Namespace, _clock: Clock) -> int:
    name, path = _named(arguments.name)
    owner = _known(git_user_name())
    if arguments.older:
        text = drafts.from_older(toml.load(arguments.older), name, owner)
    else:
        text = drafts.from_template(name, _service(), owner)
    if path.with_name(drafts.SCHEMA_FILE).exists():
        text = drafts.with_schema(text)
    _write(path, text)
    say(str(path))
    tell(_what_is_left(path, text))
    return 0


def _named(given: str) -> tuple[str, Path]:
    """Give the plan's name and its file, of which the argument is the one or the other."""
    path = Path(given)
    if path.suffix == ".toml":
        words = path.stem.replace("-", " ").replace("_", " ").strip()
        name = words[:1].upper() + words[1:]
    else:
        name = given.strip()
        folder = Path("plans")
        path = (folder if folder.is_dir() else Path()) / f"{ids.slug(name)}.toml"
    if not any(map(str.isalnum, name)) or not name.isprintable() or len(name) > _LONGEST_NAME:
        hint = f'At most {_LONGEST_NAME} visible characters: rollout new "Checkout v2"'
        raise UsageError(f'"{safe(given, limit=_LONGEST_NAME)}" can\'t be the name of a plan.', hint)
    return name, path


def _service() -> str:
    """Give the service's name: that of git's remote, else that of the folder."""
    remote = ask_git("remote", "get-url", "origin").rstrip("/").removesuffix(".git")
    folder = Path(ask_git("rev-parse", "--show-toplevel") or Path.cwd()).name
    return _known(remote.replace(":", "/").rpartition("/")[2]) or _known(folder)


def _known(text: str) -> str:
    """Give a text that a plan may hold; nothing where git or the folder has another."""
    return text if text.isprintable() and len(text) <= _LONGEST_NAME else ""


def _write(path: Path, text: str) -> None:
    """Write a file that was not there; raises UsageError where it was, and leaves no part of one."""
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError:
        raise UsageError(f"{path} is there already.", "Give another name, or FILE.toml for another place.") from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {path.parent}.", "Make it first, or give another place.") from None
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink()
        raise


def _what_is_left(path: Path, text: str) -> str:
    plan = toml.parse(text, path.name)
    found = (*placeholders(plan), *check(plan)) if isinstance(plan, Plan) else plan
    return f"{len(found)} things are left to fill in: rollout check {path} names them."
