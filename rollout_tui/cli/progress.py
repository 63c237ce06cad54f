"""How far a long command is: a bar on stderr, only on a terminal and only where it takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

PATIENCE_SECONDS = 1.0
"""How long nobody needs to be told that something is under way."""


def shown(things: Sequence[Thing], doing: str) -> Iterator[Thing]:
    """Give the things one by one, under a bar where they take longer than a moment."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from things
        return
    began = time.monotonic()
    for place, thing in enumerate(things):
        if time.monotonic() - began > PATIENCE_SECONDS:
            yield from _under_a_bar(things, place, doing)
            return
        yield thing


def _under_a_bar(things: Sequence[Thing], place: int, doing: str) -> Iterator[Thing]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(doing, markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=len(things), completed=place)
        for thing in things[place:]:
            yield thing
            progress.advance(task)
