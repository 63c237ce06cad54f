"""From the run screen every action is reached by at most two keys, plus what it asks to be typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rollout_tui.run import intents
from rollout_tui.run.intents import ACTIONS
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.measure import MeasureForm
from tests.tui.stage import BOB, REASON, Staged

Setup = Callable[[Staged], object]


def _fresh(staged: Staged) -> object:
    return staged


def _jumped(staged: Staged) -> object:
    staged.clock.set_ahead(timedelta(hours=1))
    return staged


def _led_by_bob(staged: Staged) -> object:
    return staged.do(intents.TakeOver("alice is away"), BOB)


def _to_install(staged: Staged) -> object:
    return staged.to_stage("migration").do(intents.Sign("migration/add-table"))


def _half_undone(staged: Staged) -> object:
    staged.rolling_back().do(intents.Sign("rollback/code-bug/1"))
    return staged.do(intents.FinishRollback("called-off", REASON))


# The keys of each action, where the cursor stands for them, and the state in which the run takes it.
WAYS: dict[str, tuple[tuple[str, ...], str, Setup]] = {
    "sign": (("space",), "tests", _fresh),
    "fail": (("x",), "tests", _fresh),
    "revoke": (("u",), "tests", lambda staged: staged.do(intents.Sign("tests"))),
    "waive": (("w",), "tests", _fresh),
    "defer": (("d",), "tests", _fresh),
    "note": (("n",), "tests", _fresh),
    "measure": (("m",), "tests", lambda staged: staged.to_started("canary")),
    "unread": (("U",), "canary/metric/latency", lambda staged: staged.to_started("canary")),
    "fire": (("t",), "", lambda staged: staged.to_started("canary")),
    "clear": (
        ("t",),
        "",
        lambda staged: staged.to_started("canary").do(intents.Fire("canary/trigger/a-payment-is-booked-twice", REASON)),
    ),
    "start-phase": (("b", "enter"), "canary/start", lambda staged: staged.to_stage("canary")),
    "extend": (("s",), "", lambda staged: staged.to_started("canary")),
    "go": (("p", "enter"), "", Staged.to_gate),
    "promote": (("p", "enter"), "", lambda staged: staged.to_ready("canary")),
    "reduce": (("r",), "", lambda staged: staged.to_started("everyone")),
    "hold": (("h",), "", _fresh),
    "release": (("h",), "", lambda staged: staged.do(intents.Hold(REASON))),
    "give-reason": (("e",), "", lambda staged: staged.do(intents.Hold())),
    "confirm-clock": (("K",), "", _jumped),
    "hand-over": (("T",), "", _fresh),
    "take-over": (("T",), "", _led_by_bob),
    "roll-back": (
        ("R", "1"),
        "",
        lambda staged: staged.to_started("canary").do(intents.Fire("canary/trigger/a-payment-is-booked-twice", REASON)),
    ),
    "finish-rollback": (("R", "f"), "", lambda staged: staged.rolling_back()),
    "begin": (("B",), "migration/install", _to_install),
    "found": (("F",), "", _half_undone),
    "close": (("c",), "", lambda staged: staged.until(lambda run: run.stage.kind == "close")),
    "abort": (("A",), "", _fresh),
}


def test_every_action_has_a_way_of_at_most_two_keys() -> None:
    assert set(WAYS) == {action.name for action in ACTIONS}
    assert all(len(keys) <= 2 for keys, _, _ in WAYS.values())


@pytest.mark.parametrize("name", WAYS)
async def test_the_keys_lead_to_the_action(name: str, staged: Staged) -> None:
    keys, item, setup = WAYS[name]
    setup(staged)
    async with staged.shown(size=(100, 40)) as show:
        if show.run.rolling_back:
            await show.press("escape")
        if item:
            await show.look_at(item)
        before = show.run.seq
        await show.press(*keys)
        if show.run.seq > before:
            begun = {"item_begun", "phase_started", "rollback_started"}
            at_once = {"item_signed", "gate_promoted", "gate_held", *begun}
            assert show.last_event().kind in at_once
        elif isinstance(show.screen, MeasureForm):
            assert name == "measure"
        else:
            assert isinstance(show.screen, IntentForm)
            assert show.screen.subject.action.name == name
