"""The clipboard: tmux's own buffer inside tmux, else the terminal's, which never tells whether it took it."""

from __future__ import annotations

import asyncio
import os
import subprocess

from textual.app import App

from .notices import IN_TMUX, SENT, Notices

_SECONDS = 2

# Only tmux from 3.2 on hands its buffer on to the terminal.
_COMMANDS = (["tmux", "load-buffer", "-w", "-"], ["tmux", "load-buffer", "-"])


async def copy(app: App[object], notices: Notices, text: str) -> None:
    """Copy a text, and leave it on the screen under what was done with it, so that it can be selected there too."""
    notices.take_back(IN_TMUX, SENT)
    if "TMUX" in os.environ and await asyncio.to_thread(_is_in_tmux, text):
        notices.say(IN_TMUX, text)
    else:
        app.copy_to_clipboard(text)
        notices.say(SENT, text)


def _is_in_tmux(text: str) -> bool:
    """Give whether tmux, which by itself ignores what a program sends to the terminal's clipboard, took the text."""
    for command in _COMMANDS:
        try:
            done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        if done.returncode == 0:
            return True
    return False
