"""The history across runs, told to people: one file a format, found by the table `FORMATS`."""

from __future__ import annotations

import importlib
from datetime import datetime

from ...frozen import dataclass
from ...run.figures import Figures


@dataclass(frozen=True)
class History:
    """The runs that were asked for, the oldest first, what was skipped and why, and how many rehearsals were left out.

    `torn` are logs that count, but end in an incomplete entry that nobody has recovered yet.
    """

    runs: tuple[Figures, ...]
    skipped: tuple[tuple[str, str], ...]
    torn: tuple[tuple[str, str], ...]
    rehearsals: int
    since: datetime | None
    now: datetime


@dataclass(frozen=True)
class Format:
    """A format: the module beside this one that has its `render(history) -> str`, and what its option does.

    Without `help` it has no option: it is what people get in a pipe or on a terminal.
    """

    module: str
    help: str = ""


FORMATS = {
    "lines": Format("lines"),
    "table": Format("table"),
    "json": Format("json_", "print JSON"),
    "csv": Format("csv_", "print CSV, a line for each run"),
}


def render(name: str, history: History) -> str:
    """Give the history in a format; only that format's module is imported."""
    module = importlib.import_module(f".{FORMATS[name].module}", __name__)
    text: str = module.render(history)
    return text
