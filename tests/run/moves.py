"""Moves of a random walk: numbers that come to intents of the run as it stands, so that walks get deep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from rollout_tui.errors import RolloutError
from rollout_tui.plan.writing import write_plan
from rollout_tui.run import events as ev
from rollout_tui.run import gates, intents
from rollout_tui.run.deployed import asked
from rollout_tui.run.intents import Intent
from rollout_tui.run.stages import Item, StageKind
from rollout_tui.run.state import Status
from rollout_tui.run.subjects.parts_acts import unknown_parts
from tests.run.driver import PEOPLE, Walk, breach, fine
from tests.run.edits import varied

Move = tuple[int, int, int, int]
LARGEST = 119

_FOLLOW_UP = intents.Close("x", "dana", "2026-05-01", "T-1")
_WAITS = ("1 min", "10 min", "45 min", "2 h", "1 h", "-60 min")


def play(
    walk: Walk, moves: list[Move], before: Callable[[Walk], None], after: Callable[[Walk, ev.Event], None]
) -> None:
    """Walk as the moves say; `before` sees each decision come, `after` what it came to. Refusals are part of it."""
    for kind, first, second, third in moves:
        if kind < 36:
            for _ in range(1 + first % 3):
                _take(walk, _following(walk, second), before, after)
        elif kind < 42:
            walk.wait(_WAITS[first % len(_WAITS)])
        elif kind < 44:
            walk.jump = timedelta(minutes=first - 50)
        else:
            for intent in _chosen(walk, kind, first, second, third):
                _take(walk, (intent, PEOPLE[third % 3]), before, after)


def _take(
    walk: Walk,
    asked: tuple[Intent, str] | None,
    before: Callable[[Walk], None],
    after: Callable[[Walk, ev.Event], None],
) -> None:
    before(walk)
    if asked is None:
        return
    try:
        event = walk.do(*asked)
    except RolloutError:
        return
    after(walk, event)


def _following(walk: Walk, number: int) -> tuple[Intent, str] | None:
    """What comes next, by someone who may do it; its soak is waited for, and a rollback ends in any way."""
    step = walk.next()
    if not step.action:
        return None
    if step.action == "promote":
        walk.soak()
        step = walk.next()
    intent = walk.asked_by(step)
    if isinstance(intent, intents.FinishRollback):
        intent = intents.FinishRollback(intents.OUTCOMES[number % 3], "x", _found(walk, number))
    elif isinstance(intent, intents.RollBack):
        intent = intents.RollBack(
            walk.run.sequence.rollback_paths[number % len(walk.run.sequence.rollback_paths)].id, "x"
        )
    elif walk.run.stage.kind is StageKind.CLEANUP and number % 4 == 0:
        intent = _FOLLOW_UP
    people = [each for each in PEOPLE if walk.allows(intent, each)]
    return intent, people[number % len(people)] if people else PEOPLE[0]


def _chosen(walk: Walk, kind: int, first: int, second: int, third: int) -> Iterator[Intent]:
    """An intent of the kind's action with arguments from the run's own sequence, most often near where it stands."""
    run = walk.run
    item = _item(walk, first, second)
    stages = run.sequence.stages
    stage = run.stage if first % 3 else stages[second % len(stages)]
    metrics, ways = list(run.sequence.metrics), run.sequence.rollback_paths
    rows = [each for each in run.sequence.items.values() if each.metric is not None]
    row = rows[first % len(rows)] if rows else item
    triggers = [each for each in run.sequence.items if "/trigger/" in each] or ["none"]
    blocking = [each.id for each in (*gates.blockers(run, walk.now), *gates.start_blockers(run, walk.now))]
    override = tuple(blocking) if second % 3 else tuple(blocking[1:])
    actions: dict[int, Callable[[], Intent]] = {
        0: lambda: intents.Sign(item.id, confirm=item.id if second % 4 else ""),
        1: lambda: intents.Fail(item.id, "x"),
        2: lambda: intents.Revoke(item.id, "x"),
        3: lambda: intents.Waive(item.id, "x"),
        4: lambda: intents.Defer(item.id, stages[-1 - third % len(stages)].id, "x"),
        5: lambda: intents.Note("x", item.id if second % 2 else "") if first % 2 else _anchor(walk),
        6: lambda: intents.Measure(metrics[first % len(metrics)], breach(row) if second % 2 else fine(row)),
        7: lambda: intents.Unread(metrics[first % len(metrics)], "x"),
        8: lambda: intents.Fire(triggers[first % len(triggers)], "x"),
        9: lambda: intents.Clear(triggers[first % len(triggers)], "x"),
        10: lambda: intents.StartPhase(stage.id, override, "x"),
        11: lambda: intents.Extend(stage.id, "30 min", "x"),
        12: lambda: intents.Go(override, "x"),
        13: lambda: intents.Promote(stage.id, override, "x"),
        14: lambda: intents.Reduce(run.exposed.id if run.exposed and first % 4 else stage.id, "x"),
        15: lambda: intents.Hold("x" if second % 2 else ""),
        16: lambda: intents.Release("x"),
        17: lambda: intents.ConfirmClock("x"),
        18: lambda: intents.RollBack(ways[first % len(ways)].id, "x" if second % 2 else ""),
        19: lambda: intents.FinishRollback(intents.OUTCOMES[first % 3], "x", _found(walk, second)),
        20: lambda: _FOLLOW_UP if first % 2 else intents.Close("x"),
        21: lambda: intents.Abort("x", run.name),
        22: lambda: intents.GiveReason("x"),
        23: lambda: _observe(walk, first, second, third),
        24: lambda: intents.Begin(_long(walk, item)),
        25: lambda: intents.FindState(_unknown(walk, first), intents.FOUND[second % 3], "x"),
        26: lambda: intents.HandOver(PEOPLE[first % 3] if second % 2 else ""),
        27: lambda: intents.TakeOver("x" if second % 2 else ""),
        28: lambda: _redline(walk, first, second, third),
        29: lambda: _redline(walk, third, first, second),
    }
    number = kind % len(actions)
    rare = {18: 2, 21: 8, 12: 3, 13: 3}
    if (first + second + third) % rare.get(number, 1) == 0:
        yield actions[number]()


def _long(walk: Walk, item: Item) -> str:
    """A step that takes its time, where the run takes one now."""
    found = [each for each in walk.run.sequence.items if walk.allows(intents.Begin(each))]
    return found[0] if found else item.id


def _found(walk: Walk, number: int) -> tuple[str, ...]:
    """What somebody says of some of the parts that are asked for when a rollback ends."""
    return tuple(
        f"{part.id}={intents.FOUND[(number + place) % 3]}"
        for place, part in enumerate(asked(walk.run))
        if (number + place) % 4
    )


def _unknown(walk: Walk, number: int) -> str:
    parts = [part.id for part in unknown_parts(walk.run)] or list(walk.run.effects) or ["none"]
    return parts[number % len(parts)]


def _observe(walk: Walk, first: int, second: int, third: int) -> Intent:
    """A look at what has a probe and is in turn, most often one that passes; sometimes at a window that is over."""
    run = walk.run
    near = [i for i in run.sequence.items.values() if i.probe and run.sequence.index[i.stage] <= run.position]
    item = near[first % len(near)] if near else _item(walk, first, second)
    outcome = ("pass", "fail", "pass", "unknown", "pass", "error")[second % 6]
    looked = walk.at - timedelta(minutes=third % 50)
    times = (f"{looked - timedelta(minutes=15):%FT%T}Z", f"{looked:%FT%T}Z") if third % 3 else ("", "")
    value = None if item.metric is None else breach(item) if outcome == "fail" else fine(item)
    return intents.Observe(item.metric_id or item.id, outcome, "", value, "x", *times, samples=15 * bool(third % 3))


def _anchor(walk: Walk) -> Intent:
    return intents.Anchor(f"{walk.run.seq}:{walk.run.head}", "https://tsa.example", f"{walk.at:%FT%T}Z")


def _redline(walk: Walk, first: int, second: int, third: int) -> Intent:
    plan = varied(walk.run.plan, first, second, third)
    return intents.Redline(plan, write_plan(plan), "x")


def _item(walk: Walk, first: int, second: int) -> Item:
    run = walk.run
    touched = [run.sequence.items[each] for each in run.items]
    near = [*run.stage.items, *(run.sequence.items[each] for each in run.resets_due)]
    everything = list(run.sequence.items.values())
    still_open = [each for each in near if run.state(each.id).status is Status.OPEN]
    pool = (near, touched, still_open, still_open, everything)[first % 5] or everything
    return pool[second % len(pool)]
