"""Where a run stands: one frozen value, made from its events and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from ..frozen import dataclass
from ..people import AS_WRITTEN, CLAIMED, Actor, Identity, same_person
from ..plan.model import Metric, Plan
from .approval import Approval
from .item_state import UNTOUCHED as UNTOUCHED
from .item_state import ItemState as ItemState
from .item_state import Reading as Reading
from .item_state import Status as Status
from .item_state import is_resolved as is_resolved
from .observation import Observation
from .part import Effect
from .plan_events import PlanRedlined, RunStarted
from .run_rules import SAME_PERSON
from .stages import Item, Stage, StageSequence
from .stamp import Mark, Stamp
from .watch import Watch

Outcome = Literal["completed", "rolled-back", "aborted"]
RollbackOutcome = Literal["restored", "failed", "called-off"]


class DoesNotFit(Exception):
    """An event that the run before it can't have had: a name that it does not have, or something out of place."""


@dataclass(frozen=True)
class PhaseState:
    """A phase that was started; the soak runs from `soak_from`, less `lost`, and began over if that moved.

    Where the plan has probes it is counted by what the `watch` saw.
    """

    started: Mark
    soak_from: datetime | None = None
    lost: timedelta = timedelta(0)
    extended: timedelta = timedelta(0)
    watch: Watch = Watch()


@dataclass(frozen=True)
class Passed:
    """A gate that was passed, and the blockers that an override went past."""

    mark: Mark
    overrides: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Chosen:
    """A rollback scenario that was started, at the time that its operator claims."""

    scenario: str
    started: datetime
    mark: Mark
    reason: str


@dataclass(frozen=True)
class Rollback:
    """A rollback and its clock, which never restarts; `wrong` since `seen`, restored as is `shown`."""

    started: datetime
    chosen: tuple[Chosen, ...]
    items: tuple[str, ...]
    outcome: RollbackOutcome | None = None
    took: timedelta = timedelta(0)
    wrong: tuple[str, ...] = ()
    seen: datetime | None = None
    shown: str = ""

    @property
    def under_way(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True)
class Held:
    """Who holds the run, and why; `sensed` where a trigger's probe does, and `mark` is who recorded that."""

    mark: Mark
    reason: str
    sensed: bool = False

    @property
    def by(self) -> str:
        return "a probe" if self.sensed else self.mark.by


@dataclass(frozen=True)
class Offer:
    """The lead offered to a person, or to whoever takes it where `to` is empty."""

    to: str
    mark: Mark
    note: str


@dataclass(frozen=True)
class Closed:
    """How the run ended, and the follow-up for cleanup steps that were left for later."""

    outcome: Outcome
    mark: Mark
    note: str
    follow_up_owner: str = ""
    follow_up_date: str = ""
    follow_up_ticket: str = ""


@dataclass(frozen=True)
class Former:
    """What the run followed before a redline, up to the event `until`, which is the redline itself."""

    until: int
    sequence: StageSequence
    identity: Identity = CLAIMED


@dataclass(frozen=True)
class Run:
    """One execution of a plan."""

    # What it follows, and what its start said; the number and the hash of its newest event.
    plan: Plan
    sequence: StageSequence
    started: RunStarted
    stamp: Stamp
    head: str
    seq: int = 0
    identity: Identity = CLAIMED  # by what it tells two people apart where two have to agree
    position: int = 0  # the place of the stage that is open now
    items: Mapping[str, ItemState] = field(default_factory=dict)  # each item that was touched, by its id
    unresolved: Mapping[str, int] = field(default_factory=dict)  # how many items each stage has that keep it open
    due: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the items that are deferred to a stage, by it
    gates: Mapping[str, Passed] = field(default_factory=dict)  # the gates that stand passed, by their stage
    phases: Mapping[str, PhaseState] = field(default_factory=dict)  # those that were started, and their soaks
    approvals: Mapping[int, Approval] = field(default_factory=dict)  # what was said where two agree, by event
    begun: Mapping[str, Mark] = field(default_factory=dict)  # the steps that somebody began, signed since or not
    readings: Mapping[tuple[str, str], Reading] = field(default_factory=dict)  # the newest reading, by stage and metric
    observed: Mapping[str, Observation] = field(default_factory=dict)  # what its probe saw of each item
    fired: Mapping[str, tuple[Mark, str]] = field(default_factory=dict)  # the fired triggers: by whom, what was seen
    cleared: Mapping[str, Mark] = field(default_factory=dict)  # the newest clearing of each trigger
    breached: Mapping[str, Reading] = field(default_factory=dict)  # the newest reading in breach, of anywhere since go
    wrong_since: datetime | None = None  # since when there is a breach or a fired trigger
    unwell_since: datetime | None = None  # since when a breach, a fired trigger or a rollback stops the soak
    flags: Mapping[str, str] = field(default_factory=dict)  # what each flag was last set to
    effects: Mapping[str, Effect] = field(default_factory=dict)  # what is known to be there, or not, of each part
    resets_due: tuple[str, ...] = ()  # the flag resets that a reduction asks for
    # The migration steps that the run before left in place and nobody touched here, with the event's number there.
    in_place: Mapping[str, int] = field(default_factory=dict)
    held: Held | None = None  # who holds the run, and why
    past_window: Mark | None = None  # who first went past the maintenance window, which covers the rest of the run
    took_over: Mark | None = None  # the newest handover: who leads since
    redlined: tuple[Mark, PlanRedlined] | None = None  # the newest change of the plan
    former: tuple[Former, ...] = ()  # what the run followed before each change
    offer: Offer | None = None  # the lead, offered and not yet taken
    rollback: Rollback | None = None  # the rollback that is under way or was finished
    closed: Closed | None = None  # how the run ended
    clocks: Mapping[str, Stamp] = field(default_factory=dict)  # the newest entry of each machine's boot
    clock_steps: Mapping[str, timedelta] = field(default_factory=dict)  # what is unconfirmed of a wall clock, by boot
    unknown: str = ""  # the kind of an entry of a later version: the run is then read-only here

    @cached_property
    def failed_in(self) -> frozenset[str]:
        """The stages in which an item is failed."""
        items = self.sequence.items
        return frozenset(items[name].stage for name, state in self.items.items() if state.status is Status.FAILED)

    @property
    def id(self) -> str:
        return self.started.run

    @property
    def name(self) -> str:
        return self.started.name

    @property
    def emergency(self) -> bool:
        return self.started.emergency

    @property
    def follows(self) -> RunStarted | PlanRedlined:
        """The event that holds the plan that the run follows now: its start, or the newest redline."""
        return self.redlined[1] if self.redlined else self.started

    @property
    def plan_file(self) -> str:
        """The absolute path of the file that the plan was last read from; empty where it is not known."""
        return self.follows.plan_file or self.started.plan_file

    def sequence_at(self, seq: int) -> StageSequence:
        """Give the stages and items that the run had when the event `seq` was decided."""
        return next((each.sequence for each in self.former if seq <= each.until), self.sequence)

    def identity_at(self, seq: int) -> Identity:
        """Give by what two people were told apart when the event `seq` was decided."""
        return next((each.identity for each in self.former if seq <= each.until), self.identity)

    def judged_by(self, stage: str, metric: str) -> Metric:
        """Give the metric as a stage's newest reading of it was judged: a gate that was passed keeps its threshold."""
        reading, passed = self.readings.get((stage, metric)), self.gates.get(stage)
        if reading is None or passed is None:
            return self.sequence.metrics[metric]
        return self.sequence_at(max(reading.mark.seq, passed.mark.seq)).metrics[metric]

    @property
    def lead(self) -> str:
        """Who leads: shown to everybody, and no permission."""
        return self.took_over.by if self.took_over else self.stamp.by

    def is_led_by(self, who: Actor | str) -> bool:
        return same_person(self.lead, who, self._lead_identity)

    def is_offered_to(self, who: Actor | str) -> bool:
        """Whether the lead is offered to them: by name, or to whoever takes it."""
        return self.offer is not None and (not self.offer.to or same_person(self.offer.to, who, self._lead_identity))

    @property
    def _lead_identity(self) -> Identity:
        return CLAIMED if self.started.rules >= SAME_PERSON else AS_WRITTEN

    @property
    def stage(self) -> Stage:
        """The stage that is open now."""
        return self.sequence.stages[self.position]

    @property
    def deployed(self) -> bool:
        """Whether the go was given: from there on something may be in place."""
        return self.sequence.stages[0].id in self.gates

    @property
    def rolling_back(self) -> bool:
        return self.rollback is not None and self.rollback.under_way

    def state(self, item: str) -> ItemState:
        return self.items.get(item, UNTOUCHED)

    def is_resolved(self, item: Item) -> bool:
        """Whether the item needs nothing more before its stage can end; under an emergency one approval will do."""
        return is_resolved(self.state(item.id), emergency=self.emergency)

    def approvals_of(self, item: Item) -> int:
        """How many people sign the item; what is in place already needs no more than one, who confirms that."""
        return 1 if item.id in self.in_place else item.approvals

    def is_done(self, item: Item) -> bool:
        """Whether the item was really done, neither waived nor put off."""
        return self.is_resolved(item) and self.state(item.id).status in {Status.OPEN, Status.SIGNED, Status.SENSED}

    def is_started(self, stage: Stage) -> bool:
        return stage.id in self.phases

    @property
    def exposed(self) -> Stage | None:
        """The newest phase that was started: its audience is exposed."""
        started = [stage for stage in self.sequence.stages if stage.id in self.phases]
        return started[-1] if started else None

    @property
    def reading_stage(self) -> str:
        """The stage that a reading taken now belongs to: a phase's only from its start on."""
        stage = self.stage
        waiting = stage.phase is not None and not self.is_started(stage)
        return self.sequence.stages[self.position - 1].id if waiting else stage.id

    @property
    def outstanding(self) -> tuple[Item, ...]:
        """The cleanup steps that a closed run left to its follow-up and that are still open."""
        if self.closed is None or not self.closed.follow_up_owner:
            return ()
        # Its emergency ended with the run: every approval that a step asks for is due.
        return tuple(i for i in self.sequence.steps if self.state(i.id).status in {Status.OPEN, Status.FAILED})
