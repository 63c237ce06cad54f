"""The anchors of a log: which of its heads an authority has stamped, whether that verifies, and what lies behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..errors import Damaged, RolloutError
from ..frozen import dataclass
from ..run.events import Entry, HeadAnchored, entry_named
from ..run.subjects.observations import read_time
from ..text import safe
from .timestamp import NoOpenssl, NotStamped, Untrusted, read, verify

Kind = Literal["verified", "not-asked", "untrusted", "unverified", "altered"]
"""What was found of an anchor.

`not-asked`: no CA was given. `untrusted`: the CA that was given does not vouch for the authority. `unverified`: its
evidence or openssl is missing. `altered`: it is about another log, another time, or no time stamp at all.
"""

_NO_CA = "no CA given"
_NOT_ANCHORED = "not anchored"
_LONGEST = 200


@dataclass(frozen=True)
class Anchor:
    """An anchor: event `seq` says that the log was stamped up to event `head`; `why` is it not verified, if it isn't.

    `time` is the authority's own where it verifies, else what the entry claims.
    """

    seq: int
    head: int
    kind: Kind
    authority: str
    time: datetime | None = None
    why: str = ""

    @property
    def words(self) -> str:
        at = f" at {self.time:%Y-%m-%d %H:%M:%S} UTC" if self.time else ""
        if self.kind == "altered":
            return f"event {self.seq} is no anchor of this log: {self.why}"
        verified = "verified" if self.kind == "verified" else f"not verified: {self.why}"
        return f"anchored to {entry_named(self.head)}{at} by {self.authority}, {verified}"


@dataclass(frozen=True)
class Anchors:
    """The anchors of a log in their order, how many events it has, and whether it was asked who vouches for them."""

    rows: tuple[Anchor, ...] = ()
    events: int = 0
    is_asked: bool = False

    @property
    def newest(self) -> Anchor | None:
        """The anchor that reaches furthest of those that count for most: verified ones, else all that may be good."""
        good = [each for each in self.rows if each.kind != "altered"]
        counts = [each for each in good if each.kind == "verified"] or good
        return max(counts, key=lambda each: each.head, default=None)

    @property
    def unanswered(self) -> str:
        """Say what whoever asks if the log is anchored does not learn here; empty where an anchor verifies."""
        if not self.is_asked or (self.newest is not None and self.newest.kind == "verified"):
            return ""
        return "no anchor of it is verified" if self.rows else _NOT_ANCHORED

    @property
    def altered(self) -> tuple[Anchor, ...]:
        return tuple(each for each in self.rows if each.kind == "altered")

    @property
    def altered_words(self) -> str:
        altered = self.altered
        more = f", and {len(altered) - 1} more" if len(altered) > 1 else ""
        return f"{altered[0].words}{more}" if altered else ""

    @property
    def words(self) -> str:
        """Name the newest anchor, and say what lies behind it: that could be cut off or changed unseen."""
        if self.newest is None:
            return "" if self.rows else _NOT_ANCHORED
        behind = self.events - self.newest.head
        if behind == self.newest.seq - self.newest.head == 1:
            return f"{self.newest.words}; behind that stands only the anchor itself"
        those = "the event behind that is" if behind == 1 else f"the {behind} events behind that are"
        return f"{self.newest.words}; {those} not anchored"


def check(entries: Sequence[Entry], evidence: Callable[[str], bytes], ca: Path | None = None) -> Anchors:
    """Verify the anchors of a log whose chain holds by the certificates in a file, or only read them without one.

    `evidence` gives a file that was kept, by its hash. UsageError where `ca` holds no certificate.
    """
    found = tuple(
        _anchor(each, each.event, entries, evidence, ca) for each in entries if isinstance(each.event, HeadAnchored)
    )
    return Anchors(found, entries[-1].seq, ca is not None)


def _anchor(
    entry: Entry, event: HeadAnchored, entries: Sequence[Entry], evidence: Callable[[str], bytes], ca: Path | None
) -> Anchor:
    authority = safe(event.authority, limit=_LONGEST)
    try:
        claimed = read_time(event.time)
    except RolloutError:
        claimed = None

    def told(kind: Kind, why: str = "") -> Anchor:
        return Anchor(entry.seq, event.seq, kind, authority, claimed, why)

    if not 0 <= event.seq < entry.seq or entries[event.seq].hash != event.hash:
        return told("altered", f"{entry_named(event.seq)} of this log has another hash than the one that was stamped")
    try:
        reply = evidence(entry.extras.evidence)
    except Damaged:
        return told("altered", f"the answer of {authority} is not as it was kept")
    except RolloutError:
        return told("unverified", f"the answer of {authority} is not there")
    try:
        stamped = read(reply)
        if stamped.digest != event.hash:
            return told("altered", f"the answer of {authority} is about another head")
        if stamped.time != claimed:
            return told("altered", f"the answer of {authority} says {stamped.time:%Y-%m-%d %H:%M:%S} UTC")
        if ca is None:
            return told("not-asked", _NO_CA)
        verify(reply, stamped, ca)
    except Untrusted as why:
        return told("untrusted", why.message)
    except NotStamped as why:
        return told("altered", why.message)
    except NoOpenssl as why:
        return told("unverified", why.message)
    return told("verified")
