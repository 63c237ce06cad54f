"""What a gate's rows said when somebody looked before: only what is otherwise now, and whether it was better."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rollout_tui.run import intents
from rollout_tui.run.intents import Observe
from rollout_tui.run.since import Was, changed_before, was
from tests.run.driver import Walk
from tests.run.run_plans import SENSED
from tests.run.test_run_observations import at_go, look

ERRORS, TRIGGER, CRITERION = "inside/metric/errors", "inside/trigger/paid-twice", "inside/criterion/orders-go-through"
Act = Callable[[Walk], object]


def read(outcome: str, value: float | None = None) -> Act:
    return lambda walk: walk.do(Observe("errors", outcome, value=value, reason="timeout"))


def nothing(_: Walk) -> None:
    """Nothing happens."""


# What happened before somebody looked and since, about which row, and what that row was.
CASES: dict[str, tuple[Act, Act, str, Was | None]] = {
    "nothing": (read("pass", 0.2), nothing, ERRORS, None),
    "the same": (read("pass", 0.2), read("pass", 0.2), ERRORS, None),
    "another value": (read("pass", 0.2), read("pass", 0.4), ERRORS, Was("0.2 %", False)),
    "a breach": (read("pass", 0.2), read("fail", 2.0), ERRORS, Was("0.2 %", True)),
    "fine again": (read("fail", 2.0), read("pass", 0.2), ERRORS, Was("2 %, in breach", False)),
    "not seen": (read("pass", 0.2), read("error"), ERRORS, Was("0.2 %", True)),
    "seen again": (read("error"), read("pass", 0.2), ERRORS, Was("unknown", False)),
    "a breach and then not seen": (read("fail", 2.0), read("error"), ERRORS, Was("2 %, in breach", False)),
    "never read": (nothing, read("pass", 0.2), ERRORS, Was("never read", False)),
    "a trigger": (nothing, lambda walk: walk.do(intents.Fire(TRIGGER, "seen")), TRIGGER, Was("not fired", True)),
    "no trigger": (nothing, nothing, TRIGGER, None),
    "signed": (nothing, lambda walk: walk.sign(CRITERION), CRITERION, Was("open", False)),
    "taken back": (
        lambda walk: walk.sign(CRITERION),
        lambda walk: walk.do(intents.Revoke(CRITERION, "they do not")),
        CRITERION,
        Was("signed", True),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_row_was(name: str) -> None:
    first, then, item, expected = CASES[name]
    walk = at_go(SENSED)
    look(walk, "pass")
    walk.do(intents.Go())
    walk.to_started("inside")
    first(walk)
    before = walk.run
    then(walk)
    assert was(before, walk.run, walk.run.sequence.items[item]) == expected


def test_what_a_redline_added_was_nothing() -> None:
    walk = at_go(SENSED)
    other = at_go(SENSED.replace("Orders go through", "Orders arrive"))
    item = walk.run.sequence.items[CRITERION]
    assert was(other.run, walk.run, item) is None


def test_what_no_longer_holds_of_an_earlier_stage() -> None:
    walk = at_go(SENSED)
    look(walk, "pass")
    walk.do(intents.Go())
    assert list(changed_before(walk.run)) == []
    look(walk, "fail")
    assert [item.id for item in changed_before(walk.run)] == ["tests"]
    look(walk, "pass")
    assert list(changed_before(walk.run)) == []
