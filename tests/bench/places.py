"""Where is measured: on the disk that the project lies on, in a folder that git ignores."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACE = Path(__file__).parents[2] / ".bench"


@contextmanager
def folder_on_disk() -> Iterator[Path]:
    """Give a new folder for one measurement; a folder in memory, as /tmp may be, would sync nothing."""
    # What compiles its modules anew at each start is not what was installed.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        yield Path(folder)
