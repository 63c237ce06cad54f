"""The audit of a run: what someone who was not there should know of it, from its entries alone."""

from __future__ import annotations

from collections.abc import Sequence

from ..events import Entry
from ..state import Run
from . import course, gates, items, plan
from .finding import AuditFinding, Kind, Severity

__all__ = ["AuditFinding", "Kind", "Severity", "findings"]

_AUDITS = (
    gates.overrides,
    course.emergency,
    items.approvals,
    gates.soaks,
    gates.fast_gates,
    course.rollbacks,
    course.breaches,
    course.triggers,
    items.waivers,
    items.deferrals,
    items.revocations,
    plan.redlines,
    course.left_before,
    course.handovers,
    course.interruptions,
    course.clock_steps,
    course.silences,
    course.open_end,
)

_ORDER = {severity: place for place, severity in enumerate(Severity)}


def findings(run: Run, entries: Sequence[Entry]) -> tuple[AuditFinding, ...]:
    """Give what is to be found over a run and all its entries: overrides first, then by severity and number."""
    found = [finding for audit in _AUDITS for finding in audit(run, entries)]
    return tuple(sorted(found, key=lambda each: (each.kind is not Kind.OVERRIDE, _ORDER[each.severity], each.seq)))
