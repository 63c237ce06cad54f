"""Signatures: what was found of who signed a log, a row for each entry, and what it proves, in words."""

from __future__ import annotations

from typing import Literal

from ..frozen import dataclass
from ..run.events import entry_named, numbers
from ..run.extras import Meaning
from ..text import safe

Kind = Literal[
    "signed",
    "somebody-else",
    "nobody",
    "outside-time",
    "not-asked",
    "altered",
    "other-history",
    "repeated",
    "unverified",
    "unsigned",
]
"""What was found of an entry's signature.

`signed`: good, by a key that is listed for whom the entry names, at its time. `not-asked`: good, and no signers file
says whose key it is. `unverified`: nothing on this machine could verify it.
"""

GOOD: frozenset[Kind] = frozenset({"signed", "somebody-else", "nobody", "outside-time", "not-asked"})
"""The signature is over these words: by whom is another question."""

ALTERED: frozenset[Kind] = frozenset({"altered", "other-history", "repeated"})
"""What stands there was not signed so, or not here."""

WRONG_SIGNER: frozenset[Kind] = frozenset({"somebody-else", "nobody", "outside-time"})
"""The signature is not by whom the entry names, as the signers file says it."""

_NAMED = 6


@dataclass(frozen=True)
class Signed:
    """What was found of an entry's signature, in words; `by` is the name that the entry claims.

    `key` is the fingerprint, `principal` and `name` are how the signers file knows it. `touched` is what a FIDO key
    says, None for other keys, and `meaning` what the author signed the entry as. `unseen` entries stood between the
    head that the author saw and this entry.
    """

    seq: int
    kind: Kind
    by: str
    words: str
    key: str = ""
    principal: str = ""
    name: str = ""
    touched: bool | None = None
    meaning: Meaning = ""
    unseen: int = 0

    @property
    def brief(self) -> str:
        """Its words where who the entry names stands beside them, and the whole of it elsewhere."""
        meant = f", as {self.meaning}" if self.meaning else ""
        touch = "" if self.touched is None else ", touched" if self.touched else ", not touched"
        match self.kind:
            case "signed":
                return f"signed{touch}{meant}"
            case "not-asked":
                return f"signed by an unknown key{touch}{meant}"
            case "nobody":
                return "signed by a key of nobody listed"
            case "unsigned":
                return f"unsigned, though recorded as signed{meant}" if meant else "unsigned"
            case _:
                return self.words

    @property
    def is_good(self) -> bool:
        return self.kind in GOOD

    @property
    def is_altered(self) -> bool:
        return self.kind in ALTERED

    @property
    def is_by_another(self) -> bool:
        return self.kind in WRONG_SIGNER


@dataclass(frozen=True)
class Signatures:
    """What the signatures of a log come to: a row for each entry, none where nobody signed nor says that they did.

    `fixed` is the number of the last entry that a good signature of a listed key fixes, and `fixed_by` the name of who
    made it; `behind` entries follow it. `signers` is the file that was asked, `mistakes` are its lines that can't be
    read, and `problem` says why it can't be read at all; `is_asked` says that somebody named it for this. `unverified`
    says why what could not be verified was not.
    """

    rows: tuple[Signed, ...] = ()
    fixed: int | None = None
    fixed_by: str = ""
    behind: int = 0
    signers: str = ""
    mistakes: tuple[str, ...] = ()
    problem: str = ""
    is_asked: bool = False
    unverified: str = ""

    @property
    def altered(self) -> tuple[Signed, ...]:
        return tuple(each for each in self.rows if each.is_altered)

    @property
    def by_another(self) -> tuple[Signed, ...]:
        return tuple(each for each in self.rows if each.is_by_another)

    @property
    def count(self) -> int:
        """How many entries are signed."""
        return sum(each.kind != "unsigned" for each in self.rows)

    @property
    def bare(self) -> tuple[Signed, ...]:
        """What says that it was signed, and is not."""
        return tuple(each for each in self.rows if each.kind == "unsigned" and each.meaning)

    @property
    def unanswered(self) -> str:
        """Say what whoever asks who signed does not learn here; empty where nothing is left to ask."""
        bare = numbers([each.seq for each in self.bare], _NAMED)
        told = (
            f"the signatures are not verified: {self.unverified}" if self.unverified else "",
            f"whose keys signed is not known: {self.problem}" if self.problem and self.count else "",
            "nobody signed it" if self.is_asked and not self.count else "",
            f"the signature is gone of {bare}" if bare else "",
        )
        return "; ".join(filter(None, told))

    @property
    def asked_words(self) -> str:
        """Name the file that says whose key is whose; empty where nobody signed, or none was asked."""
        if not self.count:
            return ""
        if self.problem or not self.signers:
            return f"whose key is whose is not known: {self.problem}" if self.problem else ""
        some = f"; {len(self.mistakes)} of its lines can't be read" if self.mistakes else ""
        return f"whose key is whose: {safe(self.signers)}{some}"

    @property
    def fixed_words(self) -> str:
        """Say up to where a signature fixes the log: what is behind that could be cut off or changed unseen."""
        if self.fixed is None:
            return "nobody signed it" if not self.count else "no entry is fixed by a signature of a listed key"
        where = entry_named(self.fixed)
        if not self.behind:
            return f"fixed to {where}, the last, by {self.fixed_by}'s signature"
        those = "the event behind it is" if self.behind == 1 else f"the {self.behind} events behind it are"
        return f"fixed to {where} by {self.fixed_by}'s signature; {those} not"
