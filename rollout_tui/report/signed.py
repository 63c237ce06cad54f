"""Who signed a log, told: a line for all of whom the same is said, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..signing.signatures import Signatures, Signed


def signature_lines(found: Signatures) -> Iterator[str]:
    """Say who signed what, up to where that fixes the log, and by which file."""
    groups: dict[str, list[Signed]] = {}
    for each in found.rows:
        groups.setdefault(each.words, []).append(each)
    for words, rows in groups.items():
        yield f"{_numbers([each.seq for each in rows])}: {words}"
    if found.unverified:
        yield f"not verified: {found.unverified}"
    if found.fixed is not None or not found.unverified:
        yield found.fixed_words
    if found.asked_words:
        yield found.asked_words


def _numbers(seqs: Sequence[int]) -> str:
    """Write numbers of entries, in their order, with those that follow one another as a range."""
    ranges: list[list[int]] = []
    for seq in seqs:
        if seq and ranges and ranges[-1][-1] == seq - 1 > 0:
            ranges[-1][1:] = [seq]
        else:
            ranges.append([seq])
    return ", ".join("–".join(f"#{each}" if each else "the header" for each in ends) for ends in ranges)


def signatures_object(found: Signatures | None) -> dict[str, Any] | None:
    """Give what was found as plain values; None where nobody signed, nor asked who did."""
    if found is None:
        return None
    return {
        "signers": found.signers or None,
        "mistakes": list(found.mistakes),
        "problem": found.problem or None,
        "fixed": found.fixed,
        "fixed_by": found.fixed_by or None,
        "behind": None if found.fixed is None else found.behind,
        "words": found.fixed_words,
        "unverified": found.unverified or None,
        "entries": [signed_object(each) for each in found.rows],
    }


def signed_object(each: Signed) -> dict[str, Any]:
    return {
        "event": each.seq,
        "kind": each.kind,
        "by": each.by,
        "words": each.words,
        "key": each.key or None,
        "principal": each.principal or None,
        "name": each.name or None,
        "touched": each.touched,
        "meaning": each.meaning or None,
        "unseen": each.unseen,
    }
