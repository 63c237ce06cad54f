"""Examiner: what deciding a log again, and verifying who signed it, finds in the log that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RolloutError
from ..run.events import Entry, numbers
from ..runs.replay import judged
from ..verifier import own_signers
from .updates import Changed, DoesNotFollow, NotAsSigned, NotVerified, Update, Verified

if TYPE_CHECKING:
    from ..signing.signatures import Signed
    from ..signing.signers import Signers

# In looks: reading the user's configuration, and asking git, costs more than a look does.
_LONGEST_PAUSE = 63


class Examiner:
    """`signed` is what was found of each entry's signature, by its number, and `trouble` what is wrong with the log.

    `signers_words` names the file that says whose key is whose. Its methods take long and are called from any thread,
    one at a time; what they give is to be published.
    """

    def __init__(self, place: str, signers: Callable[[Path, bool], Signers | None] = own_signers) -> None:
        self._folder = Path(place).parent
        self._signers = signers
        self._begun = False
        self._until = 0
        # Why it was tried in vain, of how many entries, and how often one looks before it is tried again.
        self._problem, self._tried = "", 0
        self._pause = self._waits = 0
        self.signed: Mapping[int, Signed] = {}
        self.signers_words = ""
        self.trouble = ""

    def judge(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        """Decide every entry again, and verify who signed it."""
        found = judged(entries).found
        if found:
            self.trouble = f"{numbers([each.seq for each in found], 3)} does not follow from the run before it"
        self._begun = True
        told = self._verify(entries)
        return (DoesNotFollow(found), *told) if found else told

    def verify(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        """Verify who signed what came since, and what could not be verified before."""
        if not self._begun or self._until == len(entries):
            return ()
        if self._problem and self._tried == len(entries) and self._waits:
            self._waits -= 1
            return ()
        return self._verify(entries)

    def _verify(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        new = entries[self._until :]
        if not any(each.signature or each.extras.meaning for each in new):
            self._until = len(entries)
            return ()
        from ..signing.signers import Signers
        from ..signing.unverifiable import Unverifiable
        from ..signing.verify import check

        try:
            signers = self._signers(self._folder, True)
        except RolloutError as error:
            signers = Signers(problem=error.message)
        before, self._problem = self._problem, signers.problem if signers else ""
        if self._problem:
            self._waits = self._pause = min(2 * self._pause + 1, _LONGEST_PAUSE)
            if (before, self._tried) == (self._problem, len(entries)):
                return ()
        found = check(entries, signers, only=range(new[0].seq, len(entries)))
        self._tried = len(entries)
        if not self._problem:
            # Where nobody could say whose key is whose, these are looked at once more.
            self._until, self._pause = len(entries), 0
        self.signers_words = found.asked_words
        self.signed = {**self.signed, **{each.seq: each for each in found.rows}}
        why = RolloutError(self._problem, "It is tried again.") if self._problem else None
        told = self._told(found.rows, why or (Unverifiable(found.unverified) if found.unverified else None))
        return (Verified(), *told) if before and not self._problem else told

    def _told(self, rows: Sequence[Signed], error: RolloutError | None) -> tuple[Update, ...]:
        altered = [each for each in rows if each.is_altered]
        if altered:
            self.trouble = f"#{altered[0].seq} is {altered[0].words}"
        wrong = tuple(altered or (each for each in rows if each.is_by_another))
        told: tuple[Update, ...] = (NotAsSigned(wrong),) if wrong else ()
        if error is not None:
            told = (NotVerified(error), *told)
        return told or (Changed(),)
