"""A reading as it is typed: a plain number, with the metric's own unit behind it or none."""

from __future__ import annotations

import re

from ..errors import UsageError
from ..text import safe

# Only these digits: others look alike to a reader and not to every program.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")


def read_number(text: str, unit: str = "") -> float:
    """Read a number, in the metric's `unit` where one is typed; UsageError if it is none, or may mean another."""
    typed = text.strip()
    number, own = typed, " ".join(unit.split()).casefold()
    if own and " ".join(typed.split()).casefold().endswith(own):
        number = typed[: len(typed) - len(unit.strip())].rstrip()
    if _NUMBER.fullmatch(number):
        return float(number)
    said = safe(typed, limit=40)
    if _COMMA.fullmatch(number):
        raise UsageError(f"{said!r} has a comma.", f"If that is {number.replace(',', '.')}, write it with a point.")
    raise UsageError(f"{said!r} is not a number.", f"Write it like 0.2 or 640{f', in {unit}' if unit else ''}.")
