"""Applying a redline: a run carried over to another plan, as `plan_change` says what stays and what is void."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..people import principals_in
from . import deploying, watching
from .align_flags import align_flags
from .approval import Approval
from .builder import Builder
from .plan_events import PlanRedlined
from .plan_of import plan_of
from .run_rules import BREACH_BLOCKS
from .sensed import is_probed_alike, is_seen_alike, moved_sources
from .stages import Item, ItemKind, StageSequence, counts_as_open
from .stamp import Mark
from .state import UNTOUCHED, DoesNotFit, Former, ItemState, Reading, Status
from .two_people import identity_of


def apply_redline(run: Builder, event: PlanRedlined, mark: Mark) -> None:
    """Let the run follow the event's plan; raises DoesNotFit if that is none, or not one that the run can follow."""
    old, (plan, new) = run.sequence, plan_of(event)
    _need_fit(run, new, event)
    run.position, moved = _position(run, new), moved_sources(run.plan, plan)
    was = run.identity
    run.former = (*run.former, Former(mark.seq, old, was))
    run.identity = identity_of(run.started, plan, principals_in(event.principals) or run.identity.principals)
    if was.rule == "signed" and run.identity != was:
        # Whoever counts from here on does so by this.
        run.approvals[mark.seq] = Approval("", mark, was.rule, was.uncounted(mark.actor))
    run.plan, run.sequence, run.redlined = plan, new, (mark, event)
    _carry_items(run, old, event, mark, moved)
    _carry_approvals(run)
    breached = run.breached
    _judge_readings(run, old, new, moved)
    watching.follow_redline(run, old, breached, mark)
    for stage in run.phases:
        run.follow_soak(stage, mark)
    run.follow_health(mark)
    align_flags(run)


def _need_fit(run: Builder, new: StageSequence, event: PlanRedlined) -> None:
    """No decision comes to this; but a log that was made up must not make a run that names what it does not have."""
    if run.rollback is not None:
        raise DoesNotFit("it changes the plan in a rollback")
    kept = (state for name, state in run.items.items() if name not in event.voided)
    stages = {*run.gates, *run.phases, *(state.due for state in kept if state.due)}
    missing = [*(run.fired.keys() - new.items.keys()), *(stages - new.index.keys())]
    if missing:
        raise DoesNotFit(f"its plan lacks {', '.join(sorted(missing))}")


def _position(run: Builder, new: StageSequence) -> int:
    """A started phase stays the open stage; else it is the first one behind all that the run has left behind."""
    stages = run.sequence.stages
    if stages[run.position].id in run.phases:
        return new.index[stages[run.position].id]
    left = [new.index[stage.id] for stage in stages[: run.position] if stage.id in new.index]
    return max(left, default=-1) + 1


def _carry_items(run: Builder, old: StageSequence, event: PlanRedlined, mark: Mark, moved: frozenset[str]) -> None:
    """Keep what is not void, open what is, and count both anew."""
    items = run.sequence.items
    run.observed = {
        name: seen
        for name, seen in run.observed.items()
        if name in items and name not in event.voided and is_seen_alike(old.items[name], items[name], moved)
    }
    run.cleared = {name: cleared for name, cleared in run.cleared.items() if name in items}
    voided = [items[name] for name in event.voided if name in items]
    run.items = {name: _carried(run, state, items[name], mark) for name, state in run.items.items() if name in items}
    for item in voided:
        if item.kind in {ItemKind.METRIC, ItemKind.FLAG_RESET}:
            run.items.pop(item.id, None)
        else:
            run.items[item.id] = ItemState(Status.OPEN, (), mark, event.reason)
    run.begun = {name: begun for name, begun in run.begun.items() if name in items and name not in event.voided}
    run.resets_due = tuple(name for name in run.resets_due if name in items)
    gone = set(event.voided)
    # What is in place stays so where the plan no longer knows of it.
    run.in_place = {name: seq for name, seq in run.in_place.items() if name not in gone or name not in items}
    deploying.follow_redline(run, gone, mark)
    run.unresolved = {
        stage.id: sum(counts_as_open(item) and not run.is_resolved(item.id) for item in stage.items)
        for stage in run.sequence.stages
    }
    run.due = {}
    for name, state in run.items.items():
        if state.due:
            run.follow_deferral(name, "", state.due)


def _carry_approvals(run: Builder) -> None:
    """What was said of what is ahead counts by what tells people apart from now on."""
    ahead = {item.id for stage in run.sequence.stages[run.position :] for item in stage.items}
    for seq, given in run.approvals.items():
        if given.item in ahead and given.mark in run.state(given.item).approvals:
            run.approvals[seq] = replace(given, rule=run.identity.rule)


def _carried(run: Builder, state: ItemState, item: Item, mark: Mark) -> ItemState:
    """An item that asks for fewer approvals than before may have them all; a tick stands by its own probe alone."""
    if state.status is Status.SENSED and item.id not in run.observed:
        return UNTOUCHED
    if state.unsigned:
        state = replace(state, unsigned=tuple(m for m in state.unsigned if run.identity.uncounted(m.actor)))
    waits = state.status in {Status.OPEN, Status.DEFERRED} and bool(state.approvals) and item.kind is not ItemKind.START
    if waits and run.count_people(state.approvals) >= item.approvals:
        return ItemState(Status.SIGNED, state.approvals, mark, state.reason)
    return state


def _judge_readings(run: Builder, old: StageSequence, new: StageSequence, moved: frozenset[str]) -> None:
    """Judge by the new thresholds; a reading of a metric or stage that is gone, or in another unit, says nothing.

    Nor does one of another probe or server; a breach that it saw stays one.

    What a gate was passed on stays as it was.
    """
    comparable = {
        name
        for name, metric in new.metrics.items()
        if name in old.metrics and old.metrics[name].threshold.unit == metric.threshold.unit
    }
    kept = {key: reading for key, reading in run.readings.items() if key[0] in run.gates and key[1] in new.metrics}
    judged = {
        (stage, name): _judged(reading, new.metrics[name].threshold.breached_by)
        for (stage, name), reading in run.readings.items()
        if stage in new.index and name in comparable
        if not reading.sensed or is_probed_alike(old.metrics[name], new.metrics[name], moved)
    }
    newest = _newest_readings(run, new.stages[run.position].id)
    run.readings = judged | kept
    run.breached = {name: reading for name, reading in run.breached.items() if name in comparable}
    for name in comparable:
        reading = newest.get(name)
        if reading is not None and reading.value is not None:
            reading = _judged(reading, new.metrics[name].threshold.breached_by)
            if reading.breach:
                run.breached[name] = reading
            else:
                run.breached.pop(name, None)


def _newest_readings(run: Builder, here: str) -> dict[str, Reading]:
    """Give the reading by which a metric is in breach or not: its newest since the go that gave a number.

    By the rules before, the newest of the stage that is open.
    """
    if not run.goes_by(BREACH_BLOCKS):
        return {name: reading for (stage, name), reading in run.readings.items() if stage == here}
    go = run.gates.get(run.sequence.stages[0].id)
    if go is None:
        return {}
    found = dict(run.breached)
    for (_, name), reading in run.readings.items():
        is_newer = name not in found or reading.mark.seq > found[name].mark.seq
        if reading.value is not None and reading.mark.seq > go.mark.seq and is_newer:
            found[name] = reading
    return found


def _judged(reading: Reading, breached_by: Callable[[float], bool]) -> Reading:
    return reading if reading.value is None else replace(reading, breach=breached_by(reading.value))
