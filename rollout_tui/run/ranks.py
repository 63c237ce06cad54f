"""The ranks of a condition, and how one is told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ..frozen import dataclass
from .moment import Moment
from .stamp import Mark


class Rank(StrEnum):
    CALM = "calm"
    ATTENTION = "attention"
    ALARM = "alarm"
    ROLLBACK = "rollback"


Helps = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Condition:
    """How a run stands: `what` in capitals and `about` what, since when and by whom, where it is not calm.

    `helps` are actions of the table of intents, each with what it does; `subject` is the item that is wrong, if it is
    one; `more` counts what else is of this rank.
    """

    rank: Rank = Rank.CALM
    what: str = ""
    about: str = ""
    helps: Helps = ()
    subject: str = ""
    more: int = 0

    @property
    def text(self) -> str:
        return f"{self.what}: {self.about}" if self.about else self.what

    @property
    def word(self) -> str:
        """The rank where it stands among other words: nothing where it is calm."""
        return "" if self.rank is Rank.CALM else self.rank.upper()

    @property
    def brief(self) -> str:
        """The rank and what is the matter, where there is room for no more."""
        if self.rank is Rank.CALM or self.what.startswith(self.word):
            return self.what
        return f"{self.word} {self.what.lower()}" + (f" +{self.more}" if self.more else "")


CALM = Condition()


def attention(what: str, about: str, helps: Helps = (), subject: str = "") -> Condition:
    return Condition(Rank.ATTENTION, what, about, helps, subject)


def with_unsensed(found: Condition, why_not: str) -> Condition:
    """Raise a calm condition by why nobody looks though somebody should, which no entry says."""
    if not why_not or found.rank is not Rank.CALM:
        return found
    return attention("NOBODY LOOKS", why_not, (("measure", "asks"),))


def by(mark: Mark, now: Moment) -> str:
    return f"{mark.by}, {at(mark.at, now)}"


def at(at: datetime, now: Moment) -> str:
    return f"{at:%H:%M}" if at.date() == now.at.date() else f"{at:%d %b %H:%M}"
