"""A look: what was asked and answered, and which of four outcomes it is; neither an error nor nothing is a pass."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from ..frozen import dataclass
from ..text import one_line
from .secret import Secrets

ANSWER_LIMIT = 8 * 1024
_REASON_LIMIT = 300


class Outcome(StrEnum):
    """Looked and it holds; looked and it does not; looked, and there was nothing to judge; could not look."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    ERROR = "error"


@dataclass(frozen=True)
class Look:
    """One look of a probe, with its evidence.

    `asked` is the query as it was sent, the method and address, or the command; `answer` the beginning of what came
    back, and `sha256` of all that was read of it. Secrets are masked in the texts. `code` is an HTTP status or an exit
    code, `at` this machine's time, `sampled` the source's time of the oldest sample that the value rests on.
    """

    outcome: Outcome
    value: float | None
    reason: str
    asked: str
    answer: str
    sha256: str
    code: int | None
    at: datetime
    sampled: datetime | None = None
    samples: int | None = None


class Unseen(Exception):
    """A look ends here without a value that could be judged, or does not hold whatever the value is."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome, self.reason = outcome, reason


class Evidence:
    """What a look has found so far, filled by the kind that looks."""

    def __init__(self, asked: str, secrets: Secrets) -> None:
        self.asked = asked
        self.secrets = secrets
        self.code: int | None = None
        self.sampled: datetime | None = None
        self.samples: int | None = None
        self._answer, self._sha256 = b"", ""

    def read(self, answer: bytes, code: int | None, sha256: str = "") -> None:
        """Note an answer; `sha256` where more was read than is given."""
        self._answer, self.code = answer, code
        self._sha256 = sha256 or hashlib.sha256(answer).hexdigest()

    def look(self, outcome: Outcome, reason: str, at: datetime, value: float | None = None) -> Look:
        answer = self.secrets.mask(self._answer.decode(errors="replace"))
        return Look(
            outcome,
            value,
            self.said(reason),
            self.secrets.mask(self.asked),
            answer.encode()[:ANSWER_LIMIT].decode(errors="ignore"),
            self._sha256,
            self.code,
            at,
            self.sampled,
            self.samples,
        )

    def said(self, reason: str) -> str:
        """Give a reason as it may be shown."""
        return one_line(self.secrets.mask(reason), limit=_REASON_LIMIT)


def error(reason: str) -> Unseen:
    return Unseen(Outcome.ERROR, reason)


def unknown(reason: str) -> Unseen:
    return Unseen(Outcome.UNKNOWN, reason)


def fail(reason: str) -> Unseen:
    return Unseen(Outcome.FAIL, reason)
