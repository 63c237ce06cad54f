"""A mistake of this program itself: a sentence for the user, and the traceback in a file for whoever mends it."""

from __future__ import annotations

import tempfile
import traceback
from types import TracebackType

from ..text import one_line
from .output import tell


def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell that the program failed, and where the details are."""
    tell(f"rollout failed by a mistake of its own: {kind.__name__}: {one_line(str(error), limit=200)}")
    try:
        with tempfile.NamedTemporaryFile("w", prefix="rollout-", suffix=".txt", delete=False, errors="replace") as file:
            traceback.print_exception(kind, error, trace, file=file)
    except OSError:
        return
    tell(f"What was recorded stays recorded. Please report this with the details in {file.name}.")
