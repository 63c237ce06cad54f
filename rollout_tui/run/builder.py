"""A run being folded: its dictionaries free to change until `freeze`, and what keeps them in step with each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from ..people import Identity, count_people
from ..plan.model import Metric, Plan
from . import deploying, watching
from .approval import Approval, is_note
from .observation import Observation
from .part import Effect
from .plan_events import PlanRedlined, RunStarted
from .run_rules import BREACH_BLOCKS, EXPOSURE_BY_TWO, HEALTH
from .stages import BEFORE_SOAK, Item, ItemKind, Stage, StageKind, StageSequence, counts_as_open
from .stamp import Mark, Stamp
from .state import (
    UNTOUCHED,
    Closed,
    DoesNotFit,
    Former,
    Held,
    ItemState,
    Offer,
    Passed,
    PhaseState,
    Reading,
    Rollback,
    Run,
    Status,
    is_resolved,
)
from .two_people import asks_two


class Builder:
    """What the fold changes; an item is only ever set through `set`, so that counts, deferrals and soaks follow it.

    It has the fields of a `Run` under their names.
    """

    plan: Plan
    sequence: StageSequence
    started: RunStarted
    stamp: Stamp
    head: str
    seq: int
    identity: Identity
    position: int
    items: dict[str, ItemState]
    unresolved: dict[str, int]
    due: dict[str, tuple[str, ...]]
    gates: dict[str, Passed]
    phases: dict[str, PhaseState]
    approvals: dict[int, Approval]
    begun: dict[str, Mark]
    readings: dict[tuple[str, str], Reading]
    observed: dict[str, Observation]
    fired: dict[str, tuple[Mark, str]]
    cleared: dict[str, Mark]
    breached: dict[str, Reading]
    wrong_since: datetime | None
    unwell_since: datetime | None
    flags: dict[str, str]
    effects: dict[str, Effect]
    resets_due: tuple[str, ...]
    in_place: dict[str, int]
    held: Held | None
    past_window: Mark | None
    took_over: Mark | None
    redlined: tuple[Mark, PlanRedlined] | None
    former: tuple[Former, ...]
    offer: Offer | None
    rollback: Rollback | None
    closed: Closed | None
    clocks: dict[str, Stamp]
    clock_steps: dict[str, timedelta]
    unknown: str

    def __init__(self, run: Run) -> None:
        values = vars(run)
        for name in _FIELDS:
            value = values[name]
            self.__dict__[name] = dict(value) if type(value) is dict else value

    def freeze(self) -> Run:
        """Give the run as it stands now."""
        return Run(**self.__dict__)

    def goes_by(self, rules: int) -> bool:
        """Say whether the run is decided by these rules."""
        return self.started.rules >= rules

    def count_people(self, marks: Iterable[Mark]) -> int:
        """Say how many people stand behind the marks of a record."""
        return count_people((mark.actor for mark in marks), self.identity)

    def item(self, item_id: str) -> Item:
        """Give an item; DoesNotFit where the run has none of this id, as for what else is looked up here."""
        try:
            return self.sequence.items[item_id]
        except KeyError:
            raise _missing(item_id) from None

    def metric(self, metric_id: str) -> Metric:
        try:
            return self.sequence.metrics[metric_id]
        except KeyError:
            raise _missing(metric_id) from None

    def stage(self, stage_id: str) -> Stage:
        try:
            return self.sequence.stages[self.sequence.index[stage_id]]
        except KeyError:
            raise _missing(stage_id) from None

    def state(self, item_id: str) -> ItemState:
        return self.items.get(item_id, UNTOUCHED)

    def is_resolved(self, item_id: str) -> bool:
        return is_resolved(self.state(item_id), emergency=self.started.emergency)

    def set(self, item_id: str, state: ItemState) -> None:
        """Give an item its new state, and count with it."""
        item, old = self.item(item_id), self.items.get(item_id, UNTOUCHED)
        self.items[item_id] = state
        self.in_place.pop(item_id, None)
        if counts_as_open(item) and item.stage in self.unresolved:
            emergency = self.started.emergency
            change = is_resolved(old, emergency=emergency) - is_resolved(state, emergency=emergency)
            self.unresolved[item.stage] += change
        if old.due or state.due:
            self.follow_deferral(item_id, old.due, state.due)
        if item.kind in BEFORE_SOAK:
            self._follow_soaks(item.stage, state.mark)

    def sign(self, item_id: str, mark: Mark, note: str) -> None:
        """Add an approval; with the last one that is needed the item is signed."""
        item, old = self.item(item_id), self.state(item_id)
        if asks_two(item) and item_id not in self.in_place and self.approve(item_id, mark):
            self.set(item_id, replace(old, unsigned=(*old.unsigned, mark)))
            if item.kind is ItemKind.STEP:
                deploying.sign(self, item, mark)
            return
        if item.kind is ItemKind.START and self.goes_by(EXPOSURE_BY_TWO):
            # Whose start it approves is not started by that.
            self.set(item_id, ItemState(Status.OPEN, (mark,), mark, note))
            return
        approvals = (*old.approvals, mark)
        needed = 2 if self._was_promoted_by_a_note(item) else item.approvals
        enough = needed <= 1 or self.count_people(approvals) >= needed
        if enough or item_id in self.in_place:
            self.set(item_id, ItemState(Status.SIGNED, approvals, mark, note))
        elif old.status is Status.DEFERRED and not self.started.emergency:
            self.set(item_id, replace(old, approvals=approvals))
        else:
            # A first approval after a failure says that it was mended.
            self.set(item_id, ItemState(Status.OPEN, approvals, mark, note, unsigned=old.unsigned))
        deploying.sign(self, item, mark)
        if item_id in self.resets_due:
            self.resets_due = tuple(each for each in self.resets_due if each != item_id)
            self.follow_resets(mark)

    def approve(self, item_id: str, mark: Mark) -> str:
        """Keep what somebody says where two have to agree; give why it is a note, nothing where it counts."""
        note = self.identity.uncounted(mark.actor)
        self.approvals[mark.seq] = Approval(item_id, mark, self.identity.rule, note)
        return note

    def _was_promoted_by_a_note(self, item: Item) -> bool:
        """Whether who promoted alone in an emergency is nobody: both approvals are then due."""
        passed = self.gates.get(item.stage) if item.kind is ItemKind.APPROVAL and self.started.emergency else None
        return passed is not None and is_note(self.approvals, passed.mark)

    def revoke(self, item_id: str, mark: Mark, reason: str) -> None:
        """Open an item again; a start that is revoked was none."""
        self.begun.pop(item_id, None)
        item = self.item(item_id)
        if item.kind is ItemKind.START:
            self.phases.pop(item.stage, None)
        deploying.revoke(self, item, mark)
        if item.kind is ItemKind.FLAG_RESET and item_id not in self.resets_due:
            self.resets_due = (*self.resets_due, item_id)
            self.follow_resets(mark)
        self.set(item_id, ItemState(Status.OPEN, (), mark, reason))

    def reopen(self, item_ids: Iterable[str]) -> None:
        """Make items as if nobody had touched them."""
        for item_id in item_ids:
            self.begun.pop(item_id, None)
            self.observed.pop(item_id, None)
            if item_id in self.items:
                self.set(item_id, UNTOUCHED)

    def follow_deferral(self, item_id: str, before: str, after: str) -> None:
        """Take an item out of those that are due with the stage `before`, and add it to those of `after`."""
        if before:
            self.due[before] = tuple(each for each in self.due.get(before, ()) if each != item_id)
            if not self.due[before]:
                del self.due[before]
        if after:
            self.due[after] = tuple(sorted({*self.due.get(after, ()), item_id}))

    def follow_resets(self, mark: Mark | None) -> None:
        """A flag that has to be set back is one of those that a soak waits for."""
        here = self.sequence.stages[self.position].id
        if here in self.phases and self.goes_by(HEALTH):
            self.follow_soak(here, mark)

    def _follow_soaks(self, stage: str, mark: Mark | None) -> None:
        """Let the soaks follow an item of a stage: its own phase's, and that of the phase that is open now."""
        here = self.sequence.stages[self.position].id
        if stage in self.phases:
            self.follow_soak(stage, mark)
        if here != stage and here in self.phases and self.goes_by(HEALTH):
            self.follow_soak(here, mark)

    def follow_soak(self, stage: str, mark: Mark | None) -> None:
        """The soak begins when the phase's start, flags and migration steps are done, and over if one is undone.

        What the stages before it put in place is part of the release as well.
        """
        phase = self.phases[stage]
        place = self.sequence.index[stage]
        stages = self.sequence.stages[0 if self.goes_by(HEALTH) else place : place + 1]
        begins = all(self.is_resolved(item.id) for each in stages for item in each.before_soak)
        begins = begins and not (self.resets_due and self.goes_by(HEALTH))
        if begins and phase.soak_from is None and mark is not None:
            self.phases[stage] = replace(phase, soak_from=mark.at, lost=timedelta(0))
            if self.unwell_since is not None:
                self.unwell_since = mark.at
        elif not begins and phase.soak_from is not None:
            self.phases[stage] = replace(phase, soak_from=None, lost=timedelta(0))

    def follow_reading(self, metric: str, reading: Reading) -> None:
        """Note whether a metric is in breach now; what was read before the go is the baseline."""
        if self.goes_by(BREACH_BLOCKS) and self.sequence.stages[0].id not in self.gates:
            return
        if reading.breach:
            self.breached[metric] = reading
        else:
            self.breached.pop(metric, None)
        self.follow_health(reading.mark)

    @property
    def is_unwell(self) -> bool:
        rolled_back = self.rollback is not None and self.goes_by(HEALTH)
        return bool(self.breached or self.fired or rolled_back)

    def follow_health(self, mark: Mark) -> None:
        """Time from a breach, a fired trigger or a rollback to what ends it is lost to the soak, or all before too."""
        self.wrong_since = (self.wrong_since or mark.at) if self.breached or self.fired else None
        watching.follow_health(self, mark.at)
        unwell = self.is_unwell
        if unwell and self.unwell_since is None:
            self.unwell_since = mark.at
        elif not unwell and self.unwell_since is not None:
            since, self.unwell_since = self.unwell_since, None
            stage = self.sequence.stages[self.position]
            phase = self.phases.get(stage.id)
            if phase is None or phase.soak_from is None:
                return
            if stage.phase is not None and stage.phase.after_breach == "restart":
                # What is watched begins anew by the time of the look that was fine.
                if not watching.watched(self):
                    self.soak_anew(mark)
            else:
                lost = max(timedelta(0), mark.at - since)
                self.phases[stage.id] = replace(phase, lost=phase.lost + lost)

    def soak_anew(self, mark: Mark) -> None:
        """Begin the soak of the phase that is open anew, where it had begun."""
        stage = self.sequence.stages[self.position].id
        phase = self.phases.get(stage)
        if phase is not None and phase.soak_from is not None:
            self.phases[stage] = replace(phase, soak_from=mark.at, lost=timedelta(0))
            if self.unwell_since is not None:
                self.unwell_since = mark.at

    def advance(self) -> None:
        """A stage ends with its gate, or without one when nothing in it is open and nothing deferred to it is due."""
        while (stage := self.sequence.stages[self.position]).kind is not StageKind.CLOSE:
            done = stage.id in self.gates if stage.has_gate else not self._is_busy(stage)
            if not done:
                return
            self.position += 1

    def _is_busy(self, stage: Stage) -> bool:
        validates = stage.kind is StageKind.POST_DEPLOYMENT and self.goes_by(BREACH_BLOCKS)
        return bool(self.unresolved[stage.id] or self.due.get(stage.id) or (validates and self.breached))


_FIELDS = tuple(Builder.__annotations__)


def _missing(name: str) -> DoesNotFit:
    return DoesNotFit(f"there is no {name!r}")
