"""News: what others recorded since somebody's last entry, and what of it tells something new."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import dataclass
from ..people import CLAIMED, Actor, Identity, same_person
from .events import Entry, Observed


@dataclass(frozen=True)
class News:
    """What others recorded since an operator's last entry, `since`; None where the operator has none in this run."""

    since: Entry | None
    entries: tuple[Entry, ...]


def news_for(entries: Sequence[Entry], actor: Actor, identity: Identity = CLAIMED) -> News:
    """Give what happened since the operator last recorded something; what a probe of theirs saw, they did not."""
    did = (entry for entry in entries if not isinstance(entry.event, Observed))
    own = [entry for entry in did if same_person(entry.actor, actor, identity)]
    since = own[-1] if own else None
    return News(since, telling(entries, since.seq + 1 if since else 0))


def telling(entries: Sequence[Entry], first: int) -> tuple[Entry, ...]:
    """Give the entries from a number on, but for looks of a probe that saw what the look before them had seen."""
    seen: dict[tuple[str, str], str] = {}
    found = []
    for entry in entries:
        event = entry.event
        if isinstance(event, Observed):
            subject = event.subject, event.stage
            is_known = seen.get(subject) == event.outcome
            seen[subject] = event.outcome
            if is_known:
                continue
        if entry.seq >= first:
            found.append(entry)
    return tuple(found)
