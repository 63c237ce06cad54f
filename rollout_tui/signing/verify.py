"""Who signed which entry, and what that proves: a row for each entry of a log in which anybody signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from .. import EVENT_NAMESPACE, HEADER_NAMESPACE
from ..frozen import dataclass
from ..people import same_person
from ..run.events import Entry
from ..run.extras import Meaning
from ..sshsig import NotSshsig, SshSignature, fingerprint, parse
from ..text import safe
from .algorithms import Check, why_not
from .signers import Signers
from .unverifiable import Unverifiable

if TYPE_CHECKING:
    from datetime import datetime

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

Backend = Callable[[Sequence[Check]], Sequence[bool | Unverifiable]]
"""Says of each signature whether it is over its words, or why that can't be known; raises Unverifiable for all."""

_NAME_LIMIT = 80


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
                return "unsigned"
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
    """What the signatures of a log come to: a row for each entry, none where nobody signed.

    `fixed` is the number of the last entry that a good signature of a listed key fixes, and `fixed_by` the name of who
    made it; `behind` entries follow it. `signers` is the file that was asked, `mistakes` are its lines that can't be
    read. `unverified` says why what could not be verified was not.
    """

    rows: tuple[Signed, ...] = ()
    fixed: int | None = None
    fixed_by: str = ""
    behind: int = 0
    signers: str = ""
    mistakes: tuple[str, ...] = ()
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
    def fixed_words(self) -> str:
        """Say up to where a signature fixes the log: what is behind that could be cut off or changed unseen."""
        if self.fixed is None:
            return "" if not self.count else "no entry is fixed by a signature of a listed key"
        where = f"event {self.fixed}" if self.fixed else "the header"
        if not self.behind:
            return f"fixed to {where}, the last, by {self.fixed_by}'s signature"
        those = "the event behind it is" if self.behind == 1 else f"the {self.behind} events behind it are"
        return f"fixed to {where} by {self.fixed_by}'s signature; {those} not"


def check(
    entries: Sequence[Entry],
    signers: Signers | None = None,
    *,
    only: Collection[int] | None = None,
    backend: Backend | None = None,
) -> Signatures:
    """Verify the signatures of a log's entries, whose chain holds, by what the verifier's own signers file says.

    `only` are the numbers of the entries to verify, all if None: no others get a row, and nothing is said to be fixed.
    Raises nothing where nobody here can verify signatures: each signed row is `unverified` then.
    """
    asked = [each for each in entries if only is None or each.seq in only]
    if not any(each.signature for each in asked):
        return Signatures()
    places = {each.hash: each.seq for each in entries}
    read = {each.seq: _read(each) for each in asked if each.signature}
    checks = {seq: found for seq, found in read.items() if isinstance(found, Check)}
    good, why = _verified(checks, backend or _own_backend())
    rows: list[Signed] = []
    first = {each.words: each.seq for each in reversed(entries) if each.signature and each.seq not in read}
    for each in asked:
        found = read.get(each.seq)
        row = _row(each, found, good, signers, places)
        if row.is_good and first.setdefault(each.words, each.seq) < each.seq:
            words = f"altered: repeated, the words of event {first[each.words]} once more"
            row = replace(row, kind="repeated", words=words)
        rows.append(row)
    told = Signatures(tuple(rows), signers=signers.path if signers else "", unverified=why)
    if signers:
        told = replace(told, mistakes=signers.mistakes)
    return told if only is not None else _with_fixed(told, entries, places)


def _verified(checks: Mapping[int, Check], backend: Backend) -> tuple[dict[int, bool], str]:
    """Give what could be verified, and why the first of the others could not."""
    try:
        answers = dict(zip(checks, backend(list(checks.values())), strict=True))
    except Unverifiable as error:
        return {}, error.message
    why = next((each.message for each in answers.values() if isinstance(each, Unverifiable)), "")
    return {seq: each for seq, each in answers.items() if not isinstance(each, Unverifiable)}, why


def _own_backend() -> Backend:
    try:
        from .in_process import verify
    except ImportError:
        from .by_ssh_keygen import verify
    return verify


def _read(entry: Entry) -> Check | str:
    """Give what is to verify of an entry's signature, or why it can't count."""
    try:
        signature = parse(entry.signature)
    except NotSshsig as problem:
        return f"its signature {problem}"
    why = why_not(signature, EVENT_NAMESPACE if entry.seq else HEADER_NAMESPACE)
    return why or Check(entry.signature, signature, entry.words)


def _row(
    entry: Entry, found: Check | str | None, good: dict[int, bool], signers: Signers | None, places: dict[str, int]
) -> Signed:
    by = safe(entry.stamp.by, limit=_NAME_LIMIT)
    if found is None:
        return Signed(entry.seq, "unsigned", by, f"unsigned (claims {by})")
    if isinstance(found, str):
        return Signed(entry.seq, "altered", by, f"altered: {safe(found, limit=200)}")
    key = fingerprint(found.signature.key)
    if entry.seq not in good:
        return Signed(entry.seq, "unverified", by, "signed, and not verified: nothing here can", key)
    if not good[entry.seq]:
        return Signed(entry.seq, "altered", by, "altered: not what was signed", key)
    seen = places.get(entry.sees, entry.seq) if entry.seq else -1
    if seen >= entry.seq:
        return Signed(entry.seq, "other-history", by, "altered: signed over another history", key)
    row = _by_whom(entry.seq, by, found.signature, entry.stamp.at, entry.stamp.by, signers)
    unseen = entry.seq - 1 - seen
    meaning = entry.extras.meaning
    meant = f", as {meaning}" if meaning else ""
    those = f", {unseen} {'entry' if unseen == 1 else 'entries'} not seen" if unseen else ""
    return replace(row, meaning=meaning, unseen=unseen, words=row.words + meant + those)


def _by_whom(seq: int, by: str, signature: SshSignature, at: datetime, claimed: str, signers: Signers | None) -> Signed:
    key = fingerprint(signature.key)
    touched = signature.touched if signature.flags is not None else None
    if signers is None:
        words = f"signed with the key {key}; no signers file says whose it is"
        return Signed(seq, "not-asked", by, words, key, touched=touched)
    found = signers.find(signature.key, claimed, at, signature.namespace)
    kind: Kind = "signed" if found.standing == "listed" else found.standing
    who, name = safe(found.principal, limit=_NAME_LIMIT), safe(found.full_name, limit=_NAME_LIMIT)
    known = ", ".join(filter(None, (who if who != by else "", name if not same_person(name, by) else "")))
    words = {
        "listed": _listed_words(by, touched, known),
        "outside-time": f"signed by {by}'s key{f' ({known})' if known else ''} outside its time",
        "somebody-else": f"signed by {who}, who is not the claimed {by}",
        "nobody": f"signed by a key of nobody listed, {key}, as {by}",
    }[found.standing]
    if found.only_for is not None:
        words += f" (listed only for {safe(found.only_for, limit=_NAME_LIMIT) or 'nothing'})"
    return Signed(seq, kind, by, words, key, who, name, touched)


def _listed_words(by: str, touched: bool | None, known: str) -> str:
    """Say that it is theirs: an auditor has to see whom the file means, by a principal that is not the very name."""
    if touched is False:
        return f"signed by {by}, key not touched{f' ({known})' if known else ''}"
    touch = "touched" if touched else f"not touched, any program of {by}'s could"
    return f"signed with {by}'s key ({f'{known}; ' if known else ''}{touch})"


def _with_fixed(told: Signatures, entries: Sequence[Entry], places: dict[str, int]) -> Signatures:
    fixed, by = -1, ""
    for row, entry in zip(told.rows, entries, strict=True):
        # What she saw is fixed with what she said; what came between is not.
        reach = entry.seq if not row.unseen else places[entry.sees]
        if row.kind == "signed" and reach > fixed:
            fixed, by = reach, row.by
    if fixed < 0:
        return told
    return replace(told, fixed=fixed, fixed_by=by, behind=entries[-1].seq - fixed)
