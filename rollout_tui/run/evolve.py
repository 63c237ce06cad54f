"""The fold: a run and its next entry give the next run; `replay` folds a whole journal and freezes once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from ..plan.model import build
from . import events as ev
from .sequence import sequence
from .stages import Item, ItemKind, Sequence, StageKind
from .state import (
    UNTOUCHED,
    Chosen,
    Closed,
    Held,
    ItemState,
    Mark,
    Passed,
    PhaseState,
    Reading,
    Rollback,
    Run,
    Status,
    counts_as_open,
    is_resolved,
)


def begin(header: ev.Entry) -> Run:
    """Make the run that a journal's header starts; raises ValueError, KeyError or TypeError if its plan is not one."""
    started = header.event
    if not isinstance(started, ev.RunStarted):
        raise ValueError("the first entry does not start a run")
    plan = build(tomllib.loads("\n".join(started.plan)))
    laid_out = sequence(plan, started.items)
    builder = _Builder(Run(plan, laid_out, started, header.stamp, header.hash))
    for stage in laid_out.stages:
        builder.unresolved[stage.id] = sum(counts_as_open(item) for item in stage.items)
    return builder.freeze()


def evolve(run: Run, entry: ev.Entry) -> Run:
    """Give the run after one more entry."""
    return replay(run, (entry,))


def replay(run: Run, entries: Iterable[ev.Entry]) -> Run:
    """Give the run after these entries, in their order."""
    builder = _Builder(run)
    for entry in entries:
        builder.apply(entry)
    return builder.freeze()


class _Builder:
    """A run being folded: plain dictionaries that are frozen once at the end."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sequence: Sequence = run.sequence
        self.head, self.seq, self.position = run.head, run.seq, run.position
        self.items, self.unresolved = dict(run.items), dict(run.unresolved)
        self.due = {stage: set(items) for stage, items in run.due.items()}
        self.gates, self.phases = dict(run.gates), dict(run.phases)
        self.readings, self.fired = dict(run.readings), dict(run.fired)
        self.breached, self.unwell_since = set(run.breached), run.unwell_since
        self.flags, self.owed = dict(run.flags), list(run.owed)
        self.held, self.rollback, self.closed, self.unknown = run.held, run.rollback, run.closed, run.unknown

    def freeze(self) -> Run:
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
            held=self.held,
            rollback=self.rollback,
            closed=self.closed,
            unknown=self.unknown,
        )

    def apply(self, entry: ev.Entry) -> None:
        stamp = entry.stamp
        mark = Mark(stamp.by, stamp.at, entry.seq)
        match entry.event:
            case ev.ItemSigned(item=item, note=note):
                self._sign(item, mark, note)
            case ev.RollbackStepSigned(item=item, note=note):
                self._sign(item, mark, note)
            case ev.ItemFailed(item=item, reason=reason):
                self._set(item, ItemState(Status.FAILED, (), mark, reason))
            case ev.ItemWaived(item=item, reason=reason):
                self._set(item, ItemState(Status.WAIVED, (), mark, reason))
            case ev.ItemDeferred(item=item, to=to, reason=reason):
                self._set(item, ItemState(Status.DEFERRED, (), mark, reason, to))
            case ev.ItemRevoked(item=item, reason=reason):
                self._revoke(item, mark, reason)
            case ev.MetricMeasured(metric=metric, value=value, stage=stage, note=note):
                breach = self.sequence.metrics[metric].threshold.breached_by(value)
                self.readings[stage, metric] = Reading(value, breach, mark, note)
                self._follow_health(mark, metric, breach)
            case ev.MetricUnread(metric=metric, stage=stage, reason=reason):
                self.readings[stage, metric] = Reading(None, False, mark, reason)
            case ev.TriggerFired(trigger=trigger, reason=reason):
                self.fired[trigger] = (mark, reason)
                self._follow_health(mark)
            case ev.TriggerCleared(trigger=trigger):
                self.fired.pop(trigger, None)
                self._follow_health(mark)
            case ev.PhaseStarted(stage=stage, reason=reason):
                self._start_phase(stage, mark, reason)
            case ev.SoakExtended(stage=stage, seconds=seconds):
                phase = self.phases[stage]
                self.phases[stage] = replace(phase, extended=phase.extended + timedelta(seconds=seconds))
            case ev.GatePromoted(stage=stage, overrides=overrides, reason=reason):
                self.gates[stage] = Passed(mark, overrides, reason)
            case ev.PhaseReduced(to=to, reason=reason):
                self._reduce(to, mark, reason)
            case ev.GateHeld(reason=reason):
                self.held = Held(mark, reason)
            case ev.GateReleased():
                self.held = None
            case ev.RollbackStarted(scenario=scenario, reason=reason):
                self._roll_back(Chosen(scenario, stamp.when, mark, reason))
            case ev.RollbackFinished(outcome=outcome, took_seconds=seconds):
                self._finish_rollback(outcome, timedelta(seconds=seconds), mark)
            case ev.RunClosed() as event:
                self.closed = Closed(
                    event.outcome,
                    mark,
                    event.note,
                    event.follow_up_owner,
                    event.follow_up_date,
                    event.follow_up_ticket,
                )
            case ev.Unknown(kind=kind):
                self.unknown = kind
            case ev.NoteAdded() | ev.ClockConfirmed() | ev.Recovered():
                pass
            case ev.RunStarted():
                raise ValueError("a run can't start twice")
            case _ as never:
                assert_never(never)
        self.head, self.seq = entry.hash, entry.seq
        self._advance()

    # Items

    def _set(self, item_id: str, state: ItemState) -> None:
        item = self.sequence.items[item_id]
        old = self.items.get(item_id, UNTOUCHED)
        self.items[item_id] = state
        if counts_as_open(item) and item.stage in self.unresolved:
            emergency = self.run.emergency
            change = is_resolved(old, emergency=emergency) - is_resolved(state, emergency=emergency)
            self.unresolved[item.stage] += change
        if old.due:
            self.due[old.due].discard(item_id)
        if state.due:
            self.due.setdefault(state.due, set()).add(item_id)
        if item.stage in self.phases:
            self._follow_soak(item.stage, state.mark)

    def _sign(self, item_id: str, mark: Mark, note: str) -> None:
        item = self.sequence.items[item_id]
        old = self.items.get(item_id, UNTOUCHED)
        approvals = (*old.approvals, mark)
        if len({each.by for each in approvals}) >= item.approvals:
            self._set(item_id, ItemState(Status.SIGNED, approvals, mark, note))
        elif old.status is Status.DEFERRED and not self.run.emergency:
            self._set(item_id, replace(old, approvals=approvals))
        else:
            # A first approval after a failure says that it was mended.
            self._set(item_id, ItemState(Status.OPEN, approvals, mark, note))
        if item.flag:
            self.flags[item.flag] = item.value
        if item_id in self.owed:
            self.owed.remove(item_id)

    def _revoke(self, item_id: str, mark: Mark, reason: str) -> None:
        item = self.sequence.items[item_id]
        if item.kind is ItemKind.START:
            self.phases.pop(item.stage, None)
        if item.kind is ItemKind.FLAG_RESET and item_id not in self.owed:
            self.owed.append(item_id)
        self._set(item_id, ItemState(Status.OPEN, (), mark, reason))

    def _reopen(self, item_ids: Iterable[str]) -> None:
        for item_id in item_ids:
            if item_id in self.items:
                self._set(item_id, UNTOUCHED)

    # Phases

    def _start_phase(self, stage: str, mark: Mark, reason: str) -> None:
        self.phases[stage] = PhaseState(mark)
        for metric in self.sequence.metrics:
            self.readings.pop((stage, metric), None)
        self.breached.clear()
        self.unwell_since = mark.at if self.fired else None
        self._set(f"{stage}/start", ItemState(Status.SIGNED, (mark,), mark, reason))

    def _follow_soak(self, stage: str, mark: Mark | None) -> None:
        """The soak begins when the phase's start, flags and migration steps are done, and over if one is undone."""
        phase = self.phases[stage]
        begins = all(
            is_resolved(self.items.get(item.id, UNTOUCHED), emergency=self.run.emergency)
            for item in self.sequence.stage(stage).items
            if item.kind in {ItemKind.START, ItemKind.FLAG, ItemKind.STEP}
        )
        if begins and phase.soak_from is None and mark is not None:
            self.phases[stage] = replace(phase, soak_from=mark.at, lost=timedelta(0))
            if self.unwell_since is not None:
                self.unwell_since = mark.at
        elif not begins and phase.soak_from is not None:
            self.phases[stage] = replace(phase, soak_from=None, lost=timedelta(0))

    def _follow_health(self, mark: Mark, metric: str = "", breach: bool = False) -> None:
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

    def _reduce(self, to: str, mark: Mark, reason: str) -> None:
        first = self.sequence.index[to]
        for later in self.sequence.stages[first:]:
            self.gates.pop(later.id, None)
            if later.kind is StageKind.PHASE:
                self.phases.pop(later.id, None)
                for metric in self.sequence.metrics:
                    self.readings.pop((later.id, metric), None)
            if later.kind in {StageKind.PHASE, StageKind.POST_DEPLOYMENT}:
                # What validated the wider exposure says nothing of the next one (R5).
                self._reopen(item.id for item in later.items if item.kind is not ItemKind.STEP)
        self.position = first
        self._start_phase(to, mark, reason)
        self._align_flags()

    def _align_flags(self) -> None:
        """Ask again for each flag that does not stand where its phases put it; a waived change put it nowhere."""
        for reset in self.sequence.resets:
            changes = [
                item
                for stage in self.sequence.stages[: self.position + 1]
                for item in stage.items
                if item.kind is ItemKind.FLAG and item.flag == reset.flag and self._stands(item)
            ]
            wanted = changes[-1] if changes else reset
            if self.flags.get(reset.flag, reset.value) == wanted.value:
                continue
            if wanted is reset:
                self._reopen([reset.id])
                self.owed = [*dict.fromkeys([*self.owed, reset.id])]
            elif self._status(wanted) is Status.SIGNED:
                self._reopen([wanted.id])

    def _stands(self, item: Item) -> bool:
        """Whether a flag's change counts: it was done, or is still asked for by a phase that was started."""
        status = self._status(item)
        return status is Status.SIGNED or (item.stage in self.phases and status is not Status.WAIVED)

    def _status(self, item: Item) -> Status:
        return self.items.get(item.id, UNTOUCHED).status

    # Rollback

    def _roll_back(self, chosen: Chosen) -> None:
        way = self.sequence.way_back(chosen.scenario)
        before = self.rollback
        self._reopen(item.id for item in way.items)
        if before is None:
            self._reopen(reset.id for reset in self.sequence.resets)
            resets = [r.id for r in self.sequence.resets if self.flags.get(r.flag, r.value) != r.value]
            before = Rollback(chosen.started, (), tuple(resets))
        items = (*(item.id for item in way.items), *before.items)
        self.rollback = replace(
            before,
            started=min(before.started, chosen.started),
            chosen=(*before.chosen, chosen),
            items=tuple(dict.fromkeys(items)),
            outcome=None,
        )

    def _finish_rollback(self, outcome: ev.RollbackOutcome, took: timedelta, mark: Mark) -> None:
        assert self.rollback is not None
        self.rollback = replace(self.rollback, outcome=outcome, took=took)
        if outcome == "called-off":
            self.rollback = None
            self.held = Held(mark, "rollback called off")
            self._align_flags()
            # Its steps say nothing of a later rollback; a reset stands for itself only where a reduction asked for it.
            self._reopen(item.id for way in self.sequence.ways_back for item in way.items)
            self._reopen(reset.id for reset in self.sequence.resets)

    # Progress

    def _advance(self) -> None:
        """A stage ends with its gate, or without one when nothing in it is open and nothing deferred to it is due."""
        while (stage := self.sequence.stages[self.position]).kind is not StageKind.CLOSE:
            done = stage.id in self.gates if stage.has_gate else not self._is_busy(stage.id)
            if not done:
                return
            self.position += 1

    def _is_busy(self, stage: str) -> bool:
        return bool(self.unresolved[stage] or self.due.get(stage))
