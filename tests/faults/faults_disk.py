"""A disk that is full at every size within a block: valid is what was acknowledged, and the next append works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from tests.faults.fault import Fault, Scale

_CHILD = Path(__file__).with_name("fault_full_disk.py")


@cache
def _own_mounts() -> tuple[str, ...]:
    """Give the command under which a process may mount for itself alone; nothing where there is none."""
    for command in (("unshare", "--mount"), ("unshare", "--mount", "--user", "--map-root-user")):
        trial = [*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        if shutil.which("unshare") and not subprocess.run(trial, capture_output=True, check=False).returncode:
            return command
    return ()


def _missing() -> str:
    return "" if _own_mounts() else "a tmpfs can't be mounted here (unshare --mount)"


def _full(how: str, scale: Scale, folder: Path) -> Iterator[str]:
    place = folder / how
    place.mkdir()
    under = _own_mounts() if how == "tmpfs" else ()
    command = [*under, sys.executable, str(_CHILD), how, str(place), "29" if scale == "share" else "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    yield from done.stdout.splitlines()
    if done.returncode:
        yield done.stderr


FAULTS = (
    Fault("a full tmpfs at every size within a block", "valid = acknowledged", partial(_full, "tmpfs"), _missing),
    Fault("a file limit at every size within a block", "valid = acknowledged", partial(_full, "limit")),
)
