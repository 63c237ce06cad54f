"""A run being folded: plain dictionaries that are frozen once, and what keeps them in step with each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from ..people import count_people
from .stages import ItemKind, StageKind, StageSequence
from .state import UNTOUCHED, ItemState, Mark, PhaseState, Run, Status, counts_as_open, is_resolved


class Builder:
    """What `evolve` changes; an item is only ever set through `set`, so that counts, deferrals and soaks follow it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sequence: StageSequence = run.sequence
        self.head, self.seq, self.position = run.head, run.seq, run.position
        self.items, self.unresolved = dict(run.items), dict(run.unresolved)
        self.due = {stage: set(items) for stage, items in run.due.items()}
        self.gates, self.phases = dict(run.gates), dict(run.phases)
        self.readings, self.fired = dict(run.readings), dict(run.fired)
        self.breached, self.unwell_since = set(run.breached), run.unwell_since
        self.flags, self.owed = dict(run.flags), list(run.owed)
        self.in_place, self.took_over, self.offer = dict(run.in_place), run.took_over, run.offer
        self.held, self.rollback, self.closed, self.unknown = run.held, run.rollback, run.closed, run.unknown

    def freeze(self) -> Run:
        """Give the run as it stands now."""
        return replace(
            self.run,
            head=self.head,
            seq=self.seq,
            position=self.position,
            items=self.items,
            unresolved=self.unresolved,
            due={stage: tuple(sorted(items)) for stage, items in self.due.items() if items},
            gates=self.gates,
            phases=self.phases,
            readings=self.readings,
            fired=self.fired,
            breached=frozenset(self.breached),
            unwell_since=self.unwell_since,
            flags=self.flags,
            owed=tuple(self.owed),
            in_place=self.in_place,
            held=self.held,
            took_over=self.took_over,
            offer=self.offer,
            rollback=self.rollback,
            closed=self.closed,
            unknown=self.unknown,
        )

    def set(self, item_id: str, state: ItemState) -> None:
        """Give an item its new state, and count with it."""
        item = self.sequence.items[item_id]
        old = self.items.get(item_id, UNTOUCHED)
        self.items[item_id] = state
        self.in_place.pop(item_id, None)
        if counts_as_open(item) and item.stage in self.unresolved:
            emergency = self.run.emergency
            change = is_resolved(old, emergency=emergency) - is_resolved(state, emergency=emergency)
            self.unresolved[item.stage] += change
        if old.due:
            self.due[old.due].discard(item_id)
        if state.due:
            self.due.setdefault(state.due, set()).add(item_id)
        if item.stage in self.phases:
            self.follow_soak(item.stage, state.mark)

    def sign(self, item_id: str, mark: Mark, note: str) -> None:
        """Add an approval; with the last one that is needed the item is signed."""
        item = self.sequence.items[item_id]
        old = self.items.get(item_id, UNTOUCHED)
        approvals = (*old.approvals, mark)
        if item_id in self.in_place or count_people(each.by for each in approvals) >= item.approvals:
            self.set(item_id, ItemState(Status.SIGNED, approvals, mark, note))
        elif old.status is Status.DEFERRED and not self.run.emergency:
            self.set(item_id, replace(old, approvals=approvals))
        else:
            # A first approval after a failure says that it was mended.
            self.set(item_id, ItemState(Status.OPEN, approvals, mark, note))
        if item.flag:
            self.flags[item.flag] = item.value
        if item_id in self.owed:
            self.owed.remove(item_id)

    def revoke(self, item_id: str, mark: Mark, reason: str) -> None:
        """Open an item again; a start that is revoked was none."""
        item = self.sequence.items[item_id]
        if item.kind is ItemKind.START:
            self.phases.pop(item.stage, None)
        if item.kind is ItemKind.FLAG_RESET and item_id not in self.owed:
            self.owed.append(item_id)
        self.set(item_id, ItemState(Status.OPEN, (), mark, reason))

    def reopen(self, item_ids: Iterable[str]) -> None:
        """Make items as if nobody had touched them."""
        for item_id in item_ids:
            if item_id in self.items:
                self.set(item_id, UNTOUCHED)

    def start_phase(self, stage: str, mark: Mark, reason: str) -> None:
        """Expose a phase: its readings and its soak begin anew."""
        self.phases[stage] = PhaseState(mark)
        for metric in self.sequence.metrics:
            self.readings.pop((stage, metric), None)
        self.breached.clear()
        self.unwell_since = mark.at if self.fired else None
        self.set(f"{stage}/start", ItemState(Status.SIGNED, (mark,), mark, reason))

    def follow_soak(self, stage: str, mark: Mark | None) -> None:
        """The soak begins when the phase's start, flags and migration steps are done, and over if one is undone."""
        phase = self.phases[stage]
        begins = all(
            is_resolved(self.items.get(item.id, UNTOUCHED), emergency=self.run.emergency)
            for item in self.sequence.stage(stage).before_soak
        )
        if begins and phase.soak_from is None and mark is not None:
            self.phases[stage] = replace(phase, soak_from=mark.at, lost=timedelta(0))
            if self.unwell_since is not None:
                self.unwell_since = mark.at
        elif not begins and phase.soak_from is not None:
            self.phases[stage] = replace(phase, soak_from=None, lost=timedelta(0))

    def follow_health(self, mark: Mark, metric: str = "", breach: bool = False) -> None:
        """Time from a breach or a fired trigger to the next fine reading or clearing is lost to the soak."""
        if metric:
            (self.breached.add if breach else self.breached.discard)(metric)
        unwell = bool(self.breached or self.fired)
        if unwell and self.unwell_since is None:
            self.unwell_since = mark.at
        elif not unwell and self.unwell_since is not None:
            since, self.unwell_since = self.unwell_since, None
            stage = self.sequence.stages[self.position].id
            phase = self.phases.get(stage)
            if phase is not None and phase.soak_from is not None:
                lost = max(timedelta(0), mark.at - since)
                self.phases[stage] = replace(phase, lost=phase.lost + lost)

    def advance(self) -> None:
        """A stage ends with its gate, or without one when nothing in it is open and nothing deferred to it is due."""
        while (stage := self.sequence.stages[self.position]).kind is not StageKind.CLOSE:
            done = stage.id in self.gates if stage.has_gate else not self._is_busy(stage.id)
            if not done:
                return
            self.position += 1

    def _is_busy(self, stage: str) -> bool:
        return bool(self.unresolved[stage] or self.due.get(stage))
