"""Who signed which entry, and up to where that fixes a log: its signatures, verified."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .. import EVENT_NAMESPACE, HEADER_NAMESPACE
from ..people import same_person
from ..run.events import Entry
from ..sshsig import NotSshsig, SshSignature, fingerprint, parse
from ..text import safe
from .algorithms import Check, why_not
from .signatures import Kind, Signatures, Signed
from .signers import Signers
from .unverifiable import Unverifiable

if TYPE_CHECKING:
    pass

Backend = Callable[[Sequence[Check]], Sequence[bool | Unverifiable]]
"""Says of each signature whether it is over its words, or why that can't be known; raises Unverifiable for all."""

_NAME_LIMIT = 80


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
    told = Signatures()
    if signers:
        told = replace(told, signers=signers.path, mistakes=signers.mistakes)
        told = replace(told, problem=signers.problem, is_asked=signers.is_named)
    if not any(each.signature or each.extras.meaning for each in asked):
        return told
    places = {each.hash: each.seq for each in entries}
    read = {each.seq: _read(each) for each in asked if each.signature}
    checks = {seq: found for seq, found in read.items() if isinstance(found, Check)}
    good, why = _verified(checks, backend or _own_backend())
    rows: list[Signed] = []
    first = {each.words: each.seq for each in reversed(entries) if each.signature and each.seq not in read}
    for each in asked:
        found = read.get(each.seq)
        row = _row(each, found, good, None if signers and signers.problem else signers, places)
        if row.is_good and first.setdefault(each.words, each.seq) < each.seq:
            words = f"altered: repeated, the words of event {first[each.words]} once more"
            row = replace(row, kind="repeated", words=words)
        rows.append(row)
    told = replace(told, rows=tuple(rows), unverified=why)
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
        meaning = entry.extras.meaning
        bare = f", though recorded as signed: {meaning}" if meaning else ""
        return Signed(entry.seq, "unsigned", by, f"unsigned (claims {by}){bare}", meaning=meaning)
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
    row = _by_whom(entry, by, found.signature, key, signers)
    unseen = entry.seq - 1 - seen
    meaning = entry.extras.meaning
    meant = f", as {meaning}" if meaning else ""
    those = f", {unseen} {'entry' if unseen == 1 else 'entries'} not seen" if unseen else ""
    return replace(row, meaning=meaning, unseen=unseen, words=row.words + meant + those)


def _by_whom(entry: Entry, by: str, signature: SshSignature, key: str, signers: Signers | None) -> Signed:
    touched = signature.touched if signature.flags is not None else None
    if signers is None:
        words = f"signed with the key {key}; no signers file says whose it is"
        return Signed(entry.seq, "not-asked", by, words, key, touched=touched)
    found = signers.find(signature.key, entry.stamp.by, entry.stamp.at, signature.namespace)
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
    return Signed(entry.seq, kind, by, words, key, who, name, touched)


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
