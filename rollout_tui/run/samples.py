"""Samples: every look of one window, as lines of JSON that are kept beside the journal with the event that closes it.

The first line says what was looked at, each other one is a look. Where the outcome changed, and of the last look, a
line has the evidence as well: the answer's beginning, the SHA-256 of the whole, the status or exit code.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ..frozen import dataclass
from .observation import ERROR, FAIL, PASS, UNKNOWN, Sight

_EVIDENCE = ("answer", "sha256", "code")


@dataclass(frozen=True)
class Sample:
    """One look: `at` is when it looked, `sampled` the source's own time of what it saw, both in UTC.

    `samples` says how many things the value rests on, `code` is an HTTP status or an exit code.
    """

    at: datetime
    outcome: Sight
    value: float | None = None
    reason: str = ""
    sampled: datetime | None = None
    samples: int | None = None
    answer: str = ""
    sha256: str = ""
    code: int | None = None


@dataclass(frozen=True)
class Window:
    """The looks of one subject in one stage, the oldest first; `asked` is what was asked for each of them."""

    subject: str
    stage: str
    asked: str
    looks: tuple[Sample, ...]


def write(window: Window) -> bytes:
    """Give the lines of a window."""
    head = {"subject": window.subject, "stage": window.stage, "asked": window.asked}
    return "".join(f"{json.dumps(line)}\n" for line in (head, *_lines(window.looks))).encode()


def read(kept: bytes) -> Window | None:
    """Give the window that was kept; None where the bytes are none, as with a file that a person attached."""
    try:
        head, *lines = (json.loads(line) for line in kept.decode().splitlines())
        asked = _text(head, "subject"), _text(head, "stage"), _text(head, "asked")
        return Window(*asked, tuple(_sample(line) for line in lines))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _lines(looks: Iterable[Sample]) -> Iterable[dict[str, Any]]:
    before = None
    looks = tuple(looks)
    for look in looks:
        said = {name: value for name, value in vars(look).items() if value not in (None, "")}
        if look.outcome == before and look is not looks[-1]:
            said = {name: value for name, value in said.items() if name not in _EVIDENCE}
        before = look.outcome
        yield said | {name: value.isoformat() for name, value in said.items() if isinstance(value, datetime)}


def _sample(line: dict[str, Any]) -> Sample:
    outcomes: dict[str, Sight] = {each: each for each in (PASS, FAIL, UNKNOWN, ERROR)}
    return Sample(
        _time(line["at"]),
        outcomes[line["outcome"]],
        _number(line.get("value")),
        _text(line, "reason", ""),
        _time(line["sampled"]) if "sampled" in line else None,
        _count(line.get("samples")),
        _text(line, "answer", ""),
        _text(line, "sha256", ""),
        _count(line.get("code")),
    )


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _number(value: object) -> float | None:
    """Read a value; NaN and what is infinite are none."""
    if value is not None and not isinstance(value, int | float):
        raise TypeError(value)
    return float(value) if value is not None and math.isfinite(value) else None


def _count(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError(value)
    return value


def _text(line: dict[str, Any], name: str, default: str | None = None) -> str:
    text = line[name] if default is None else line.get(name, default)
    if not isinstance(text, str):
        raise TypeError(text)
    return text
