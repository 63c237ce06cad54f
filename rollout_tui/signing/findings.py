"""What verifying signatures found, as findings of an audit."""

from __future__ import annotations

from collections.abc import Iterable

from ..run.audit import AuditFinding, Kind, Severity
from ..run.events import entry_named
from .signatures import Signed


def signature_findings(rows: Iterable[Signed]) -> tuple[AuditFinding, ...]:
    """Give what has to be asked about: entries that are not as they were signed, or not signed by whom they name."""
    return tuple(
        AuditFinding(Kind.SIGNATURE, Severity.SERIOUS, each.seq, each.by, f"{_named(each.seq)} is {each.words}")
        for each in rows
        if each.is_altered or each.is_by_another
    )


def _named(seq: int) -> str:
    named = entry_named(seq)
    return named[:1].upper() + named[1:]
