"""Every action of the table of intents can be reached by a key, and its form records what was typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import pytest

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.intents import ACTIONS, BY_NAME
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.measure import MeasureForm
from rollout_tui.tui.screens.gate import GateScreen
from rollout_tui.tui.screens.rollback import RollbackScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import REASON, Show, Staged

Way = Callable[[Staged], object]


@dataclass(frozen=True)
class Case:
    """How an action is reached: where the run stands, the cursor's item, the keys that open it, what is typed.

    A text is typed; `>` followed by a number of lines goes down in a list of choices.
    """

    action: str
    event: ev.Event
    keys: tuple[str, ...]
    typed: tuple[str, ...] = ()
    setup: Way = field(default=lambda staged: staged)
    item: str = ""
    about: str = ""

    @asynccontextmanager
    async def opened(self, staged: Staged) -> AsyncIterator[tuple[Show, int]]:
        """The form as its keys open it, and how many entries there were before."""
        self.setup(staged)
        async with staged.shown() as show:
            if self.item:
                await show.look_at(self.item)
            before = len(show.journal())
            await show.press(*self.keys)
            assert isinstance(show.screen, IntentForm)
            yield show, before


def _jumped(staged: Staged) -> None:
    staged.clock.set_ahead(timedelta(hours=1))


def _half_undone(staged: Staged) -> None:
    staged.rolling_back().do(intents.Sign("rollback/code-bug/1"))
    staged.do(intents.FinishRollback("called-off", REASON))


PARTS = ("migration/add-table", "migration/install")

CASES = [
    Case("fail", ev.ItemFailed("docs", REASON), ("x",), (REASON,), item="docs"),
    Case("waive", ev.ItemWaived("docs", REASON), ("w",), (REASON,), item="docs"),
    Case("defer", ev.ItemDeferred("docs", "migration", REASON), ("d",), (">0", REASON), item="docs"),
    Case("defer", ev.ItemDeferred("docs", "canary", REASON), ("d",), (">1", REASON), item="docs"),
    Case("note", ev.NoteAdded(REASON, "docs"), ("n",), (REASON,), item="docs"),
    Case("note", ev.NoteAdded(REASON), ("N",), (REASON,), item="docs"),
    Case(
        "revoke",
        ev.ItemRevoked("tests", "signed", REASON),
        ("u",),
        (REASON,),
        lambda staged: staged.do(intents.Sign("tests")),
        "tests",
    ),
    Case(
        "revoke",
        ev.ItemRevoked("canary/start", "start", REASON),
        ("u",),
        (REASON,),
        lambda staged: staged.to_started("canary"),
        "canary/start",
    ),
    Case(
        "unread",
        ev.MetricUnread("latency", "canary", REASON),
        ("U",),
        (REASON,),
        lambda staged: staged.to_started("canary"),
        "canary/metric/latency",
    ),
    Case("unread", ev.MetricUnread("latency", "pre-deployment", REASON), ("U",), (">1", REASON)),
    Case(
        "fire",
        ev.TriggerFired("canary/trigger/a-payment-is-booked-twice", REASON),
        ("t",),
        (">0", REASON),
        lambda staged: staged.to_started("canary"),
    ),
    Case(
        "clear",
        ev.TriggerCleared("canary/trigger/a-payment-is-booked-twice", REASON),
        ("t",),
        (">0", REASON),
        lambda staged: staged.to_started("canary").do(intents.Fire("canary/trigger/a-payment-is-booked-twice", "seen")),
    ),
    Case(
        "extend",
        ev.SoakExtended("canary", 5400, REASON),
        ("s",),
        ("90 min", REASON),
        lambda staged: staged.to_started("canary"),
    ),
    Case(
        "reduce",
        ev.PhaseReduced("everyone", "canary", REASON),
        ("r",),
        (REASON,),
        lambda staged: staged.to_started("everyone"),
    ),
    Case("release", ev.GateReleased(REASON), ("h",), (REASON,), lambda staged: staged.do(intents.Hold("wait"))),
    Case("give-reason", ev.ReasonGiven(REASON), ("e",), (REASON, ""), lambda staged: staged.do(intents.Hold())),
    Case("confirm-clock", ev.ClockConfirmed(3600.0, REASON), ("K",), (REASON,), _jumped),
    Case(
        "start-phase",
        ev.PhaseStarted("canary", ("open:migration/install",), REASON),
        ("b",),
        (REASON, "Canary"),
        lambda staged: staged.to_stage("canary").do(intents.Revoke("migration/install", "again")),
        "canary/start",
    ),
    Case(
        "go",
        ev.GatePromoted("pre-deployment", ("open:tests", "open:docs", "open:alerts", "open:rollback-tried"), REASON),
        ("p", "o"),
        (REASON, "", "Pre-deployment"),
    ),
    Case(
        "promote",
        ev.GatePromoted("canary", ("soak",), REASON, "watched closely"),
        ("p", "o"),
        (REASON, "watched closely", "canary"),
        lambda staged: staged.to_ready("canary").do(intents.Extend("canary", "1 h", "longer")),
    ),
    Case(
        "finish-rollback",
        ev.RollbackFinished("failed", 0, 300, ("rollback/code-bug/1", "rollback/code-bug/2"), REASON, unknown=PARTS),
        ("f",),
        (">1", REASON, ">0"),
        lambda staged: staged.rolling_back(),
    ),
    Case(
        "found",
        ev.StateFound("migration/install", "there", REASON),
        ("F",),
        (">1", ">1", REASON),
        _half_undone,
    ),
    Case("abort", ev.RunClosed("aborted", 0, REASON), ("A",), (REASON,)),
    Case(
        "abort",
        ev.RunClosed("aborted", 0, REASON),
        ("A",),
        ("shop 3.1.0", REASON),
        lambda staged: staged.to_stage("migration"),
    ),
    Case("close", ev.RunClosed("completed", 0, REASON), ("c",), (REASON,), lambda staged: staged.to_stage("close")),
    Case(
        "close",
        ev.RunClosed("completed", 0, REASON, (), "Dana Ruiz", "2026-04-01", "SHOP-7"),
        ("c",),
        (REASON, "Dana Ruiz", "2026-04-01", "SHOP-7"),
        lambda staged: staged.to_stage("cleanup"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.action)
async def test_a_form_asks_keeps_and_records(case: Case, staged: Staged) -> None:
    async with case.opened(staged) as (show, before):
        assert BY_NAME[case.action].title in show.text()
        await show.press("ctrl+s")
        assert isinstance(show.screen, IntentForm), "what is missing is said, and the form stays"
        assert show.error()
        await show.press("escape")
        assert not isinstance(show.screen, IntentForm)
        assert len(show.journal()) == before, "escape records nothing"
        if isinstance(show.screen, RunScreen) and case.item:
            await show.look_at(case.item)
        keys = case.keys[-1:] if isinstance(show.screen, (GateScreen, RollbackScreen)) else case.keys
        await show.press(*keys)
        for place, text in enumerate(case.typed):
            if place:
                await show.press("enter")
            if text.startswith(">"):
                await show.press(*["down"] * int(text[1:]))
            else:
                await show.fill(text)
        assert len(show.journal()) == before
        await show.press("enter")
        event = show.last_event()
        if isinstance(event, ev.RunClosed):
            assert event.events == show.run.seq
            event = replace(event, events=0, left=())
        assert event == case.event
        assert f"recorded #{show.run.seq} " in show.line("#receipt")
        assert len(show.journal()) == before + 1


async def test_sign_with_a_note_and_evidence(staged: Staged) -> None:
    proof = staged.folder.parent / "report.txt"
    proof.write_text("212 passed")
    async with staged.shown() as show:
        await show.press("S")
        await show.fill("all 212", str(proof))
        await show.press("enter")
        digest = sha256(b"212 passed").hexdigest()
        assert show.last_event() == ev.ItemSigned("tests", "all 212")
        assert show.journal()[-1].extras == ev.Extras(digest, "report.txt", 10)


async def test_evidence_that_is_not_there_keeps_the_form(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("S")
        await show.fill("all 212", "/nowhere/report.txt")
        await show.press("enter")
        assert isinstance(show.screen, IntentForm)
        assert "/nowhere/report.txt" in show.text()
        assert "all 212" in show.text()
        assert len(show.journal()) == 1


async def test_every_action_of_the_table_has_a_key_and_stands_in_the_palette(staged: Staged) -> None:
    by_other_tests = {"sign", "begin", "measure", "hand-over", "take-over", "hold", "roll-back"}
    assert {case.action for case in CASES} | by_other_tests == set(BY_NAME)
    async with staged.shown() as show:
        offered = {command.title for command in show.app.get_system_commands(show.screen)}
        assert {action.title for action in ACTIONS} <= offered


async def test_the_palette_does_what_the_keys_do(staged: Staged) -> None:
    async with staged.shown() as show:
        for name in ("fail", "waive", "note", "hold", "abort", "unread", "sign"):
            show.run_view.act(name)
            await show.settle()
            assert isinstance(show.screen, IntentForm), name
            await show.press("escape")
        show.run_view.act("measure")
        await show.settle()
        assert isinstance(show.screen, MeasureForm)
        await show.press("escape")
        show.run_view.act("roll-back")
        await show.settle()
        assert "Nothing is deployed yet" in show.said()
        show.run_view.act("go")
        await show.settle()
        assert isinstance(show.screen, GateScreen)
        assert len(show.journal()) == 1


async def test_what_was_typed_stays_after_an_error(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("s")
        await show.fill("a while", REASON)
        await show.press("enter")
        assert "'a while' is not a duration" in show.text()
        assert REASON in show.text()
        assert isinstance(show.screen, IntentForm)


# What is dangerous asks for a name


async def test_an_override_asks_for_the_stages_name(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("p", "o")
        assert "open: Documentation updated" in show.text()
        await show.fill(REASON, "", "Canary")
        await show.press("enter")
        assert "An override asks for the stage's name." in show.text()
        assert not show.run.deployed
        await show.fill("pre-deployment")
        await show.press("enter")
        assert show.run.deployed
        assert show.run.gates["pre-deployment"].overrides[0] == "open:tests"


async def test_an_override_without_a_reason_is_refused(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("p", "o")
        await show.fill("", "", "Pre-deployment")
        await show.press("enter")
        assert "An override needs a reason." in show.text()
        assert not show.run.deployed


async def test_the_point_of_no_return_asks_for_its_id(staged: Staged) -> None:
    staged.to_stage("cleanup")
    async with staged.shown() as show:
        assert "point of no return" in show.text()
        await show.press("space")
        assert isinstance(show.screen, IntentForm)
        assert "type drop-old" in show.text()
        await show.press("ctrl+s")
        assert "can't be undone" in show.text()
        await show.press("escape", "space")
        before = len(show.journal())
        names = [widget.id for widget in show.screen.query("Input")]
        await show.fill(*[""] * names.index("field-confirm"), "drop-everything")
        await show.press("ctrl+s")
        assert len(show.journal()) == before
        await show.fill("drop-old")
        await show.press("ctrl+s")
        assert show.last_event() == ev.ItemSigned("migration/drop-old")


async def test_nothing_that_is_not_dangerous_asks(staged: Staged) -> None:
    staged.to_stage("migration")
    async with staged.shown() as show:
        await show.press("space")
        assert show.last_event() == ev.ItemSigned("migration/add-table")


async def test_an_abort_after_the_go_asks_for_the_runs_name(staged: Staged) -> None:
    staged.to_stage("migration")
    async with staged.shown() as show:
        await show.press("A")
        assert "type shop 3.1.0" in show.text()
        await show.fill("payments 3.1.0", REASON)
        await show.press("enter")
        assert show.run.closed is None
        assert "You typed 'payments 3.1.0'" in show.error()
        await show.press("shift+tab")
        await show.fill("Shop 3.1.0")
        await show.press("ctrl+s")
        assert show.run.closed is not None
        assert show.run.closed.outcome == "aborted"
        assert "CLOSED: aborted" in show.text()


# Readings


async def test_readings_of_all_metrics_in_one_form(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        before = show.run.seq
        await show.press("m")
        assert "Error rate" in show.text()
        assert "alert > 800 ms" in show.text()
        await show.fill("0.25", "? dashboard is down")
        await show.press("enter")
        assert [entry.event for entry in show.journal()[before + 1 :]] == [
            ev.MetricMeasured("error-rate", 0.25, "canary"),
            ev.MetricUnread("latency", "canary", "dashboard is down"),
        ]
        assert not isinstance(show.screen, MeasureForm)


async def test_an_empty_line_is_not_recorded(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("m")
        await show.fill("", "640")
        await show.press("enter")
        assert show.last_event() == ev.MetricMeasured("latency", 640.0, "pre-deployment")
        assert len(show.journal()) == 2


@pytest.mark.parametrize("nonsense", ["1,5", "fine", "nan", "inf", "?"])
async def test_a_reading_that_is_no_number_records_none_of_the_form(nonsense: str, staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("m")
        await show.fill("0.25", nonsense)
        await show.press("enter")
        assert isinstance(show.screen, MeasureForm)
        assert len(show.journal()) == 1
        assert "0.25" in show.text()
        assert nonsense in show.text()
        assert "Latency" in show.error()


async def test_space_on_a_metric_opens_the_readings_at_it(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.look_at("canary/metric/latency")
        await show.press("space")
        assert isinstance(show.screen, MeasureForm)
        await show.press("6", "4", "0", "enter")
        assert show.last_event() == ev.MetricMeasured("latency", 640.0, "canary")


async def test_a_breach_says_which_keys_help(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        await show.press("m")
        await show.fill("4.2")
        await show.press("ctrl+s")
        assert "Error rate" in show.line("#next")
        assert "R rolls back" in show.line("#next")
        assert show.said() == "", "the line at the top says it"
        assert "4.2 % in breach" in show.text()
        assert "in breach: Error rate is 4.2 (alert > 1 %)" in show.text()


async def test_what_is_typed_at_once_never_chooses_another_trigger(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown() as show:
        trigger = "canary/trigger/a-payment-is-booked-twice"
        await show.look_at(trigger)
        await show.press("t", *"jjG", "enter")
        assert show.last_event() == ev.TriggerFired(trigger, "jjG")
        await show.press("t", *"kg", "enter")
        assert show.last_event() == ev.TriggerCleared(trigger, "kg")


async def test_a_time_of_day_shows_its_date_and_a_long_time_ago_is_asked_about(staged: Staged) -> None:
    staged.to_started("canary")
    staged.clock.advance(timedelta(minutes=90))
    staged.do(intents.RollBack("code-bug"))
    at = staged.clock.now() - timedelta(minutes=80)
    async with staged.shown() as show:
        await show.press("e")
        await show.fill(REASON, f"{at:%H:%M}")
        await show.settle()
        assert f"{at:%Y-%m-%d %H:%M} UTC, 1 h 20 min ago" in show.text()
        before = len(show.journal())
        await show.press("ctrl+s")
        assert "It happened" in show.text()
        assert len(show.journal()) == before
        await show.press("ctrl+s")
        assert show.journal()[-1].stamp.happened == at.replace(second=0, microsecond=0)
