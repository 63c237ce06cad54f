"""The events of a run, by subject: what the journal keeps, and all that a run's state is made from.

An event's class names its `kind`; its fields are flat (text, numbers, booleans, lists of text), and one that has its
default is not written. Who did it and when stands in the entry around it. Times are UTC with milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..frozen import dataclass
from ..people import Actor
from .extras import NO_EXTRAS as NO_EXTRAS
from .extras import Extras as Extras
from .observation import JUDGED
from .plan_events import PlanRedlined as PlanRedlined
from .plan_events import RunStarted as RunStarted
from .stages import metric_row
from .stamp import Mark
from .stamp import Stamp as Stamp
from .subjects import (
    anchors,
    clock,
    ending,
    gates,
    handover,
    items,
    log,
    observations,
    parts,
    phases,
    readings,
    reasons,
    redline,
    rollback,
    start,
    triggers,
)
from .subjects.anchors import HeadAnchored as HeadAnchored
from .subjects.clock import ClockConfirmed as ClockConfirmed
from .subjects.ending import RunClosed as RunClosed
from .subjects.gates import GateHeld as GateHeld
from .subjects.gates import GatePromoted as GatePromoted
from .subjects.gates import GateReleased as GateReleased
from .subjects.gates import PhaseReduced as PhaseReduced
from .subjects.handover import HandedOver as HandedOver
from .subjects.handover import HandoverOffered as HandoverOffered
from .subjects.items import ItemBegun as ItemBegun
from .subjects.items import ItemDeferred as ItemDeferred
from .subjects.items import ItemFailed as ItemFailed
from .subjects.items import ItemRevoked as ItemRevoked
from .subjects.items import ItemSigned as ItemSigned
from .subjects.items import ItemWaived as ItemWaived
from .subjects.items import NoteAdded as NoteAdded
from .subjects.items import RollbackStepSigned as RollbackStepSigned
from .subjects.log import Recovered as Recovered
from .subjects.log import Unknown as Unknown
from .subjects.observations import Observed as Observed
from .subjects.parts import StateFound as StateFound
from .subjects.phases import PhaseStarted as PhaseStarted
from .subjects.phases import SoakExtended as SoakExtended
from .subjects.readings import MetricMeasured as MetricMeasured
from .subjects.readings import MetricUnread as MetricUnread
from .subjects.reasons import ReasonGiven as ReasonGiven
from .subjects.rollback import RollbackFinished as RollbackFinished
from .subjects.rollback import RollbackStarted as RollbackStarted
from .subjects.triggers import TriggerCleared as TriggerCleared
from .subjects.triggers import TriggerFired as TriggerFired

# In the order in which a log tells of them, as its specification lists them.
SUBJECTS = (
    *(start, items, parts, readings, observations, triggers, phases, gates, clock, redline, handover),
    *(rollback, reasons, ending, anchors, log),
)

Event = (
    start.Event
    | items.Event
    | parts.Event
    | readings.Event
    | observations.Event
    | triggers.Event
    | phases.Event
    | gates.Event
    | clock.Event
    | redline.Event
    | handover.Event
    | rollback.Event
    | reasons.Event
    | ending.Event
    | anchors.Event
    | log.Event
)


def by_event(part: str) -> dict[type[Event], Any]:
    """Give the function by which each kind of event is folded or told: its subject's `fold` or `words`."""
    subjects: tuple[Any, ...] = SUBJECTS
    return {kind: getattr(each, part) for each in subjects for kind in getattr(each.Event, "__args__", (each.Event,))}


@dataclass(frozen=True)
class Entry:
    """An event as the journal holds it: number 0 is the header; `sees` is the head that its author saw.

    `signature` is the author's, as it stands there, and `words` the bytes that it is over: both empty without one.
    """

    seq: int
    stamp: Stamp
    event: Event
    hash: str
    sees: str = ""
    extras: Extras = NO_EXTRAS
    signature: str = ""
    words: bytes = b""

    @property
    def actor(self) -> Actor:
        """Who made it, with the key that signed it: whether the signature is good is not said by that."""
        return self.mark.actor

    @property
    def mark(self) -> Mark:
        """Who and when, as a run's state keeps it."""
        key = _key_of(self.signature) if self.signature else ""
        return Mark(self.stamp.by, self.stamp.at, self.seq, self.stamp.origin, key)


def _key_of(signature: str) -> str:
    # A log that nobody signed loads nothing that reads signatures.
    from ..sshsig import key_of

    return key_of(signature)


def entry_named(seq: int) -> str:
    """Name an entry by its number, as sentences do."""
    return f"event {seq}" if seq else "the header"


def numbers(seqs: Sequence[int], most: int) -> str:
    """Write the numbers of entries, and no more than so many."""
    return ", ".join(f"#{each}" for each in seqs[:most]) + (" …" if len(seqs) > most else "")


# What an event is about is held by the first of these fields that it has.
_ABOUT = ("subject", "item", "metric", "trigger", "stage", "scenario")


def subject(event: Event) -> str:
    """Give the id of what an event is about: an item, trigger, metric, stage or scenario; nothing if it is the run."""
    return next((getattr(event, name) for name in _ABOUT if hasattr(event, name)), "")


def metric_read(event: Event) -> str:
    """Give the id of the metric that an event may have read; nothing if it is about something else."""
    match event:
        case MetricMeasured() | MetricUnread():
            return event.metric
        case Observed():
            return event.subject
        case _:
            return ""


def value_read(event: Event) -> float | None:
    """Give the value that an event read or saw and that counts; None where there is none."""
    match event:
        case MetricMeasured():
            return event.value
        case Observed() if event.outcome in JUDGED:
            return event.value
        case _:
            return None


def row(event: Event) -> str:
    """Give the id of the row that an event is about: an item, trigger, or metric in its stage; nothing if none."""
    match event:
        case MetricMeasured() | MetricUnread():
            return metric_row(event.stage, event.metric)
        case Observed():
            return event.subject
        case _:
            return subject(event) if hasattr(event, "item") or hasattr(event, "trigger") else ""
