"""What a fault is: a figure that the record must hold, and the cases that try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Scale = Literal["share", "whole"]
"""How much is tried: a share that every test run can afford, or all of it."""


@dataclass(frozen=True)
class Fault:
    """One figure: `tries` gives for each case what went wrong, or an empty text; `missing` why it can't be tried."""

    figure: str
    bound: str
    tries: Callable[[Scale, Path], Iterator[str]]
    missing: Callable[[], str] = lambda: ""
