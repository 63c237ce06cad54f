"""Who signed a log, told: a line for all of whom the same is said, and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..signing.signatures import Signatures, Signed

_NAMED = 6


def signature_lines(found: Signatures) -> Iterator[str]:
    """Say who signed what, up to where that fixes the log, and by which file."""
    groups: dict[str, list[Signed]] = {}
    for each in found.rows:
        groups.setdefault(each.words, []).append(each)
    for words, rows in groups.items():
        named = ", ".join(f"#{each.seq}" if each.seq else "the header" for each in rows[:_NAMED])
        more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
        yield f"{named}{more}: {words}"
    if found.unverified:
        yield f"not verified: {found.unverified}"
    if found.fixed is not None or not found.unverified:
        yield found.fixed_words
    if found.asked_words:
        yield found.asked_words


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
