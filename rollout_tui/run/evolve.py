"""The fold: a run and its next entry give the next run; `replay` folds a whole journal and freezes once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from ..plan.model import build
from . import events as ev
from .attempt import in_place
from .builder import Builder
from .replan import replan
from .sequence import sequence
from .stages import Item, ItemKind, StageKind
from .state import (
    UNTOUCHED,
    Chosen,
    Closed,
    Held,
    ItemState,
    Mark,
    Offer,
    Passed,
    Reading,
    Rollback,
    Run,
    Status,
    counts_as_open,
)


def begin(header: ev.Entry) -> Run:
    """Make the run that a journal's header starts; raises ValueError, KeyError or TypeError if its plan is not one."""
    started = header.event
    if not isinstance(started, ev.RunStarted):
        raise ValueError("the first entry does not start a run")
    plan = build(tomllib.loads("\n".join(started.plan)))
    laid_out = sequence(plan, started.items)
    builder = Builder(Run(plan, laid_out, started, header.stamp, header.hash))
    builder.in_place = in_place(started)
    for stage in laid_out.stages:
        builder.unresolved[stage.id] = sum(counts_as_open(item) for item in stage.items)
    return builder.freeze()


def evolve(run: Run, entry: ev.Entry) -> Run:
    """Give the run after one more entry."""
    return replay(run, (entry,))


def replay(run: Run, entries: Iterable[ev.Entry]) -> Run:
    """Give the run after these entries, in their order."""
    builder = Builder(run)
    for entry in entries:
        _apply(builder, entry)
    return builder.freeze()


def _apply(run: Builder, entry: ev.Entry) -> None:
    stamp = entry.stamp
    mark = Mark(stamp.by, stamp.at, entry.seq)
    match entry.event:
        # The commonest first: each case is tried in turn.
        case ev.ItemSigned(item=item, note=note):
            run.sign(item, mark, note)
        case ev.MetricMeasured(metric=metric, value=value, stage=stage, note=note):
            breach = run.sequence.metrics[metric].threshold.breached_by(value)
            run.readings[stage, metric] = Reading(value, breach, mark, note)
            run.follow_health(mark, metric, breach)
        case ev.NoteAdded():
            pass
        case ev.RollbackStepSigned(item=item, note=note):
            run.sign(item, mark, note)
        case ev.ItemFailed(item=item, reason=reason):
            run.set(item, ItemState(Status.FAILED, (), mark, reason))
        case ev.ItemWaived(item=item, reason=reason):
            run.set(item, ItemState(Status.WAIVED, (), mark, reason))
        case ev.ItemDeferred(item=item, to=to, reason=reason):
            run.set(item, ItemState(Status.DEFERRED, (), mark, reason, to))
        case ev.ItemRevoked(item=item, reason=reason):
            run.revoke(item, mark, reason)
        case ev.MetricUnread(metric=metric, stage=stage, reason=reason):
            run.readings[stage, metric] = Reading(None, False, mark, reason)
        case ev.TriggerFired(trigger=trigger, reason=reason):
            run.fired[trigger] = (mark, reason)
            run.follow_health(mark)
        case ev.TriggerCleared(trigger=trigger):
            run.fired.pop(trigger, None)
            run.follow_health(mark)
        case ev.PhaseStarted(stage=stage, reason=reason):
            run.start_phase(stage, mark, reason)
        case ev.SoakExtended(stage=stage, seconds=seconds):
            phase = run.phases[stage]
            run.phases[stage] = replace(phase, extended=phase.extended + timedelta(seconds=seconds))
        case ev.GatePromoted(stage=stage, overrides=overrides, reason=reason):
            run.gates[stage] = Passed(mark, overrides, reason)
        case ev.PhaseReduced(to=to, reason=reason):
            _reduce(run, to, mark, reason)
        case ev.GateHeld(reason=reason):
            run.held = Held(mark, reason)
        case ev.GateReleased():
            run.held = None
        case ev.PlanRedlined() as event:
            replan(run, event, mark)
            _align_flags(run)
        case ev.HandoverOffered(to=to, note=note):
            run.offer = Offer(to, mark, note)
        case ev.HandedOver():
            run.took_over, run.offer = mark, None
        case ev.RollbackStarted(scenario=scenario, reason=reason):
            _roll_back(run, Chosen(scenario, stamp.when, mark, reason))
        case ev.RollbackFinished(outcome=outcome, took_seconds=seconds):
            _finish_rollback(run, outcome, timedelta(seconds=seconds), mark)
        case ev.RunClosed():
            run.closed = closed_by(entry)
        case ev.Unknown(kind=kind):
            run.unknown = kind
        case ev.ClockConfirmed() | ev.Recovered():
            pass
        case ev.RunStarted():
            raise ValueError("a run can't start twice")
        case _ as never:
            assert_never(never)
    run.head, run.seq = entry.hash, entry.seq
    run.advance()


def closed_by(entry: ev.Entry) -> Closed:
    """Give how the run ended with the entry that closes it."""
    event = entry.event
    assert isinstance(event, ev.RunClosed)
    return Closed(
        event.outcome,
        Mark(entry.stamp.by, entry.stamp.at, entry.seq),
        event.note,
        event.follow_up_owner,
        event.follow_up_date,
        event.follow_up_ticket,
    )


def _reduce(run: Builder, to: str, mark: Mark, reason: str) -> None:
    first = run.sequence.index[to]
    for later in run.sequence.stages[first:]:
        run.gates.pop(later.id, None)
        if later.kind is StageKind.PHASE:
            run.phases.pop(later.id, None)
            for metric in run.sequence.metrics:
                run.readings.pop((later.id, metric), None)
        if later.kind in {StageKind.PHASE, StageKind.POST_DEPLOYMENT}:
            # What validated the wider exposure says nothing of the next one (R5).
            run.reopen(item.id for item in later.items if item.kind is not ItemKind.STEP)
    run.position = first
    run.start_phase(to, mark, reason)
    _align_flags(run)


def _align_flags(run: Builder) -> None:
    """Ask again for each flag that does not stand where its phases put it; a waived change put it nowhere."""
    for reset in run.sequence.resets:
        changes = [
            item
            for stage in run.sequence.stages[: run.position + 1]
            for item in stage.items
            if item.kind is ItemKind.FLAG and item.flag == reset.flag and _stands(run, item)
        ]
        wanted = changes[-1] if changes else reset
        if run.flags.get(reset.flag, reset.value) == wanted.value:
            continue
        if wanted is reset:
            run.reopen([reset.id])
            run.owed = [*dict.fromkeys([*run.owed, reset.id])]
        elif _status(run, wanted) is Status.SIGNED:
            run.reopen([wanted.id])


def _stands(run: Builder, item: Item) -> bool:
    """Whether a flag's change counts: it was done, or is still asked for by a phase that was started."""
    status = _status(run, item)
    return status is Status.SIGNED or (item.stage in run.phases and status is not Status.WAIVED)


def _status(run: Builder, item: Item) -> Status:
    return run.items.get(item.id, UNTOUCHED).status


def _roll_back(run: Builder, chosen: Chosen) -> None:
    way = run.sequence.way_back(chosen.scenario)
    before = run.rollback
    run.reopen(item.id for item in way.items)
    if before is None:
        run.reopen(reset.id for reset in run.sequence.resets)
        resets = [r.id for r in run.sequence.resets if run.flags.get(r.flag, r.value) != r.value]
        before = Rollback(chosen.started, (), tuple(resets))
    items = (*(item.id for item in way.items), *before.items)
    run.rollback = replace(
        before,
        started=min(before.started, chosen.started),
        chosen=(*before.chosen, chosen),
        items=tuple(dict.fromkeys(items)),
        outcome=None,
    )


def _finish_rollback(run: Builder, outcome: ev.RollbackOutcome, took: timedelta, mark: Mark) -> None:
    assert run.rollback is not None
    run.rollback = replace(run.rollback, outcome=outcome, took=took)
    if outcome == "called-off":
        run.rollback = None
        run.held = Held(mark, "rollback called off")
        _align_flags(run)
        # Its steps say nothing of a later rollback; a reset stands for itself only where a reduction asked for it.
        run.reopen(item.id for way in run.sequence.ways_back for item in way.items)
        run.reopen(reset.id for reset in run.sequence.resets)
