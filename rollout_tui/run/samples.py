"""Samples: every look of one window, as lines of JSON that are kept beside the journal with the event that closes it.

The first line says what was looked at, each other one is a look. Where the outcome changed, and of the last look, a
line has the evidence as well: the answer's beginning, the SHA-256 of the whole, the status or exit code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..frozen import dataclass
from .observation import Sight

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
        return Window(head["subject"], head["stage"], head["asked"], tuple(_sample(line) for line in lines))
    except (ValueError, KeyError, TypeError, AttributeError):
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
    times: dict[str, Any] = {name: datetime.fromisoformat(line[name]) for name in ("at", "sampled") if name in line}
    return Sample(**line | times)
