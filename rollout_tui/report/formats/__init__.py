"""The formats of a report: one file each, found by the table `FORMATS`."""

from __future__ import annotations

import importlib

from ...frozen import dataclass
from ..model import Report


@dataclass(frozen=True)
class Format:
    """A format: the module beside this one that has its `render(report)`, and the endings of files that ask for it.

    Where `by_section` is true, `render(report, section)` gives one section alone.
    """

    module: str
    endings: tuple[str, ...]
    by_section: bool = False


FORMATS = {
    "text": Format("text", (".txt",), by_section=True),
    "md": Format("markdown", (".md",), by_section=True),
    "html": Format("html", (".html", ".htm")),
    "json": Format("json_", (".json",)),
    "csv": Format("csv_", (".csv",)),
}


def render(name: str, report: Report, section: str = "") -> str:
    """Give the report in a format, or the one section that is named; only that format's module is imported."""
    module = importlib.import_module(f".{FORMATS[name].module}", __name__)
    text: str = module.render(report, section) if section else module.render(report)
    return text
