"""Source text of a plan, opened without surprises: what is no plan at all is told in a sentence, and nothing hangs."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ..errors import UsageError
from ..text import safe
from .sections import SECTIONS
from .toml_text import LARGEST

_START = "Give the path of a plan; rollout new NAME writes one to fill in."
# Patterns are compiled where they are first used: what only reads a plan's text needs one of them.
# Two headers of different sections: a plan with mistakes has them too, and hardly any other file.
_HEADERS = rf"(?m)^[ \t]*\[{{1,2}}[ \t]*({'|'.join(('plan', *SECTIONS))})[ \t]*\]".encode()
_JOURNAL = r'\s*format\s*=\s*["\']rollout-journal/'
_BEGINNING = 1000
_MARKDOWN = r"(?m)^(?:#{1,6} .*\n(?:.*\n)*?\s*(?:\||[-*] )|\s*[-*] \[[ xX]\] |\|[ :-]+\|)"


def read_text(path: Path) -> str:
    """Read a plan's text exactly as it is; raises UsageError for what can't be a plan file."""
    name = safe(str(path))
    data = _read_bytes(path, name)
    if len(data) > LARGEST:
        raise UsageError(f"{name} is larger than 1 MiB: that is no plan.", "Give the path of a plan.")
    if b"\0" in data:
        raise UsageError(f"{name} is not a text file.", _START)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}: this is not UTF-8 text.", "Save the file as UTF-8.") from None
    if not text.strip():
        raise UsageError(f"{name} is empty.", _START)
    if re.match(_JOURNAL, text):
        raise UsageError(f"{name} is the journal of a run, not a plan.", f"To go on with it: rollout resume {name}")
    return text


def looks_like_plan(path: Path) -> bool:
    """Say whether a file that nobody named is a plan, be it one with mistakes; raises OSError if it can't be read."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        data = file.read(LARGEST)
    is_journal = re.match(_JOURNAL, data[:_BEGINNING].decode(errors="replace")) is not None
    return len(set(re.findall(_HEADERS, data))) > 1 and not is_journal


def looks_like_journal(path: Path) -> bool:
    """Say whether a file is the journal of a run; raises OSError if it can't be read."""
    with path.open("rb") as file:
        return re.match(_JOURNAL, file.read(_BEGINNING).decode(errors="replace")) is not None


def looks_like_markdown(path: Path, text: str) -> bool:
    """Say whether a text that is no TOML is likely a Markdown document."""
    return path.suffix.lower() in {".md", ".markdown", ".mdown"} or re.search(_MARKDOWN, text) is not None


def markdown_error(path: Path) -> UsageError:
    name = safe(str(path))
    return UsageError(f"{name} looks like Markdown; a plan is TOML.", f"rollout import {name} makes a plan of it.")


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        # The kind is asked first: opening a device may act on it. And again once open: the path may have changed.
        _refuse_unless_file(os.stat(path).st_mode, name)
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with open(descriptor, "rb") as file:
            _refuse_unless_file(os.fstat(descriptor).st_mode, name)
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UsageError(f"There is no file {name}.", _START) from None
    except PermissionError:
        raise UsageError(f"{name} may not be read by you.", "Ask for permission, or copy the plan.") from None
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}.", _START) from None
    except ValueError:
        # A NUL in the path itself.
        raise UsageError(f"{name} can't be the name of a file.", _START) from None


def _refuse_unless_file(mode: int, name: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise UsageError(f"{name} is a folder.", "Give the path of a plan in it.")
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    raise UsageError(f"{name} is {kinds.get(stat.S_IFMT(mode), 'no file')}, not a plan file.", _START)
