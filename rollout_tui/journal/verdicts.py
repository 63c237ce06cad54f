"""Verdict: what is said of a log that was verified, in words that promise no more than what was looked at can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from rollout_tui.frozen import dataclass
from rollout_tui.journal.chain import Layer
from rollout_tui.journal.evidence import EvidenceProblem
from rollout_tui.run.events import Entry

if TYPE_CHECKING:
    from rollout_tui.signing.anchors import Anchors
    from rollout_tui.signing.signatures import Signatures
    from rollout_tui.signing.signers import Signers

Verdict = Literal["whole", "open", "torn", "wrong-signer", "does-not-follow", "damaged", "altered", "not-a-journal"]

CHAIN_PROVES = (
    "The chain shows accidents and partial edits, not that someone rewrote the whole file or dropped its end."
)
"""What stands under every verdict of a chain that holds."""

SIGNATURES_PROVE = (
    "A signature shows what its key signed, and fixes what was there then; it does not approve that. Not shown: an end "
    "that was cut off, changes behind the last signature, a time that its author set back, a key that others used."
)
"""What stands under every verdict of a log in which somebody signed."""

ANCHORS_PROVE = (
    "An anchor shows that what stands up to its head stood there at that time, as it is. Not shown: who wrote it, and "
    "what was cut off with its own anchors: a run that is over should have one behind its close."
)
"""What stands under every verdict of a log that is anchored."""

MEANINGS: dict[Verdict, str] = {
    "whole": "every entry is as it was recorded, and the run was closed.",
    "open": "every entry is as it was recorded; the run is not closed, so there may have been later ones.",
    "torn": "the last write was cut off and never happened; every entry before it is as it was recorded. "
    "Compare the last receipt; rollout resume keeps the cut bytes and goes on.",
    "does-not-follow": "every entry is as it was recorded, but the run did not allow what the named ones say: they "
    "were not made by this program, or not at the time, by the person and in the order that they claim.",
    "wrong-signer": "every entry is as it was recorded, but the named ones are not signed by whom they name: by a key "
    "that is listed for somebody else or for nobody, or outside its time.",
    "damaged": "from the place named on, the file is not what was recorded: believe nothing behind it. What stands "
    "before it fits together; that it was written so is shown by what a signature or an anchor fixes, by a copy and by "
    "the receipts. Nothing is repaired by itself.",
    "altered": "the entries fit each other, but not what was noted, signed or kept elsewhere: the log was rewritten or "
    "shortened, or its evidence was touched.",
    "not-a-journal": "this is no log of a run.",
}
"""What each verdict means, in plain words."""

FOUND_BY: dict[Layer, str] = {
    "bytes": "found in its bytes",
    "rules": "found by the rules of a run, not in its bytes",
}
"""What found a damage, in words."""


class NotFollowing(Protocol):
    """An entry that the run before it did not allow: its number and kind, what it records, what was allowed."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def recorded(self) -> str: ...
    @property
    def allowed(self) -> str: ...


class Judged(Protocol):
    """What the rules of a run find in a log's entries; `rules` is the number of those that it was judged by.

    `misfit` is the first entry that makes no run, with why; from `unjudged_from` on a later version has to judge.
    """

    @property
    def rules(self) -> int: ...
    @property
    def found(self) -> Sequence[NotFollowing]: ...
    @property
    def unjudged_from(self) -> int | None: ...
    @property
    def misfit(self) -> tuple[int, str] | None: ...


Judge = Callable[[Sequence[Entry]], Judged]
"""Decides each entry again, on the run before it."""

AskSigners = Callable[[Path, bool], "Signers | None"]
"""Gives the verifier's own file of signers, if there is one, for a log in this folder, in which anybody signed or not.

Of a log in which nobody did it gives only what the verifier themselves chose: they are then told that.
"""

AskAuthorities = Callable[[bool], Path | None]
"""Gives the file of those who vouch for time stamp authorities, if there is one, for a log that is anchored or not."""


@dataclass(frozen=True)
class Verification:
    """What a log's bytes show.

    `events` counts the events that verify, `head` is the number and the hash of the last of them. `damaged_event` and
    `damaged_byte` say where the first damage (or the incomplete entry) begins, `layer` what found the damage.
    `expected` says whether the expected head is there, None where none was given. `not_following` are the entries that
    the run before them did not allow, by the rules of the number `rules`; None where it was not asked, or a later
    version has to judge the whole. `signatures` is None where nobody signed, `anchors` where nothing was
    anchored, and neither was asked about.
    """

    place: str
    verdict: Verdict
    words: str
    run: str = ""
    events: int = 0
    head: tuple[int, str] | None = None
    closed: bool = False
    damaged_event: int | None = None
    damaged_byte: int | None = None
    layer: Layer | None = None
    expected: bool | None = None
    evidence: tuple[EvidenceProblem, ...] = ()
    rules: int | None = None
    not_following: tuple[NotFollowing, ...] = ()
    unjudged_from: int | None = None
    signatures: Signatures | None = None
    anchors: Anchors | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the log."""
        return self.verdict in ("whole", "open")

    @property
    def unanswered(self) -> str:
        """What was asked of it besides, and has no answer here, in words; nothing where all has one."""
        asked = (self.signatures, self.anchors)
        return "; ".join(each.unanswered for each in asked if each and each.unanswered)

    @property
    def limits(self) -> str:
        """What is not shown by it."""
        signed = SIGNATURES_PROVE if self.signatures and self.signatures.rows else ""
        anchored = ANCHORS_PROVE if self.anchors and self.anchors.rows else ""
        return " ".join(filter(None, (CHAIN_PROVES, signed, anchored)))

    @property
    def meaning(self) -> str:
        return MEANINGS[self.verdict]
