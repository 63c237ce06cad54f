"""How far an item is, and what was read of a metric."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ..frozen import dataclass
from .stamp import Mark


class Status(StrEnum):
    """How an item stands; `sensed` is a probe's tick: it resolves as long as it is fresh, and signs nothing."""

    OPEN = "open"
    SENSED = "sensed"
    FAILED = "failed"
    SIGNED = "signed"
    WAIVED = "waived"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class ItemState:
    """How far an item is: `approvals` its sign-offs, `mark` its newest change, `due` the stage it is deferred to.

    `unsigned` are the approvals that are notes, as the run tells people apart by keys.
    """

    status: Status = Status.OPEN
    approvals: tuple[Mark, ...] = ()
    mark: Mark | None = None
    reason: str = ""
    due: str = ""
    unsigned: tuple[Mark, ...] = ()


UNTOUCHED = ItemState()


@dataclass(frozen=True)
class Reading:
    """A metric's newest reading in a stage; `value` is None where it could not be read.

    `sensed` says that a probe read it, `until` when it looked last where that was before it was recorded; `last` is the
    newest reading that gave a number, where this one gave none.
    """

    value: float | None
    breach: bool
    mark: Mark
    reason: str = ""
    sensed: bool = False
    until: datetime | None = None
    last: Reading | None = None

    @property
    def known(self) -> Reading | None:
        """The newest that gave a number: this one, or the last before it."""
        return self if self.value is not None else self.last

    @property
    def at(self) -> datetime:
        """The time that its age counts from."""
        return self.until or self.mark.at


def is_resolved(state: ItemState, *, emergency: bool) -> bool:
    if state.status is Status.OPEN:
        return emergency and bool(state.approvals)
    return state.status is not Status.FAILED
