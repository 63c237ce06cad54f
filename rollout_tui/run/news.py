"""News: what others recorded since somebody's last entry."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import dataclass
from ..people import Actor, same_person
from .events import Entry, Observed


@dataclass(frozen=True)
class News:
    """What others recorded since an operator's last entry, `since`; None where the operator has none in this run."""

    since: Entry | None
    entries: tuple[Entry, ...]


def news_for(entries: Sequence[Entry], actor: Actor) -> News:
    """Give what happened since the operator last recorded something; what a probe of theirs saw, they did not."""
    did = (entry for entry in entries if not isinstance(entry.event, Observed))
    own = [entry for entry in did if same_person(entry.stamp.actor, actor)]
    since = own[-1] if own else None
    return News(since, tuple(entries[since.seq + 1 if since else 0 :]))
