"""Whatever happens, what is deployed is what the events' own words say: a model apart from the fold agrees with it."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout_tui.run.state import Run
from tests.run.deployed_model import Model
from tests.run.driver import Walk
from tests.run.honest import honest_entries
from tests.run.moves import LARGEST, Move, play
from tests.run.run_plans import CANARY, PLANS
from tests.run.test_run_properties import IN_PLACE
from tests.share import share

NUMBERS = st.integers(0, LARGEST)
MOVES: st.SearchStrategy[list[Move]] = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=70)


def agrees(run: Run, model: Model) -> None:
    assert {part: str(effect.state) for part, effect in run.effects.items()} == model.states
    assert {part: effect.mark.seq for part, effect in run.effects.items() if effect.mark} == model.by
    assert {part: effect.value for part, effect in run.effects.items() if part.startswith("flag:")} == model.flags


# Whether a look ticks a flag is no matter of its words alone, so nothing looks at one here.
TEXTS = [*({**PLANS, "canary": CANARY}.values())]


@settings(max_examples=share(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), MOVES, st.booleans(), st.booleans(), st.sampled_from([2, 3]))
def test_what_is_deployed_is_what_the_events_say(
    text: str, moves: list[Move], emergency: bool, again: bool, rules: int
) -> None:
    walk = Walk(text, emergency=emergency, in_place=IN_PLACE if again else (), rules=rules)
    play(walk, moves, lambda _: None, lambda *_: None)
    agrees(walk.run, Model(walk.run, walk.entries))


@pytest.mark.slow
@pytest.mark.parametrize("rules", [1, 2, 3])
def test_it_is_so_at_every_entry_of_long_walks(rules: int) -> None:
    states: set[object] = set()
    for seed in range(40):
        chance = random.Random(seed)
        text = TEXTS[seed % len(TEXTS)]
        walk = Walk(text, emergency=seed % 5 == 0, in_place=IN_PLACE if seed % 3 == 0 else (), rules=rules)
        moves = [tuple(chance.randint(0, LARGEST) for _ in range(4)) for _ in range(90)]

        def look(walk: Walk, _: object) -> None:
            agrees(walk.run, Model(walk.run, walk.entries))
            states.update(effect.state for effect in walk.run.effects.values())

        play(walk, moves, lambda _: None, look)  # type: ignore[arg-type]
    assert len(states) >= 3, states


def test_a_session_s_own_runs_are_read_the_same_way() -> None:
    from rollout_tui.run.evolve import begin, replay

    for seed in range(30):
        entries = honest_entries(seed)
        run = replay(begin(entries[0]), entries[1:])
        agrees(run, Model(run, entries))
