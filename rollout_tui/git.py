"""What git knows of the folder and of the person in front of it."""

from __future__ import annotations


def ask(*arguments: str) -> str:
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


def user_name() -> str:
    """Give the name by which the user commits."""
    return ask("config", "user.name")
