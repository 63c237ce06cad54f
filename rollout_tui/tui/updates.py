"""What is published of a run that is worked from a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import RolloutError, Unsynced
from ..frozen import dataclass
from ..run.events import Entry

if TYPE_CHECKING:
    from ..run.consistency import Inconsistency
    from ..signing.signatures import Signed


@dataclass(frozen=True)
class Changed:
    """What is on disk since this was last published: the operator's entry, `mine`, what `others` recorded, and what
    this session `sensed` by itself.

    None of them, where only the plan's file changed, or looks were read that were kept.
    """

    mine: Entry | None = None
    others: tuple[Entry, ...] = ()
    sensed: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Lost:
    """The journal can't be read any more."""

    error: RolloutError


@dataclass(frozen=True)
class Doubtful:
    """It is unknown whether the last entry was recorded."""

    error: Unsynced


@dataclass(frozen=True)
class DoesNotFollow:
    """Entries that the run before them did not allow, found once after the run was opened."""

    found: tuple[Inconsistency, ...]


@dataclass(frozen=True)
class NotAsSigned:
    """Entries that are not as they were signed; where there are none, those that another signed than they name."""

    found: tuple[Signed, ...]


@dataclass(frozen=True)
class NotVerified:
    """What was signed could not be verified here."""

    error: RolloutError


@dataclass(frozen=True)
class Verified:
    """What was signed could be verified at last, where it could not before."""


@dataclass(frozen=True)
class Unsensed:
    """The run could not look, or what it saw could not be recorded; it is tried again."""

    error: RolloutError


@dataclass(frozen=True)
class AwaitsKey:
    """An entry waits for the key that signs it, which somebody has to touch or not; `is_over` says it does no more."""

    needs_touch: bool
    is_over: bool = False

    @property
    def words(self) -> str:
        return f"{'touch your key' if self.needs_touch else 'waiting for the key'} · esc gives up"


Update = Changed | Lost | Doubtful | DoesNotFollow | NotAsSigned | NotVerified | Verified | Unsensed | AwaitsKey
