"""The condition of a run: calm, attention, alarm or rollback, with what is the matter and what would help.

Every surface asks it, so that danger looks the same on all of them. It goes by what blocks, and not by who asks: only
whom the helping action is offered to does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ..people import Actor, same_person
from ..plan.quantities import format_clock, format_span
from .clock_steps import clock_jump
from .exposure import approver_of_start
from .firing import fired_by
from .gates import Blocker, BlockerKind, blockers
from .moment import Moment
from .next import reading_row
from .ranks import CALM as CALM
from .ranks import Condition as Condition
from .ranks import Helps, at, attention, by
from .ranks import Rank as Rank
from .reasons import reason_due
from .rollback_clock import elapsed, newest_target
from .sensed import came_off, what_failed
from .stages import ItemKind, StageKind
from .stamp import Mark
from .state import Run
from .unread import unread
from .window import outside_window

# The maintenance window is nearly over when this is left of it.
_WINDOW_ENDS = timedelta(minutes=30)


def condition(run: Run, now: Moment, actor: Actor | None = None) -> Condition:
    """Rank how a run stands now, and say what matters most of it, with a count of the rest."""
    if run.closed is not None:
        return CALM
    if run.rolling_back:
        return _rolling_back(run, now)
    # Of thousands of items few were touched, and a screen asks often.
    every = blockers(run, now)
    found = tuple(each for each in every if each.kind is not BlockerKind.OPEN or each.subject in run.items)
    return (
        _first(_alarms(run, now, found)) or _first(_attentions(run, now, actor, found, len(found) < len(every))) or CALM
    )


def in_trouble(found: Condition, trouble: str, *, stops: bool = True) -> Condition:
    """Raise a condition by what is wrong with the log or its place, which no entry says; nothing where none is.

    Where it stops all recording it is told first: no other action would help.
    """
    if not trouble:
        return found
    is_worse = found.rank in {Rank.ALARM, Rank.ROLLBACK}
    if is_worse and not stops:
        return replace(found, more=found.more + 1)
    rank = Rank.ROLLBACK if found.rank is Rank.ROLLBACK else Rank.ALARM
    return Condition(rank, "LOG IN TROUBLE", trouble, more=found.more + 1 if is_worse else 0)


def with_plan_file(found: Condition, *, changed: bool) -> Condition:
    """Raise a condition where the plan's file is not what the run follows, which no entry says either."""
    if not changed or found.rank in {Rank.ALARM, Rank.ROLLBACK}:
        return found
    if found.rank is Rank.ATTENTION:
        return replace(found, more=found.more + 1)
    helps = (("redline", "shows what that changes"),)
    return Condition(Rank.ATTENTION, "THE PLAN FILE CHANGED", "the run follows it as it was", helps)


def _first(found: Iterator[Condition]) -> Condition | None:
    first = next(found, None)
    return replace(first, more=sum(1 for _ in found)) if first is not None else None


def _rolling_back(run: Run, now: Moment) -> Condition:
    assert run.rollback is not None
    newest = run.rollback.chosen[-1]
    clock = f"{format_clock(elapsed(run.rollback, now.at))}/{format_clock(newest_target(run))}"
    scenario = run.sequence.rollback_path(newest.scenario).scenario.scenario
    about = f"{scenario} ({newest.mark.by}, {at(run.rollback.started, now)})"
    due = (("give-reason", "says why"),) if reason_due(run) else ()
    return Condition(Rank.ROLLBACK, f"ROLLBACK {clock}", about, (("roll-back", "shows its steps"), *due))


def _alarms(run: Run, now: Moment, found: tuple[Blocker, ...]) -> Iterator[Condition]:
    """What is wrong. A finished rollback has answered what led to it, but for a reading that still is in breach."""
    back: Helps = (("roll-back", "rolls back"),) if run.deployed else (("abort", "aborts"),)
    if run.rollback is not None and run.rollback.outcome == "failed":
        other: Helps = (("roll-back", "takes another way"), ("abort", "aborts"))
        yield Condition(Rank.ALARM, "ROLLBACK FAILED", _newest_scenario(run), other)
    for each in found:
        if each.kind is BlockerKind.TRIGGER:
            fired = f"{fired_by(run, each.subject)}, {at(run.fired[each.subject][0].at, now)}"
            about = f"{run.sequence.items[each.subject].title} ({fired})"
            yield Condition(Rank.ALARM, "ROLLBACK TRIGGER FIRED", about, (*back, ("clear", "clears")), each.subject)
        elif each.kind is BlockerKind.BREACH:
            yield _in_breach(run, each.subject, now, back)
        elif each.kind is BlockerKind.FAILED:
            state = run.state(each.subject)
            assert state.mark is not None
            about = f"{run.sequence.items[each.subject].title} ({by(state.mark, now)}: {state.reason})"
            yield Condition(Rank.ALARM, "FAILED", about, (("sign", "signs"), *back), each.subject)


def _in_breach(run: Run, name: str, now: Moment, back: Helps) -> Condition:
    metric, row = run.sequence.metrics[name], reading_row(run, name)
    # An old run's breach may be known to its phase alone.
    reading = run.breached.get(name) or run.readings[run.stage.id, name]
    unit = f" {metric.threshold.unit}" if metric.threshold.unit else ""
    about = f"{metric.metric} {reading.value:g}{unit}, alert {metric.threshold} ({by(reading.mark, now)})"
    return Condition(Rank.ALARM, "IN BREACH", about, (*back, ("measure", "reads")), row)


def _attentions(
    run: Run, now: Moment, actor: Actor | None, found: tuple[Blocker, ...], has_open: bool
) -> Iterator[Condition]:
    """What keeps the run from going on, or soon will: what somebody decided, then what came due by itself.

    `has_open` says whether there are items that nobody touched, which are not in `found`.
    """
    if run.unknown:
        yield attention("READ-ONLY", f"the log holds an entry of a later version ({run.unknown})")
    if run.rollback is not None and run.rollback.outcome is not None:
        what = f"ROLLBACK {run.rollback.outcome.upper()}"
        yield attention(what, _newest_scenario(run), (("close", "closes the run"),))
        return
    if run.held is not None:
        why = f": {run.held.reason}" if run.held.reason else ""
        ends = ("give-reason", "says why") if reason_due(run) else ("release", "releases")
        yield attention("HELD", f"{run.held.by}, {at(run.held.mark.at, now)}{why}", (ends,))
    if jump := clock_jump(run, now):
        ahead = "ahead" if jump > timedelta(0) else "back"
        text = f"{format_span(abs(jump))} {ahead}; no gate opens before somebody confirms the time"
        yield attention("THE CLOCK JUMPED", text, (("confirm-clock", "confirms"),))
    for each in found:
        if each.kind is BlockerKind.OPEN and (look := came_off(run, each.subject)):
            about = f"{run.sequence.items[each.subject].title} ({what_failed(look)}, {at(look.at, now)})"
            yield attention("CHANGED", about, (("sign", "signs"),), each.subject)
    for each in found:
        if each.kind is BlockerKind.DUE:
            mark = run.state(each.subject).mark
            who = f" ({by(mark, now)})" if mark is not None else ""
            title = run.sequence.items[each.subject].title
            yield attention("DUE", f"{title}{who}", (("sign", "signs"), ("waive", "waives")), each.subject)
    yield from unread(run, now, found, is_all=not has_open)
    yield from _window(run, now)
    yield from _awaited(run, now, actor, found, is_all=not has_open)
    if run.offer is not None:
        about = f"to {run.offer.to or 'whoever takes it'} ({by(run.offer.mark, now)})"
        is_theirs = actor is None or run.is_offered_to(actor)
        yield attention("LEAD OFFERED", about, (("take-over", "takes it"),) if is_theirs else ())


def _window(run: Run, now: Moment) -> Iterator[Condition]:
    """The window while something is to be begun in it, until somebody went past it; before it opens, all prepare."""
    window = run.plan.strategy.window
    is_over = all(stage.phase is None for stage in run.sequence.stages[run.position :])
    if window is None or window.end is None or is_over or run.past_window is not None or run.started.rehearsal:
        return
    outside = outside_window(run.plan, now.at)
    if outside and (run.deployed or now.at > window.end):
        yield attention("OUTSIDE THE WINDOW", outside.partition(": ")[2])
    elif not outside and window.end - now.at <= _WINDOW_ENDS:
        yield attention("THE WINDOW CLOSES", f"in {format_span(window.end - now.at)}")


def _awaited(
    run: Run, now: Moment, actor: Actor | None, found: tuple[Blocker, ...], *, is_all: bool
) -> Iterator[Condition]:
    """A first approval was given: the run waits for somebody else's."""
    what = "WAITS FOR SOMEBODY ELSE"
    for each in found:
        approvals = run.state(each.subject).approvals if each.kind is BlockerKind.OPEN else ()
        item = run.sequence.items[each.subject] if approvals else None
        if item is not None and (item.kind is not ItemKind.START or approver_of_start(run, run.stage, now.at)):
            does = ("start-phase", "starts it") if item.kind is ItemKind.START else ("sign", "signs")
            helps = () if _gave(run, approvals[0], actor) else (does,)
            yield attention(what, f"{item.title}, approved by {by(approvals[0], now)}", helps, item.id)
        elif each.kind is BlockerKind.APPROVAL and run.stage.kind is not StageKind.PHASE:
            yield attention(what, each.text, (), each.subject)
    mark = run.state(run.stage.approval_id).mark
    if is_all and not found and run.stage.phase is not None and mark is not None:
        helps = () if _gave(run, mark, actor) else (("promote", "promotes"),)
        about = f"promoting {run.stage.title}, approved by {by(mark, now)}"
        yield attention(what, about, helps, run.stage.approval_id)


def _gave(run: Run, mark: Mark, actor: Actor | None) -> bool:
    return actor is not None and same_person(mark.actor, actor, run.identity)


def _newest_scenario(run: Run) -> str:
    assert run.rollback is not None
    return run.sequence.rollback_path(run.rollback.chosen[-1].scenario).scenario.scenario
