"""How a signed entry looks: a pen where the signature is good or not yet verified, a cross where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sshsig import key_of
from .styled import MUTED, Part

if TYPE_CHECKING:
    from ..run.events import Entry
    from ..signing.signatures import Signed

SIGNED = "✎"


def signature_mark(signed: bool, found: Signed | None = None) -> tuple[Part, ...]:
    """Mark an entry that is signed, by what was found of its signature as far as it was verified."""
    if not signed:
        return ()
    if found is None or not (found.is_altered or found.is_by_another):
        is_known = found is not None and found.kind == "signed"
        return ((f" {SIGNED}", "$success" if is_known else MUTED),)
    return ((" ✘", "$error bold"),)


def signature_words(entry: Entry, found: Signed | None) -> str:
    """Say who signed an entry; nothing where nobody did."""
    if not entry.signature:
        return ""
    return found.words if found else f"signed with the key {key_of(entry.signature)}, not yet verified"
