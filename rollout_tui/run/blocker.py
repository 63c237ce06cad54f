"""A blocker: one thing that keeps a stage from ending or a phase from starting, with what would end it."""

from __future__ import annotations

from enum import StrEnum

from ..frozen import dataclass
from .window import WINDOW_ID


class BlockerKind(StrEnum):
    """In the order in which they are told: what is wrong first, then what holds the run up."""

    READ_ONLY = "read-only"
    ROLLBACK = "rollback"
    TRIGGER = "trigger"
    BREACH = "breach"
    FAILED = "failed"
    UNKNOWN = "unknown"
    HOLD = "hold"
    CLOCK = "clock"
    OPEN = "open"
    DUE = "due"
    UNREAD = "unread"
    STALE = "stale"
    SOAK = "soak"
    APPROVAL = "approval"
    WINDOW = WINDOW_ID


# What a person ends by deciding, not by going past it.
_NEVER_OVERRIDDEN = frozenset({BlockerKind.READ_ONLY, BlockerKind.ROLLBACK, BlockerKind.HOLD, BlockerKind.CLOCK})


@dataclass(frozen=True)
class Blocker:
    """One thing that blocks: `subject` is the item's or metric's id, `text` says what, `remedy` what would end it."""

    kind: BlockerKind
    text: str
    remedy: str
    subject: str = ""

    @property
    def id(self) -> str:
        """The name by which an override names it."""
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)

    @property
    def overridable(self) -> bool:
        return self.kind not in _NEVER_OVERRIDDEN
