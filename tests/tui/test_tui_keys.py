"""What keys do on the run and gate screens, what refuses them, and that grey keys and the gate's blockers agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.binding import Binding
from textual.widgets import Label

from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.gates import BlockerKind, blockers
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.dialogs.help import Help
from rollout_tui.tui.screens.gate import GateScreen
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import ALICE, BOB, REASON, SHOP, Show, Staged

TRIGGER = "canary/trigger/a-payment-is-booked-twice"


async def test_a_phase_has_a_key_of_its_own_which_names_whom_it_exposes_and_asks_once(staged: Staged) -> None:
    staged.to_stage("canary")
    async with staged.shown() as show:
        assert "Start Canary: 5% of users" in show.line("#next")
        assert "press b" in show.line("#next")
        await show.press("space", "enter")
        assert "a phase has a key of its own" in show.said()
        await show.press("b")
        assert "Start Canary: it exposes 5% of users." in show.text()
        await show.press("escape", "b", "space", "b", "y")
        assert show.run.phases == {}
        await show.press("enter")
        assert show.last_event() == ev.PhaseStarted("canary")
        assert "not begun" in show.line("#stage-title"), "the soak runs from the last flag on"
        await show.press("space")
        assert "soak 2 h left" in show.line("#stage-title")
        staged.wait(minutes=30)
        show.run_view.repaint()
        await show.drawn()
        assert "soak 1 h 30 min left" in show.line("#stage-title")


async def test_the_start_key_goes_to_the_phase_before_it_asks(staged: Staged) -> None:
    staged.to_stage("canary")
    async with staged.shown() as show:
        await show.look_at("migration/install")
        await show.press("b")
        assert show.screen is show.run_view
        assert show.run_view.selected is not None
        assert show.run_view.selected.id == "canary/start"
        await show.press("b", "enter")
        assert show.last_event() == ev.PhaseStarted("canary")


@pytest.mark.parametrize("keys", [("slash", *"refunds", "enter"), ("p", "G")], ids=["filter", "gate"])
async def test_the_start_key_goes_to_the_phase_from_wherever_it_is_hidden(
    keys: tuple[str, ...], staged: Staged
) -> None:
    staged.to_stage("canary")
    async with staged.shown() as show:
        await show.press(*keys, "b")
        assert show.cursor == "canary/start"
        assert "Start Canary: 5% of users" in show.text()
        assert "canary" not in show.run.phases


async def test_the_start_key_goes_to_the_phase_where_something_else_comes_first(staged: Staged) -> None:
    staged.to_stage("everyone").do(intents.Measure("error-rate", 99.0))
    async with staged.shown() as show:
        await show.look_at("canary/metric/latency")
        await show.press("b")
        assert show.cursor == "everyone/start"
        await show.press("b")
        assert isinstance(show.screen, IntentForm), "going past what blocks asks for more than a key"


Way = Callable[[Staged], object]


def _fresh(staged: Staged) -> object:
    return staged


def _one_signed(staged: Staged) -> object:
    return staged.do(intents.Sign("tests"))


REFUSALS: list[tuple[str, Way, str, str, str]] = [
    ("space", _fresh, "migration/add-table", "out of turn", "Migration opens when"),
    ("x", _fresh, "canary/criterion/ledger-balances-to-the-cent", "out of turn", "Canary opens when"),
    ("space", _fresh, "canary/start", "out of turn", "Now: Pre-deployment"),
    ("w", _fresh, "alerts", "can't be waived", "override at the gate"),
    ("d", _fresh, "rollback-tried", "can't be deferred", "Sign it"),
    ("u", _fresh, "tests", "nothing to take back", "Sign it"),
    ("space", _one_signed, "tests", "already signed, by alice", "Nothing more"),
    ("x", _one_signed, "tests", "is signed, by alice", "Revoke that first"),
    ("space", lambda staged: staged.to_started("canary"), TRIGGER, "is a rollback trigger", "Fire it"),
    ("space", lambda staged: staged.to_stage("migration"), "migration/install", "out of order", "Add the ledger table"),
    (
        "space",
        lambda staged: staged.to_stage("canary").do(intents.Hold("wait")),
        "canary/start",
        "held by alice: wait",
        "release the hold",
    ),
    ("t", _fresh, "", "not started", "Hold the run instead"),
    ("r", _fresh, "", "No phase is exposed", "Hold the run, or abort it"),
    (
        "space",
        lambda staged: staged.to_stage("canary"),
        "everyone/start",
        "out of turn",
        "Everyone opens when Canary is",
    ),
    ("r", lambda staged: staged.to_started("canary"), "", "is the first phase", "Hold, or roll back"),
    ("s", _fresh, "", "not a phase", "canary, everyone"),
    ("K", _fresh, "", "did not jump", "nothing to confirm"),
    ("c", _fresh, "", "can't close as completed yet", "given up is aborted"),
    ("R", _fresh, "", "Nothing is deployed yet", "aborted: A"),
    ("p", lambda staged: staged.to_stage("migration"), "", "has no gate", "everything in it is done"),
    ("x", lambda staged: staged.rolling_back(), "", "A rollback is under way", "call it off"),
]


def _refusals() -> dict[Way, list[tuple[str, str, str, str]]]:
    """The refusals of one state of a run together: they leave it as it was."""
    found: dict[Way, list[tuple[str, str, str, str]]] = {}
    for key, setup, item, said, hint in REFUSALS:
        found.setdefault(setup, []).append((key, item, said, hint))
    return found


@pytest.mark.parametrize(
    ("setup", "cases"), _refusals().items(), ids=lambda each: each[0][2] if isinstance(each, list) else ""
)
async def test_a_refusal_says_why_and_writes_nothing(
    setup: Way, cases: list[tuple[str, str, str, str]], staged: Staged
) -> None:
    setup(staged)
    async with staged.shown() as show:
        for key, item, said, hint in cases:
            if isinstance(show.screen, RunScreen) and item:
                await show.look_at(item)
            before, entries = show.run, len(show.journal())
            show.said()
            await show.press(key)
            text = show.said()
            assert "Refused" in text
            assert said in text
            assert hint in text
            assert not isinstance(show.screen, IntentForm)
            assert show.run is before
            assert len(show.journal()) == entries


async def test_enter_at_a_gate_that_is_shut_is_refused(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("p")
        assert isinstance(show.screen, GateScreen)
        await show.press("enter")
        assert "The gate is shut" in show.said()
        assert not show.run.deployed


async def test_enter_at_an_open_gate_goes(staged: Staged) -> None:
    staged.to_gate()
    async with staged.shown() as show:
        assert "GO: nothing blocks" in show.text()
        await show.press("p")
        assert "Press enter." in show.line("#next")
        await show.press("o")
        assert "nothing to go past" in show.said()
        assert not isinstance(show.screen, IntentForm)
        await show.press("enter")
        assert show.last_event() == ev.GatePromoted("pre-deployment")
        assert isinstance(show.screen, RunScreen)
        assert "Add the ledger table" in show.line("#next")


async def test_the_second_person_promotes(staged: Staged) -> None:
    staged.to_ready("everyone")
    approver = staged.run.state("everyone/approval").approvals[0].by
    assert approver == "bob"
    async with staged.shown() as show:
        await show.press("p", "enter")
        assert show.last_event() == ev.GatePromoted("everyone")


async def test_who_approved_does_not_promote(staged: Staged) -> None:
    staged.to_ready("everyone")
    staged.session.operator = BOB
    async with staged.shown() as show:
        await show.press("p")
        await show.press("enter")
        assert "it needs two people" in show.said()
        assert show.run.stage.id == "everyone"


# Every state of a phase's gate: what blocks, and whether the keys agree


def _measured(staged: Staged, value: float) -> Staged:
    return staged.do(intents.Measure("error-rate", value)).do(intents.Measure("latency", value))


STATES: dict[str, Callable[[Staged], object]] = {
    "fresh": lambda staged: staged,
    "one failed": lambda staged: staged.do(intents.Fail("tests", REASON)),
    "waived": lambda staged: staged.do(intents.Waive("tests", REASON)),
    "deferred": lambda staged: staged.do(intents.Defer("docs", "canary", REASON)),
    "ready to go": lambda staged: staged.to_gate(),
    "ready to go, held": lambda staged: staged.to_gate().do(intents.Hold(REASON)),
    "migration": lambda staged: staged.to_stage("migration"),
    "phase open": lambda staged: staged.to_stage("canary"),
    "phase started": lambda staged: staged.to_started("canary"),
    "soaking": lambda staged: _measured(
        staged.until(lambda run: run.stage.id == "canary" and _only_unread(staged)), 0.5
    ),
    "in breach": lambda staged: staged.to_ready("canary").do(intents.Measure("error-rate", 4)),
    "stale": lambda staged: staged.to_ready("canary").wait(hours=3),
    "trigger fired": lambda staged: staged.to_ready("canary").do(intents.Fire(TRIGGER, REASON)),
    "ready to promote": lambda staged: staged.to_ready("canary"),
    "held": lambda staged: staged.to_ready("canary").do(intents.Hold(REASON)),
    "clock jumped": lambda staged: _jump(staged.to_ready("canary")),
    "approval missing": lambda staged: staged.to_ready("everyone").do(intents.Revoke("everyone/approval", REASON), BOB),
    "last phase ready": lambda staged: staged.to_ready("everyone"),
}


def _only_unread(staged: Staged) -> bool:
    kinds = {each.kind for each in blockers(staged.run, staged.session.moment())}
    return kinds <= {BlockerKind.UNREAD, BlockerKind.SOAK, BlockerKind.STALE}


def _jump(staged: Staged) -> Staged:
    staged.clock.set_ahead(timedelta(minutes=10))
    return staged


async def test_the_keys_of_the_gate_agree_with_what_blocks(tmp_path_factory: pytest.TempPathFactory) -> None:
    passable = 0
    for name, setup in STATES.items():
        staged = Staged(tmp_path_factory.mktemp("state"))
        if name == "clock jumped":
            # The watch over the clock begins with the session, so the jump comes after it.
            staged.to_ready("canary")
        else:
            setup(staged)
        async with staged.shown() as show:
            if name == "clock jumped":
                _jump(staged)
                show.run_view.repaint()
            passable += await _agree(show, name)
    assert passable >= 4


async def _agree(show: Show, name: str) -> bool:
    """Hold the gate's keys to its blockers; gives whether the gate could be passed."""
    run, now = show.run, show.app.worker.moment()
    found = blockers(run, now)
    can_open = show.screen.check_action("gate", ())
    assert bool(can_open) is run.stage.has_gate, name
    assert ("NOT YET" in show.text()) is bool(found), name
    await show.press("p")
    if not run.stage.has_gate:
        assert isinstance(show.screen, RunScreen), name
        return False
    assert isinstance(show.screen, GateScreen), name
    # Out of the phase that is not started yet no one is promoted, whatever the blockers are.
    waiting = run.stage.phase is not None and not run.is_started(run.stage)
    for blocker in found:
        assert blocker.text[:40] in show.text(), (name, blocker)
    assert bool(show.screen.check_action("pass_gate", ())) is (not found and not waiting), name
    can_override = bool(found) and all(each.overridable for each in found) and not waiting
    assert bool(show.screen.check_action("override", ())) is can_override, name
    before = len(show.journal())
    await show.press("enter")
    assert (len(show.journal()) > before) is (not found and not waiting), name
    if found and not can_override:
        await show.press("o")
        assert not isinstance(show.screen, IntentForm), name
        assert len(show.journal()) == before
    return not found and not waiting


# Around the keys


async def test_help_lists_every_key_of_the_screen_below(staged: Staged) -> None:
    staged.to_started("canary")
    async with staged.shown(size=(100, 60)) as show:
        wanted = {
            active.binding.tooltip or active.binding.description
            for active in show.screen.active_bindings.values()
            if not active.binding.system
        }
        await show.press("question_mark")
        assert isinstance(show.screen, Help)
        listed = "\n".join(str(label.content) for label in show.screen.query(Label))
        assert len(wanted) > 25
        assert {each for each in wanted if each not in listed} == set()
        await show.press("escape")
        assert isinstance(show.screen, RunScreen)


async def test_every_key_has_an_id_of_its_own_and_words(staged: Staged) -> None:
    from rollout_tui.tui.app import RolloutApp
    from rollout_tui.tui.screens.home import HomeScreen
    from rollout_tui.tui.screens.rollback import RollbackScreen
    from rollout_tui.tui.screens.run_view import RunView

    for owner in (RolloutApp, RunView, RunScreen, GateScreen, RollbackScreen, HomeScreen):
        bindings = [each for each in owner.BINDINGS if isinstance(each, Binding)]
        assert len(bindings) == len(owner.BINDINGS)
        names = [binding.id for binding in bindings]
        assert all(names)
        assert len(set(names)) == len(names)
        assert all(binding.tooltip for binding in bindings)
    assert staged.run.seq == 0


async def test_moving_about_records_nothing(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("j", "k", "G", "g", "tab", "j", "k", "tab", "right", "left", "pagedown", "pageup", "full_stop")
        await show.press("enter", "escape", "y", "?", "escape", "p", "j", "escape")
        assert len(show.journal()) == 1
        assert show.app.is_running


async def test_the_arrow_keys_look_at_the_stages(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("right", "right")
        assert "Canary" in show.line("#stage-title")
        assert "Ledger balances to the cent" in show.text()
        await show.press("full_stop")
        assert "Pre-deployment" in show.line("#stage-title")


async def test_a_jump_of_the_clock_is_shown_and_confirmed(staged: Staged) -> None:
    staged.to_gate()
    async with staged.shown() as show:
        _jump(staged)
        show.run_view.repaint()
        await show.drawn()
        assert "the clock jumped 10 min ahead" in show.text()
        await show.press("K")
        await show.fill("looked at the tower")
        await show.press("enter")
        assert show.last_event() == ev.ClockConfirmed(600.0, "looked at the tower")
        assert "clock jumped" not in show.text()


# Leaving


@pytest.mark.parametrize(
    ("setup", "code"),
    [
        (lambda staged: staged, 3),
        (lambda staged: staged.to_stage("close").do(intents.Close(REASON)), 0),
        (lambda staged: staged.do(intents.Abort(REASON)), 4),
        (
            lambda staged: (
                staged.rolling_back().do(intents.FinishRollback("restored", REASON)).do(intents.Close(REASON))
            ),
            4,
        ),
    ],
    ids=["unfinished", "completed", "aborted", "rolled back"],
)
async def test_quitting_gives_the_exit_code(setup: Callable[[Staged], object], code: int, staged: Staged) -> None:
    setup(staged)
    async with staged.shown() as show:
        await show.pilot.press("q")
        await show.pilot.pause(0)
        assert show.app.return_value == code


async def test_quitting_in_a_rollback_asks(staged: Staged) -> None:
    staged.rolling_back()
    async with staged.shown() as show:
        await show.press("q")
        assert "its clock goes on" in show.text()
        await show.press("n")
        assert show.app.is_running
        assert show.app.return_value is None
        await show.press("q")
        await show.pilot.press("y")
        assert show.app.return_value == 3


# A rehearsal, an emergency and a hold change the frame


@pytest.mark.parametrize(
    ("start", "after", "said"),
    [
        ({"rehearsal": True}, None, "REHEARSAL: nothing here is real"),
        ({"emergency": True, "reason": REASON}, None, "EMERGENCY: second approvals are due before the close"),
        ({}, intents.Hold("the bank is closed"), "HELD by alice: the bank is closed"),
    ],
    ids=["rehearsal", "emergency", "hold"],
)
async def test_the_frame_says_what_kind_of_run_it_is(
    start: dict[str, object], after: intents.Intent | None, said: str, staged: Staged
) -> None:
    staged = Staged(staged.folder / "other", SHOP, ALICE, **start)
    if after is not None:
        staged.do(after)
    async with staged.shown() as show:
        assert said in show.text()
