"""The audit of a run: what someone who was not there should know of it, from its entries alone; one file a subject."""

from __future__ import annotations

from collections.abc import Sequence

from ..events import Entry
from ..state import Run
from . import (
    anchors,
    approvals,
    consistency,
    ending,
    gates,
    handover,
    items,
    log,
    readings,
    redline,
    rollback,
    signing,
    start,
    triggers,
    window,
)
from .finding import AuditFinding, Kind, Severity

__all__ = ["AuditFinding", "Kind", "Severity", "findings"]

# Where two findings of one severity are about one event, the subject that stands first here is told first.
_SUBJECTS = (
    consistency,
    start,
    approvals,
    signing,
    items,
    gates,
    rollback,
    readings,
    triggers,
    window,
    redline,
    handover,
    log,
    anchors,
    ending,
)

# What every report is headed by.
_FIRST = (Kind.DOES_NOT_FOLLOW, Kind.OVERRIDE)

_ORDER = {severity: place for place, severity in enumerate(Severity)}


def findings(run: Run, entries: Sequence[Entry]) -> tuple[AuditFinding, ...]:
    """Give what is to be found over a run and all its entries.

    What does not follow stands first and overrides next, then by severity and number.
    """
    found = [finding for subject in _SUBJECTS for audit in subject.FINDINGS for finding in audit(run, entries)]
    return tuple(sorted(found, key=_rank))


def _rank(finding: AuditFinding) -> tuple[int, int, int]:
    first = _FIRST.index(finding.kind) if finding.kind in _FIRST else len(_FIRST)
    return first, _ORDER[finding.severity], finding.seq
