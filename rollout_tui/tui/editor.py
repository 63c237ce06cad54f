"""The user's editor, with the terminal to itself for as long as it is open."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from textual.app import App, SuspendNotSupported

from ..errors import RolloutError, UsageError


def edit(app: App[int], path: Path) -> None:
    """Open a file in VISUAL, else EDITOR, and come back when it is closed; raises RolloutError if that can't be."""
    named = next((name for name in ("VISUAL", "EDITOR") if os.environ.get(name, "").strip()), "")
    if not named:
        raise UsageError(
            "No editor is set.", f"Set VISUAL or EDITOR, for example: export EDITOR=nano. The file: {path}"
        )
    try:
        command = shlex.split(os.environ[named])
        with app.suspend():
            code = subprocess.run([*command, str(path)], check=False).returncode
    except ValueError:
        raise UsageError(f"{named} can't be read: a quote in it is not closed.", "Set it anew.") from None
    except SuspendNotSupported:
        raise RolloutError("This terminal can't be lent to an editor.", f"Edit the file from another: {path}") from None
    except OSError as error:
        raise RolloutError(f"{command[0]} can't be opened: {error.strerror}.", f"See what {named} is set to.") from None
    if code:
        raise RolloutError(f"{command[0]} ended with code {code}.", "The file is shown as it is now.")
