"""What an audit reports: a kind, how severe it is, the event that it is about, and plain words."""

from __future__ import annotations

from enum import StrEnum

from ...frozen import dataclass
from ...plan.quantities import format_span
from ..events import Entry
from ..stages import StageSequence


class Severity(StrEnum):
    """`serious` is what a reviewer has to ask about, `warning` what they should know, `note` what they may skip."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTE = "note"


class Kind(StrEnum):
    """What a finding is about."""

    DOES_NOT_FOLLOW = "does not follow"
    TODAYS_RULES = "today's rules"
    OVERRIDE = "override"
    EMERGENCY = "emergency"
    WAIVER = "waiver"
    DEFERRAL = "deferral"
    REVOCATION = "revocation"
    ONE_LOGIN = "one login"
    ONE_NAME = "one name"
    ONE_KEY = "one key"
    UNSIGNED = "not signed"
    SIGNATURE = "signature"
    OWN_ITEM = "own item"
    OTHERS_ITEM = "somebody else's item"
    DURATION = "duration"
    HELD = "done while held"
    WINDOW = "outside the window"
    FAST_GATE = "fast gate"
    SOAK_CUT = "soak cut short"
    BREACH = "breach"
    SENSED = "sensed, not signed"
    NOT_OBSERVED = "not observed"
    TRIGGER = "trigger"
    ROLLBACK = "rollback"
    ROLLBACK_OVER_TARGET = "rollback over target"
    SILENCE = "silence"
    CLOCK = "clock"
    IDENTITY = "identity"
    REDLINE = "redline"
    HANDOVER = "handover"
    LEFT_BEFORE = "left before"
    RECOVERED = "recovered"
    NOT_CLOSED = "not closed"
    DEPLOYED = "deployed"
    NOT_KNOWN = "not known"
    LATER_VERSION = "later version"


@dataclass(frozen=True)
class AuditFinding:
    """One thing that an auditor should know; `seq` is its event's number, `by` who acted there.

    The words may hold what a plan or a person wrote: they are made safe where they are shown.
    """

    kind: Kind
    severity: Severity
    seq: int
    by: str
    text: str


def about(entry: Entry, kind: Kind, severity: Severity, text: str) -> AuditFinding:
    """Make a finding about an entry."""
    return AuditFinding(kind, severity, entry.seq, entry.stamp.by, text)


def because(reason: str) -> str:
    """Add a reason to a sentence, where there is one."""
    return f": {reason}" if reason else ""


def title_of(sequence: StageSequence, item: str) -> str:
    """Give an item's title, or its id where the plan does not have it."""
    found = sequence.items.get(item)
    return found.title if found else item


def stage_of(sequence: StageSequence, stage: str) -> str:
    """Give a stage's title, or its id where the plan does not have it."""
    return sequence.stage(stage).title if stage in sequence.index else stage


def later(first: Entry, then: Entry) -> str:
    """Say how much later an entry followed another."""
    return f"{format_span(then.stamp.at - first.stamp.at)} later (#{then.seq})"
