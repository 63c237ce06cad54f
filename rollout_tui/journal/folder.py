"""The logs in a folder of runs."""

from __future__ import annotations

from pathlib import Path

from ..errors import RolloutError


def logs(folder: Path) -> list[Path]:
    """Give the logs of a folder by their names, none where there is no folder; RolloutError if it can't be read."""
    try:
        # `glob` would take a folder that can't be read for an empty one.
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unusable(folder, error) from None


def unusable(folder: Path, error: OSError) -> RolloutError:
    """Make the error for a folder that can't be read or made."""
    return RolloutError(f"The folder of runs {folder} can't be used: {error.strerror}.", "Choose another: --runs DIR.")
