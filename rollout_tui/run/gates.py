"""What blocks: one list of values that the screen, the command line and the reports all show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from ..plan.ids import POST_DEPLOYMENT
from ..plan.model import Metric
from ..plan.quantities import format_span
from .approvals import approval, revoked_approvals, second_approvals, second_starter
from .blocker import Blocker as Blocker
from .blocker import BlockerKind as BlockerKind
from .clock_steps import clock_jump
from .deployed import part_of, parts
from .deployed import told as told_of
from .firing import fired_by, unread_triggers
from .moment import Moment
from .observation import is_ahead
from .part import PartState
from .previous_attempt import told
from .reasons import reason_due, why_held
from .run_rules import BREACH_BLOCKS, DEPLOYED, NOT_AHEAD, WINDOW
from .sensed import TIME, from_the_future, may_look, seen_of, sensed_blockers
from .soak import observed_words, soak_left
from .stages import Item, ItemKind, Stage, StageKind, counts_as_open
from .state import Reading, Run, Status
from .two_people import asks_two, noted
from .window import outside_window

# A run closes from its end, or from its cleanup with a follow-up.
_CLOSABLE = frozenset({StageKind.CLEANUP, StageKind.CLOSE})


def blockers(run: Run, now: Moment) -> tuple[Blocker, ...]:
    """Give what blocks the end of the stage that is open now: its gate, or closing the run; what is wrong first."""
    if run.closed is not None:
        return ()
    stage = run.stage
    readings = tuple(_readings(run, stage, now)) if stage.phase is not None else ()
    if run.rollback is not None and not run.rolling_back:
        # It is over: no stage ends any more.
        return tuple(_wrong(run, readings))
    failed, unresolved = _known_items(run)
    found = [*_wrong(run, readings), *failed, *_not_known(run), *_held_up(run, now), *unresolved, *_sensed(run, now)]
    if stage.phase is not None:
        found += [each for each in readings if each.kind is not BlockerKind.BREACH]
        found += [*unread_triggers(run, now), *_soak(run, stage, now), *approval(run, stage)]
    found += revoked_approvals(run)
    if stage.kind in _CLOSABLE:
        found += second_approvals(run)
    if stage.kind is StageKind.PRE_DEPLOYMENT:
        found += _window(run, now)
    return tuple(found)


def start_blockers(run: Run, now: Moment) -> tuple[Blocker, ...]:
    """Give what blocks starting the phase that is open now: migration comes before it, and may have been reopened."""
    migration = (item for stage in run.sequence.stages if stage.kind is StageKind.MIGRATION for item in stage.items)
    failed, unresolved = _apart(_open_item(run, item) for item in migration if not run.is_resolved(item))
    found = [*_wrong(run), *failed, *_not_known(run), *_held_up(run, now), *unresolved]
    return (*found, *second_starter(run, run.stage, now), *_window(run, now))


def breaches(run: Run) -> tuple[Blocker, ...]:
    """Give the metrics that are in breach, wherever that was read."""
    return tuple(_breach(run, name, reading) for name, reading in run.breached.items())


def _breach(run: Run, name: str, reading: Reading) -> Blocker:
    metric = run.sequence.metrics[name]
    text = f"in breach: {metric.metric} is {reading.value:g} (alert {metric.threshold})"
    return Blocker(BlockerKind.BREACH, text, "mend it and measure again, or roll back", name)


def unvalidated(run: Run) -> tuple[Item, ...]:
    """Give what cleanup has to wait for (R7): what is open in post-deployment, and what was put off past it."""
    lines = (item for stage in run.sequence.stages if stage.id == POST_DEPLOYMENT for item in stage.items)
    return tuple(i for i in lines if not run.is_resolved(i) or run.state(i.id).status is Status.DEFERRED)


def _wrong(run: Run, readings: tuple[Blocker, ...] = ()) -> Iterator[Blocker]:
    """What was decided already, and what a person has to answer now; an old run's breach is its phase's reading."""
    if run.unknown:
        text = f"the journal holds an entry of a later version ({run.unknown})"
        yield Blocker(BlockerKind.READ_ONLY, text, "use the version of rollout that wrote it")
    if run.rollback is not None:
        under_way = "a rollback is under way", "finish it or call it off"
        finished = f"the rollback is finished ({run.rollback.outcome})", "close the run, or abort it"
        yield Blocker(BlockerKind.ROLLBACK, *(under_way if run.rolling_back else finished))
    # A finished rollback has answered what was fired before it.
    is_answered = run.rollback is not None and not run.rolling_back
    for trigger, (_, reason) in () if is_answered else run.fired.items():
        title = run.sequence.items[trigger].title
        text = f"trigger fired by {fired_by(run, trigger)}: {title} ({reason})"
        yield Blocker(BlockerKind.TRIGGER, text, "roll back, or clear it with a reason", trigger)
    if run.started.rules >= BREACH_BLOCKS:
        yield from breaches(run)
    yield from (each for each in readings if each.kind is BlockerKind.BREACH)


def _not_known(run: Run) -> Iterator[Blocker]:
    """What nobody knows whether it is there, but for a step that is open here: its sign-off will say it."""
    if run.started.rules < DEPLOYED or run.rollback is not None:
        return
    if all(effect.state is not PartState.UNKNOWN for effect in run.effects.values()):
        return
    for part in parts(run):
        if part.state is PartState.UNKNOWN and not _is_open_here(run, part.id):
            text = f"not known whether it is there: {part.title} ({told_of(run, part)})"
            yield Blocker(BlockerKind.UNKNOWN, text, f"look, and say what is there: found {part.id}", part.id)


def _is_open_here(run: Run, part: str) -> bool:
    """Whether a row of the stages so far is open whose sign-off says what the part is."""
    rows = (item for stage in run.sequence.stages[: run.position + 1] for item in stage.before_soak)
    return any(part_of(item) == part and not run.is_resolved(item) for item in rows)


def _held_up(run: Run, now: Moment) -> Iterator[Blocker]:
    if run.held is not None:
        text = f"held by {run.held.by}: {why_held(run.held)}"
        remedy = "release the hold" if not reason_due(run) else "say what happened (give-reason), then release the hold"
        yield Blocker(BlockerKind.HOLD, text, remedy)
    if jump := clock_jump(run, now):
        ahead = "ahead" if jump > timedelta(0) else "back"
        text = f"the clock jumped {format_span(abs(jump))} {ahead}"
        yield Blocker(BlockerKind.CLOCK, text, "confirm the time (confirm-clock)")


# The items that failed, and those that are open or due.
_Apart = tuple[tuple[Blocker, ...], tuple[Blocker, ...]]

# The run that was asked about last, and what its items come to.
_newest: tuple[Run, _Apart] | None = None


def _known_items(run: Run) -> _Apart:
    """Work out once what a run's items come to: of thousands of them few change, and a screen asks often."""
    global _newest
    known = _newest
    if known is None or known[0] is not run:
        _newest = known = run, _apart(_items(run))
    return known[1]


def _apart(found: Iterable[Blocker]) -> _Apart:
    """Tell what failed from what is open or due."""
    failed: list[Blocker] = []
    others: list[Blocker] = []
    for each in found:
        (failed if each.kind is BlockerKind.FAILED else others).append(each)
    return tuple(failed), tuple(others)


def _items(run: Run) -> Iterator[Blocker]:
    """Items open or failed in the stages so far, deferrals that are due here, and resets that a reduction asks for."""
    for stage in run.sequence.stages[: run.position + 1]:
        if not run.unresolved[stage.id]:
            continue
        for item in stage.items:
            if counts_as_open(item) and not run.is_resolved(item) and not _was_overridden_at_close(run, item):
                yield _open_item(run, item)
    due_by = len(run.sequence.stages) if run.stage.kind in _CLOSABLE else run.position + 1
    for stage in run.sequence.stages[:due_by]:
        for item_id in run.due.get(stage.id, ()):
            item = run.sequence.items[item_id]
            text = f"deferral due: {item.title}"
            if not _was_overridden_at_close(run, item):
                yield Blocker(BlockerKind.DUE, text, "sign it, or waive it with a reason", item_id)
    for item_id in run.resets_due:
        yield _open_item(run, run.sequence.items[item_id])


def _sensed(run: Run, now: Moment) -> Iterator[Blocker]:
    """What a probe ticked and does not hold now."""
    for each in sensed_blockers(run, now):
        if not _was_overridden_at_close(run, run.sequence.items[each.subject]):
            yield each


def _open_item(run: Run, item: Item) -> Blocker:
    state = run.state(item.id)
    if state.status is Status.FAILED:
        assert state.mark is not None
        text = f"failed: {item.title} ({state.mark.by}: {state.reason})"
        return Blocker(BlockerKind.FAILED, text, f"mend it and {_remedy(run, item)}", item.id)
    if item.kind is ItemKind.START:
        return Blocker(BlockerKind.OPEN, f"{run.sequence.stage(item.stage).title} is not started", "start it", item.id)
    if item.id in run.in_place:
        text = f"{told(run, item.id)}: {item.title}"
        return Blocker(BlockerKind.OPEN, text, "sign it to confirm that, or revoke it if it was undone", item.id)
    given = "; ".join(filter(None, [f"{len(state.approvals)} of {item.approvals} approvals", noted(run, item.id)]))
    count = f" ({given})" if item.approvals > 1 else ""
    seen = f" ({words})" if (words := seen_of(run, item)) else ""
    return Blocker(BlockerKind.OPEN, f"open: {item.title}{count}{seen}", _remedy(run, item), item.id)


def _remedy(run: Run, item: Item) -> str:
    if item.kind is ItemKind.FLAG_RESET:
        return "sign it"
    sign = "sign it by a key" if run.identity.rule == "signed" and asks_two(item) else "sign it"
    if item.proves:
        return f"{sign}; a rule needs it, so it can't be waived"
    looks = "let its probe look (m, or rollout probe), " if may_look(run, item) else ""
    return f"{looks}{sign}, or waive it with a reason"


def _was_overridden_at_close(run: Run, item: Item) -> bool:
    """An override covers its one gate; what it left open does not keep the run from closing, unless touched since."""
    if run.stage.kind not in _CLOSABLE or item.stage == POST_DEPLOYMENT:
        return False
    if item.step is not None and run.stage.kind is StageKind.CLEANUP:
        # Cleanup waits for the steps before it (R7), and a follow-up takes over nothing but cleanup.
        return False
    mark = run.state(item.id).mark
    return any(
        f"{kind}:{item.id}" in passed.overrides and (mark is None or mark.seq < passed.mark.seq)
        for passed in run.gates.values()
        for kind in (BlockerKind.OPEN, BlockerKind.FAILED, BlockerKind.DUE, BlockerKind.UNREAD, BlockerKind.STALE)
    )


def _readings(run: Run, stage: Stage, now: Moment) -> Iterator[Blocker]:
    """A gate counts only a metric's newest reading from its own phase, no older than its `max_age`."""
    for name, metric in run.sequence.metrics.items():
        reading = run.readings.get((stage.id, name))
        is_sensed = metric.probe is not None and not run.started.rehearsal
        again = "let its probe look again (m, or rollout probe), or measure it" if is_sensed else "measure it again"
        if reading is None:
            remedy = "let its probe look (m, or rollout probe), or measure it" if is_sensed else "measure it"
            yield Blocker(BlockerKind.UNREAD, f"not read: {metric.metric}", remedy, name)
        elif reading.value is None:
            text = f"unknown: {metric.metric} could not be read{_since(metric, reading)}"
            yield Blocker(BlockerKind.UNREAD, text, again, name)
        elif reading.breach:
            if run.started.rules < BREACH_BLOCKS:
                yield _breach(run, name, reading)
        elif is_ahead(reading.at, now.at) and run.started.rules >= NOT_AHEAD:
            yield Blocker(BlockerKind.STALE, from_the_future(metric.metric, reading.at), again, name)
        elif now.at - reading.at > metric.max_age.value:
            age = format_span(now.at - reading.at)
            text = f"too old: {metric.metric} was read {age} ago (at most {metric.max_age})"
            yield Blocker(BlockerKind.STALE, text, again, name)


def _since(metric: Metric, reading: Reading) -> str:
    """Why it could not be read; of what a probe could not read when, and what was read last."""
    if not reading.sensed:
        return f" ({reading.reason})"
    last = reading.last
    unit = f" {metric.threshold.unit}" if metric.threshold.unit else ""
    was = f"; it was {last.value:g}{unit} at {last.at:{TIME}}" if last is not None else ""
    return f" at {reading.at:{TIME}} ({reading.reason}){was}"


def _soak(run: Run, stage: Stage, now: Moment) -> Iterator[Blocker]:
    """A rehearsal shows its soaks and may skip them: nobody waits two days for nothing real."""
    left = soak_left(run, stage, now)
    if left and not run.started.rehearsal:
        seen = observed_words(run, stage, now)
        said = [seen] if seen else []
        if run.unwell_since is not None and run.is_started(stage):
            said.append(f"stopped by {'a breach or trigger' if run.breached or run.fired else 'the rollback'}")
        text = f"soak: {format_span(left)} left" + (f" ({'; '.join(said)})" if said else "")
        wait = "let its probes look (rollout probe --loop)" if seen else "wait"
        yield Blocker(BlockerKind.SOAK, text, f"{wait}, or promote early with an override")


def _window(run: Run, now: Moment) -> Iterator[Blocker]:
    """The first decision that goes past the window does so for the rest of the run."""
    outside = outside_window(run.plan, now.at)
    if outside and run.started.rules >= WINDOW and not run.started.rehearsal and run.past_window is None:
        yield Blocker(BlockerKind.WINDOW, outside, "wait, or override it once for the run")
