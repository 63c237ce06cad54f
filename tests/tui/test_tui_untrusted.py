"""Texts of plans, journals and operators never act: not on the terminal, not as markup, not on the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError
from rollout_tui.people import Actor
from rollout_tui.run import intents
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.runs.listing import Summary, summary_of
from rollout_tui.runs.protocols import RunRef
from rollout_tui.runs.replay import ReplayedLog
from rollout_tui.session import Session
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.rows.gate import gate_lines
from rollout_tui.tui.rows.items import item_rows, stage_rows
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.styled import styled
from rollout_tui.tui.widgets.detail import _lines as detail_lines
from tests.tui.hostile import Drawn, busy, go, session_of
from tests.tui.payloads import PAYLOADS, endless, evil_plan, raw
from tests.tui.stage import NOON, Show, Staged

SHIFTS = (0, 14)


async def _see_all(show: Show, drawn: Drawn, what: str) -> None:
    """Go over every row of every stage, so that each detail is drawn."""
    for stage in show.run.sequence.stages:
        for _ in range(len(stage.items) // 3 + 1):
            drawn.look(show, what)
            await show.push("j", "j", "j")
        await show.press("right")


async def _see(show: Show, drawn: Drawn, *keys: str, leave: bool = True) -> None:
    await show.press(*keys)
    drawn.look(show, f"after {' '.join(keys)}")
    if leave:
        await show.press("escape")


@pytest.mark.parametrize("shift", SHIFTS)
async def test_28_payloads_in_every_text_of_a_plan_never_act(shift: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(PAYLOADS) == 28
    plan, count = evil_plan(shift)
    assert count >= len(PAYLOADS) * 2
    session, texts, drawn = session_of(plan, shift, monkeypatch), endless(shift), Drawn()
    busy(session, texts)
    app = RolloutApp(RunScreen(), session, quiet=0)
    async with app.run_test(size=(130, 34), notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        await _see_all(show, drawn, "before the go")
        await show.press("full_stop", "g")
        for key in ("x", "d", "n", "m", "h", "A", "question_mark", "U"):
            await _see(show, drawn, key)
        await _see(show, drawn, "x", "enter", leave=True)
        await _see(show, drawn, "p", "o", "enter")
        await _see(show, drawn, "escape", "c", leave=False)
        session.operator = Actor(f"bob {next(texts)}", "bob", "host")
        go(session, texts)
        await show.app.look()
        await show.settle()
        drawn.look(show, "news")
        session.act(intents.StartPhase(session.run.stage.id))
        trigger = next(item.id for item in session.run.stage.items if item.kind == "trigger")
        session.act(intents.Fire(trigger, next(texts)))
        session.act(intents.Measure("metric-0", 7.0, next(texts)))
        await show.app.look()
        await show.settle()
        drawn.look(show, "news of the phase")
        show.app.clear_notifications()
        await _see(show, drawn, "full_stop", "t")
        await _see(show, drawn, "p", leave=False)
        await _see(show, drawn, "o", leave=True)
        await _see(show, drawn, "R", leave=False)
        await _see(show, drawn, "j", "enter", leave=True)
        session.act(intents.RollBack("bug", next(texts)))
        await show.app.look()
        await show.settle()
        await _see(show, drawn, "R", leave=False)
        await _see(show, drawn, "f", leave=True)
        await _see(show, drawn, "space", "y", leave=False)
        session.act(intents.FinishRollback("restored", next(texts)))
        session.act(intents.Close(next(texts)))
        await show.app.look()
        await show.settle()
        await show.press("escape")
        drawn.look(show, "closed")
        assert show.run.closed is not None
        assert show.app.return_value is None, "no text ends the app"
    print(f"{count} texts of a plan, {drawn.screens} screens, {drawn.texts} drawn segments")
    assert drawn.screens > 25
    assert drawn.bad == []


def _begin_refused(_: object) -> Session:
    raise RolloutError(PAYLOADS[0], PAYLOADS[1])


async def test_28_payloads_at_home_never_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Drawn()
    logs, names = [], []
    for shift in range(0, len(PAYLOADS), 4):
        plan, _ = evil_plan(shift)
        session = session_of(plan, shift, monkeypatch)
        texts = endless(shift)
        if shift % 8:
            session.act(intents.Abort(next(texts)))
        names.append(f"run {shift} {next(texts)}")
        ref = RunRef(names[-1], f"{tmp_path}/{names[-1]}")
        logs.append(summary_of(ReplayedLog(ref, session.run, tuple(session.entries))))
        broken = f"broken {shift}"
        logs.append(Summary(RunRef(broken, f"{tmp_path}/{broken}"), problem=f"damaged: {next(texts)}"))
    monkeypatch.setattr(FolderRuns, "list", lambda _: iter(logs))
    monkeypatch.setattr("rollout_tui.tui.rows.home.summary", lambda log: log)
    plans = tmp_path / "plans"
    plans.mkdir()
    for number, payload in enumerate(PAYLOADS):
        name = payload.replace("/", "").replace("\x00", "").replace("\ud800", "")[:60]
        (plans / f"{number} {name}.toml").write_bytes(f'format = 1\n"{payload[:300]}" = 2\n'.encode("utf-8", "replace"))
    home = HomeScreen(FolderRuns(tmp_path), plans, Actor("ann", "ann", f"host{PAYLOADS[0]}"), SimulatedClock(NOON))
    app = RolloutApp(home, quiet=0)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        for _ in range(len(logs) + len(PAYLOADS)):
            drawn.look(show, "home")
            await show.press("j")
        for _ in range(8):
            await show.press("enter", "k")
            drawn.look(show, "home, opened")
        for shift in SHIFTS:
            show.app.push_screen(StartForm(evil_plan(shift)[0], _begin_refused))
            await show.settle()
            drawn.look(show, "start")
            await show.press("escape")
    assert drawn.screens > len(PAYLOADS)
    assert drawn.bad == []


def test_28_payloads_in_each_row_of_a_run_never_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each payload in each text, without a screen: what rows, gates and details are painted from."""
    tried = 0
    for shift in range(len(PAYLOADS)):
        plan, count = evil_plan(shift)
        session = session_of(plan, shift, monkeypatch)
        busy(session, endless(shift))
        run, now = session.run, session.moment()
        rows = stage_rows(run, now) + [row for stage in run.sequence.stages for row in item_rows(run, stage, now)]
        painted = [part for row in rows for part in (row.left, row.right, row.brief or row.left)]
        painted += gate_lines(run, now)
        for item in run.sequence.items.values():
            painted += detail_lines(run, session.entries, item, now)
        assert [each.plain for each in painted if raw(each.plain)] == []
        tried += count
    assert tried > 28 * 28 * 2


def test_28_payloads_are_painted_as_escapes() -> None:
    for payload in PAYLOADS:
        painted = styled((payload, "bold"), payload)
        assert raw(painted.plain) == []
        assert all("click" not in str(span.style) for span in painted.spans)


@pytest.mark.parametrize("payload", [PAYLOADS[0], PAYLOADS[8], PAYLOADS[10], PAYLOADS[14]])
async def test_what_is_pasted_into_a_form_never_acts(payload: str, staged: Staged) -> None:
    from textual import events

    drawn = Drawn()
    async with staged.shown() as show:
        await show.press("x")
        show.app.post_message(events.Paste(f"pasted {payload}"))
        await show.settle()
        drawn.look(show, "pasted")
        assert "pasted" in show.text()
        await show.press("enter")
        drawn.look(show, "recorded")
        assert show.run.seq == 1
    assert drawn.bad == []
