"""What holds for every walk through a run, tried on random ones."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import HealthCheck, event, given, settings, target
from hypothesis import strategies as st

from rollout_tui.errors import RolloutError
from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.decide import decide
from rollout_tui.run.evolve import begin, replay
from rollout_tui.run.intents import Intent
from rollout_tui.run.stages import Item, StageKind, counts_as_open
from rollout_tui.run.state import Run, Status
from tests.run.driver import PEOPLE, Walk
from tests.run.moves import LARGEST, Move, play
from tests.run.run_plans import AFTER, BLUE_GREEN, CANARY, PLANS, ROLLING
from tests.share import share

NUMBERS = st.integers(0, LARGEST)
MOVES: st.SearchStrategy[list[Move]] = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=70)
RANDOM_WALKS = settings(max_examples=share(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])


IN_PLACE = ("migration/add-table 7", "migration/install 8", "migration/convert 12", "migration/gone 13")


def anyone(walk: Walk, intent: Intent) -> bool:
    return any(walk.allows(intent, by) for by in PEOPLE)


class Watch:
    """Looks at a walk before and after each decision and asserts what always holds."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.was = walk.run
        self.blocked: set[str] = set()
        self.start_blocked: set[str] = set()

    def before(self, walk: Walk) -> None:
        self.was = walk.run
        self.blocked, self.start_blocked = set(walk.blockers()), set(walk.start_blockers())
        self.decides_the_same_twice()
        self.names_what_is_accepted()
        self.blocks_exactly_what_is_refused()

    def after(self, walk: Walk, happened: ev.Event) -> None:
        self.passes_no_blocker_unnamed(happened)
        self.keeps_migration_in_order(happened)
        self.keeps_a_closed_run_closed(happened)
        self.ends_nothing_in_breach(happened)
        self.voids_nothing_unnamed(happened)
        self.counts_what_is_open(walk.run)
        self.confirms_what_is_in_place_once(happened)

    def decides_the_same_twice(self) -> None:
        walk = self.walk
        for intent in (intents.Promote(walk.run.stage.id), intents.Note("x"), intents.RollBack("bug", "x")):
            assert outcome(walk, intent) == outcome(walk, intent)
        assert walk.run is self.was

    def names_what_is_accepted(self) -> None:
        step = self.walk.next()
        waits = step.action == "promote" and "soak" in self.blocked
        if step.action and not waits:
            assert anyone(self.walk, self.walk.asked_by(step)), step

    def blocks_exactly_what_is_refused(self) -> None:
        walk, run = self.walk, self.walk.run
        if run.closed is not None:
            assert not self.blocked
            return
        stage = run.stage
        if run.rollback is not None:
            assert "rollback" in self.blocked
            assert not anyone(walk, intents.Go())
            assert not (stage.phase and anyone(walk, intents.Promote(stage.id)))
        elif stage.kind is StageKind.PRE_DEPLOYMENT:
            assert anyone(walk, intents.Go()) is not bool(self.blocked)
        elif stage.phase is not None:
            assert anyone(walk, intents.Promote(stage.id)) is not bool(self.blocked)
            if not run.is_started(stage):
                assert anyone(walk, intents.StartPhase(stage.id)) is not bool(self.start_blocked)
        elif stage.kind is StageKind.CLOSE:
            assert anyone(walk, intents.Close("x")) is not bool(self.blocked)
        else:
            assert self.blocked
            assert not anyone(walk, intents.Close("x"))

    def passes_no_blocker_unnamed(self, happened: ev.Event) -> None:
        if isinstance(happened, ev.GatePromoted | ev.PhaseStarted):
            past = self.blocked if isinstance(happened, ev.GatePromoted) else self.start_blocked
            assert past == set(happened.overrides)
            assert bool(past) is bool(happened.reason)
            assert not past & {"hold", "clock", "rollback", "read-only"}

    def keeps_migration_in_order(self, happened: ev.Event) -> None:
        if not isinstance(happened, ev.ItemSigned | ev.ItemWaived):
            return
        run = self.was
        item = run.sequence.items[happened.item]
        if item.step is None:
            return
        assert not run.breached or isinstance(happened, ev.ItemWaived) or item.id in run.in_place
        steps = run.sequence.steps
        assert all(self.is_over(run, each) for each in steps[: steps.index(item)])
        if item.step.kind == "cleanup":
            validation = run.sequence.stage("post-deployment").items
            assert all(self.is_over(run, each) for each in validation)

    def ends_nothing_in_breach(self, happened: ev.Event) -> None:
        """Readings before the go are the baseline; from then on a breach keeps what it blocks from ending."""
        before, now = self.was, self.walk.run
        if not now.deployed:
            assert not now.breached
        if isinstance(happened, ev.RunClosed) and happened.outcome == "completed":
            assert not before.breached
        if before.position < now.position and before.stage.kind is StageKind.POST_DEPLOYMENT:
            assert not now.breached

    def is_over(self, run: Run, item: Item) -> bool:
        state = run.state(item.id)
        alone = run.emergency and state.status is Status.OPEN and bool(state.approvals)
        return state.status in {Status.SIGNED, Status.WAIVED} or alone or self.is_seen_to_hold(run, item)

    def is_seen_to_hold(self, run: Run, item: Item) -> bool:
        """A probe's tick is over nothing once it is old."""
        if run.state(item.id).status is not Status.SENSED:
            return False
        judged = run.observed[item.id].judged
        assert judged is not None
        return judged.outcome == "pass" and self.walk.at - judged.at <= item.max_age.value

    def keeps_a_closed_run_closed(self, happened: ev.Event) -> None:
        if self.was.closed is not None:
            if isinstance(happened, ev.NoteAdded):
                assert happened.after_close
                return
            if isinstance(happened, ev.HeadAnchored):
                return
            assert isinstance(happened, ev.ItemSigned)
            step = self.was.sequence.items[happened.item].step
            assert step is not None
            assert step.kind == "cleanup"
            assert self.was.closed.follow_up_owner

    def confirms_what_is_in_place_once(self, happened: ev.Event) -> None:
        run = self.walk.run
        assert not run.in_place.keys() & run.items.keys()
        if isinstance(happened, ev.ItemSigned) and happened.item in self.was.in_place:
            assert run.state(happened.item).status is Status.SIGNED
            assert happened.note.startswith("in place, event ")

    def voids_nothing_unnamed(self, happened: ev.Event) -> None:
        if not isinstance(happened, ev.PlanRedlined):
            return
        before, now = self.was, self.walk.run
        assert now.gates == before.gates
        assert now.phases.keys() == before.phases.keys()
        assert now.fired == before.fired
        for name in set(before.items) - set(happened.voided):
            old, item = before.state(name), now.sequence.items.get(name)
            if item is None:
                assert not old.approvals
                assert old.status in {Status.OPEN, Status.FAILED}
            else:
                # Fewer approvals may be asked for now; and a flag may have to be set back.
                new = now.state(name)
                assert new == old or new.approvals == old.approvals != () or item.flag
        done = [[step.id for step in run.sequence.steps if run.is_done(step)] for run in (before, now)]
        assert done[1][: len(done[0])] == done[0]
        kept = [(place, each) for place, each in now.readings.items() if place in before.readings]
        assert all(replace(before.readings[place], breach=each.breach) == each for place, each in kept)

    def counts_what_is_open(self, run: Run) -> None:
        for stage in run.sequence.stages:
            found = sum(counts_as_open(item) and not run.is_resolved(item) for item in stage.items)
            assert run.unresolved[stage.id] == found
        deferred = sorted((run.state(each).due, each) for each in run.items if run.state(each).due)
        assert deferred == [(stage, each) for stage in sorted(run.due) for each in run.due[stage]]
        assert all(run.state(each).status is Status.DEFERRED for _, each in deferred)


def outcome(walk: Walk, intent: Intent) -> object:
    try:
        return decide(walk.run, intent, walk.now, Actor("alice"))
    except RolloutError as error:
        return type(error), error.message, error.hint


def walked(text: str, moves: list[Move], *, emergency: bool, in_place: tuple[str, ...] = ()) -> Walk:
    walk = Walk(text, emergency=emergency, in_place=in_place)
    watch = Watch(walk)
    watch.counts_what_is_open(walk.run)
    play(walk, moves, watch.before, watch.after)
    return walk


def replays(walk: Walk) -> None:
    assert walk.replayed() == walk.run
    half = len(walk.entries) // 2
    first = replay(begin(walk.header), walk.entries[1:half])
    assert replay(first, walk.entries[max(1, half) :]) == walk.run
    assert first == replay(begin(walk.header), walk.entries[1:half]), "folding on changed the run before it"


@pytest.mark.parametrize(
    ("text", "emergency", "in_place"),
    [
        pytest.param(CANARY, False, (), id="canary"),
        pytest.param(CANARY, True, (), id="canary, emergency"),
        pytest.param(BLUE_GREEN, False, (), id="blue-green"),
        pytest.param(BLUE_GREEN, True, (), id="blue-green, emergency"),
        pytest.param(BLUE_GREEN, False, IN_PLACE, id="blue-green, second attempt"),
        pytest.param(ROLLING, False, (), id="rolling"),
        pytest.param(AFTER, False, (), id="backfill after"),
    ],
)
@RANDOM_WALKS
@given(moves=MOVES)
def test_every_walk(text: str, emergency: bool, in_place: tuple[str, ...], moves: list[Move]) -> None:
    walk = walked(text, moves, emergency=emergency, in_place=in_place)
    target(float(len(walk.run.gates)), label="gates passed")
    event(f"closed: {walk.run.closed.outcome if walk.run.closed else 'no'}")
    replays(walk)


def random_walk(seed: int) -> Walk:
    source = random.Random(seed)
    texts = list(PLANS.values())
    moves = [tuple(source.randint(0, LARGEST) for _ in range(4)) for _ in range(120)]
    return walked(texts[seed % len(texts)], moves, emergency=seed % 3 == 0)  # type: ignore[arg-type]


@pytest.mark.slow
def test_random_walks_get_everywhere() -> None:
    """Walks of these moves close in every way and come to every kind of event, so the properties are not idle."""
    walks = [random_walk(seed) for seed in range(120)]
    for walk in walks:
        replays(walk)
    ends = Counter(walk.run.closed.outcome if walk.run.closed else "open" for walk in walks)
    assert ends["completed"] >= 12, ends
    assert ends["rolled-back"] >= 12, ends
    assert ends["aborted"] >= 3, ends
    kinds = {type(entry.event) for walk in walks for entry in walk.entries}
    assert kinds == set(get_args(ev.Event)) - {ev.Recovered, ev.Unknown}
    assert any(isinstance(e.event, ev.GatePromoted) and e.event.overrides for walk in walks for e in walk.entries)
    assert any(walk.run.closed and walk.run.closed.follow_up_owner for walk in walks)
    redlines = [e.event for walk in walks for e in walk.entries if isinstance(e.event, ev.PlanRedlined)]
    assert sum(bool(each.voided) for each in redlines) >= 12, len(redlines)
