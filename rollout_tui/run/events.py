"""The events of a run: what the journal keeps, and all that a run's state is made from.

An event's class names its `kind`; its fields are flat (text, numbers, booleans, lists of text), and one that has its
default is not written. Who did it and when stands in the entry around it. Times are UTC with milliseconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from ..frozen import dataclass

Outcome = Literal["completed", "rolled-back", "aborted"]
RollbackOutcome = Literal["restored", "failed", "called-off"]


@dataclass(frozen=True)
class RunStarted:
    """The journal's header: which run of which plan, the plan's own lines, and the ids of its items, frozen.

    `overrides` are the rule findings that the start went past, `reason` why; `after` and `after_head` name the run
    that this one is another attempt at, and `in_place` the migration steps that it left in place: each the step's id,
    a space, and the number of the event there. `plan_file` is the absolute path of the plan's file, where it had one.
    """

    kind: ClassVar[str] = "run_started"
    run: str
    service: str
    release: str
    items: tuple[str, ...]
    plan: tuple[str, ...]
    plan_sha256: str
    rehearsal: bool = False
    emergency: bool = False
    overrides: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""
    after_head: str = ""
    in_place: tuple[str, ...] = ()
    plan_file: str = ""

    @property
    def name(self) -> str:
        """What people call the run: the service and its release."""
        return f"{self.service} {self.release}"


@dataclass(frozen=True)
class ItemSigned:
    """An item signed off, or one of its approvals; `evidence` is the SHA-256 of the file kept beside the journal."""

    kind: ClassVar[str] = "item_signed"
    item: str
    note: str = ""
    evidence: str = ""
    evidence_name: str = ""
    evidence_size: int = 0


@dataclass(frozen=True)
class ItemFailed:
    kind: ClassVar[str] = "item_failed"
    item: str
    reason: str


@dataclass(frozen=True)
class ItemRevoked:
    """A sign-off, waiver, deferral or start taken back; `was` says which."""

    kind: ClassVar[str] = "item_revoked"
    item: str
    was: str
    reason: str


@dataclass(frozen=True)
class ItemWaived:
    kind: ClassVar[str] = "item_waived"
    item: str
    reason: str


@dataclass(frozen=True)
class ItemDeferred:
    """An item put off to the end of the stage `to`, which it then blocks."""

    kind: ClassVar[str] = "item_deferred"
    item: str
    to: str
    reason: str


@dataclass(frozen=True)
class NoteAdded:
    """A note on an item, or on the run where `item` is empty."""

    kind: ClassVar[str] = "note_added"
    text: str
    item: str = ""


@dataclass(frozen=True)
class MetricMeasured:
    """A reading of a metric, in its threshold's unit, taken in `stage`."""

    kind: ClassVar[str] = "metric_measured"
    metric: str
    value: float
    stage: str
    note: str = ""


@dataclass(frozen=True)
class MetricUnread:
    """A metric that could not be measured: unknown, which blocks."""

    kind: ClassVar[str] = "metric_unread"
    metric: str
    stage: str
    reason: str


@dataclass(frozen=True)
class TriggerFired:
    kind: ClassVar[str] = "trigger_fired"
    trigger: str
    reason: str


@dataclass(frozen=True)
class TriggerCleared:
    kind: ClassVar[str] = "trigger_cleared"
    trigger: str
    reason: str


@dataclass(frozen=True)
class PhaseStarted:
    """The phase's audience is exposed from here on."""

    kind: ClassVar[str] = "phase_started"
    stage: str
    overrides: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class SoakExtended:
    """The soak of a phase made longer by `seconds`."""

    kind: ClassVar[str] = "soak_extended"
    stage: str
    seconds: int
    reason: str


@dataclass(frozen=True)
class GatePromoted:
    """A stage's gate passed: go, or a phase promoted; `overrides` are the blockers that it went past."""

    kind: ClassVar[str] = "gate_promoted"
    stage: str
    overrides: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class PhaseReduced:
    """Exposure taken back from the phase `stage` to the one before it, `to`."""

    kind: ClassVar[str] = "phase_reduced"
    stage: str
    to: str
    reason: str


@dataclass(frozen=True)
class GateHeld:
    kind: ClassVar[str] = "gate_held"
    reason: str


@dataclass(frozen=True)
class GateReleased:
    kind: ClassVar[str] = "gate_released"
    reason: str


@dataclass(frozen=True)
class ClockConfirmed:
    """A person confirmed the time after the wall clock jumped by `seconds` against the monotonic one."""

    kind: ClassVar[str] = "clock_confirmed"
    seconds: float
    reason: str


@dataclass(frozen=True)
class PlanRedlined:
    """The run follows another plan from here on: its own lines, and the ids of its items, frozen.

    `changes` say what is different, in words; `voided` are the items of the plan before that lost what they had.
    """

    kind: ClassVar[str] = "plan_redlined"
    changes: tuple[str, ...]
    reason: str
    items: tuple[str, ...]
    plan: tuple[str, ...]
    plan_sha256: str
    voided: tuple[str, ...] = ()
    plan_file: str = ""


@dataclass(frozen=True)
class HandoverOffered:
    """The lead offered: to the person `to`, or to whoever takes it."""

    kind: ClassVar[str] = "handover_offered"
    to: str = ""
    note: str = ""


@dataclass(frozen=True)
class HandedOver:
    """The entry's author leads from here on, in place of `before`; `open` is what was read back to them.

    `reason` is why they took it, where nobody had offered it to them.
    """

    kind: ClassVar[str] = "handed_over"
    before: str
    open: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class RollbackStarted:
    """A scenario chosen; `reason` is why, and why in spite of a passed point of no return."""

    kind: ClassVar[str] = "rollback_started"
    scenario: str
    reason: str


@dataclass(frozen=True)
class RollbackStepSigned:
    kind: ClassVar[str] = "rollback_step_signed"
    item: str
    note: str = ""


@dataclass(frozen=True)
class RollbackFinished:
    """The rollback's end: the whole time it took and the newest scenario's target, in seconds."""

    kind: ClassVar[str] = "rollback_finished"
    outcome: RollbackOutcome
    took_seconds: int
    target_seconds: int
    unsigned: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class RunClosed:
    """The run's end; `events` counts the journal's events with this one, `left` is what an abort leaves in place.

    A follow-up names who signs the outstanding cleanup steps, by when, and under which ticket.
    """

    kind: ClassVar[str] = "run_closed"
    outcome: Outcome
    events: int
    note: str
    left: tuple[str, ...] = ()
    follow_up_owner: str = ""
    follow_up_date: str = ""
    follow_up_ticket: str = ""


@dataclass(frozen=True)
class Recovered:
    """The incomplete entry at the journal's end was kept beside it, in `file`, and cut off."""

    kind: ClassVar[str] = "recovered"
    bytes: int
    sha256: str
    file: str


@dataclass(frozen=True)
class Unknown:
    """An event of a later version: shown as it stands, and the run is read-only."""

    kind: str
    fields: tuple[tuple[str, object], ...]


Event = (
    RunStarted
    | ItemSigned
    | ItemFailed
    | ItemRevoked
    | ItemWaived
    | ItemDeferred
    | NoteAdded
    | MetricMeasured
    | MetricUnread
    | TriggerFired
    | TriggerCleared
    | PhaseStarted
    | SoakExtended
    | GatePromoted
    | PhaseReduced
    | GateHeld
    | GateReleased
    | ClockConfirmed
    | PlanRedlined
    | HandoverOffered
    | HandedOver
    | RollbackStarted
    | RollbackStepSigned
    | RollbackFinished
    | RunClosed
    | Recovered
    | Unknown
)


@dataclass(frozen=True)
class Stamp:
    """Who acted and when: the claimed name, login@host, and an earlier claimed time where the record came later."""

    at: datetime
    by: str
    origin: str
    happened: datetime | None = None

    @property
    def when(self) -> datetime:
        """The time that the operator claims it happened."""
        return self.happened or self.at


@dataclass(frozen=True)
class Entry:
    """An event as the journal holds it: number 0 is the header; `sees` is the head that its author saw."""

    seq: int
    stamp: Stamp
    event: Event
    hash: str
    sees: str = ""
