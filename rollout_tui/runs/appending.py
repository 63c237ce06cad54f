"""What is appended to a run, and what came of it."""

from __future__ import annotations

from collections.abc import Generator

from ..errors import NotSigned, RolloutError
from ..frozen import dataclass
from ..journal.blocks import EVENT_NAMESPACE as EVENT_NAMESPACE
from ..journal.blocks import encode_words
from ..run.events import NO_EXTRAS, Entry, Event, Extras, Stamp


@dataclass(frozen=True)
class Draft:
    """An event to append, who acted when, and `sees`: the head that its author really had before them.

    `extras` are what it says beside its own fields, such as a file that was kept; `signature` is the author's over its
    `words`, in Base64, if they signed.

    What it was decided on is the store's `expected_head`, and may be newer: others may have recorded meanwhile.
    """

    event: Event
    stamp: Stamp
    sees: str
    extras: Extras = NO_EXTRAS
    signature: str = ""

    @property
    def words(self) -> bytes:
        """The bytes of its block before what the store adds: what its author may sign.

        RolloutError where a text or a plan is too large.
        """
        return encode_words(self.event, self.stamp, self.sees, self.extras)


@dataclass(frozen=True)
class Recorded:
    """The event is kept for good, as this entry."""

    entry: Entry


@dataclass(frozen=True)
class Behind:
    """Nothing was written: others had appended these entries behind the expected head.

    None of them, where the evidence that the draft names is there no more: it has to be kept again.
    """

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether the event was recorded; `error` tells it.

    `pending`: the same draft with the same expected head, appended again to this store, finds out, and is never
    recorded twice: Recorded with the entry that is there, if it is this one, whoever appended behind it since; where
    others were first, Behind. Without `pending` it stays unknown, and this store takes no more.
    """

    error: RolloutError
    pending: bool


@dataclass(frozen=True)
class Lost:
    """The store has lost what was recorded: it ends at event `last`. Nothing was written, and it takes no more."""

    last: int


@dataclass(frozen=True)
class ReadOnly:
    """The store takes nothing, and `why` says so; nothing was written."""

    why: str


Outcome = Recorded | Behind | Unknown | Lost | ReadOnly

Acting = Generator[bytes, str, Entry]
"""An intent on its way into the log: gives words that are to be signed, takes the signature, ends with the entry."""


def advance(acting: Acting, signed: str | NotSigned = "") -> bytes | Entry:
    """Give the words that are to be signed next, or the entry.

    `signed` is the signature over the words given before, or why there is none.
    """
    try:
        if isinstance(signed, NotSigned):
            return acting.throw(signed)
        return acting.send(signed) if signed else next(acting)
    except StopIteration as end:
        entry: Entry = end.value
        return entry
