"""Examiner: what deciding a log again, and verifying who signed it, finds in the log that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RolloutError
from ..run.events import Entry
from ..runs.replay import judged
from .updates import Changed, DoesNotFollow, NotAsSigned, NotVerified, Update

if TYPE_CHECKING:
    from ..signing.signers import Signers
    from ..signing.verify import Signed


def own_signers() -> Signers | None:
    """Read the file of signers that the user configured, here or for git."""
    from ..settings import own
    from ..signing.configured import signers_file
    from ..signing.signers import load

    path = signers_file(own())
    return load(path) if path is not None else None


def own_authorities() -> Path | None:
    """Give the file of who vouches for time stamps that the user configured."""
    from ..settings import own

    named = own().authority_ca
    return Path(named).expanduser() if named else None


class Examiner:
    """`signed` is what was found of each entry's signature, by its number, and `trouble` what is wrong with the log.

    Its methods take long and are called from any thread, one at a time; what they give is to be published.
    """

    def __init__(self, signers: Callable[[], Signers | None] = own_signers) -> None:
        self._signers = signers
        self._until = 0
        self.signed: Mapping[int, Signed] = {}
        self.trouble = ""

    def judge(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        """Decide every entry again, and verify who signed it."""
        found = judged(entries).found
        if found:
            which = ", ".join(f"#{each.seq}" for each in found[:3]) + (" …" if len(found) > 3 else "")
            self.trouble = f"{which} does not follow from the run before it"
        told = self._verify(entries)
        return (DoesNotFollow(found), *told) if found else told

    def verify(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        """Verify who signed what came since."""
        return self._verify(entries) if 0 < self._until < len(entries) else ()

    def _verify(self, entries: Sequence[Entry]) -> tuple[Update, ...]:
        new, self._until = entries[self._until :], len(entries)
        if not any(each.signature for each in new):
            return ()
        from ..signing.unverifiable import Unverifiable
        from ..signing.verify import check

        try:
            found = check(entries, self._signers(), only=range(new[0].seq, len(entries)))
        except RolloutError as error:
            return (NotVerified(error),)
        if found.unverified:
            return (NotVerified(Unverifiable(found.unverified)),)
        rows = found.rows
        self.signed = {**self.signed, **{each.seq: each for each in rows}}
        altered = [each for each in rows if each.is_altered]
        if altered:
            self.trouble = f"#{altered[0].seq} is {altered[0].words}"
        wrong = tuple(altered or (each for each in rows if each.is_by_another))
        return (NotAsSigned(wrong),) if wrong else (Changed(),)
