"""Payloads in what people leave behind, in names of files and in settings, on each screen and dialog that shows it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hostile import Drawn, busy, go, session_of
from payloads import PAYLOADS, endless, evil_plan, raw
from stage import ALICE, NOON, Show, Told
from textual import events

from rollout_tui import runs, settings
from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError, Unsynced
from rollout_tui.operator import Operator
from rollout_tui.plan.model import Plan
from rollout_tui.run import intents
from rollout_tui.run.events import Entry
from rollout_tui.run.gates import Blocker, BlockerKind
from rollout_tui.run.next import next_step
from rollout_tui.run.stages import ItemKind
from rollout_tui.session import Session
from rollout_tui.tui import attention
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.demo import DemoApp
from rollout_tui.tui.dialogs.form import Form, Subject
from rollout_tui.tui.dialogs.question import Question
from rollout_tui.tui.dialogs.redline import RedlineForm
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.screens.audit import AuditScreen
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.plan import PlanFileScreen, PlanScreen
from rollout_tui.tui.screens.run import RunScreen

# So tall that a dialog of all payloads stands on it at once.
TALL = (130, 120)


def _other(plan: Plan) -> Plan:
    """A plan of the same run that differs from the first in nearly all its texts."""
    other, _ = evil_plan(9)
    same = {name: getattr(plan.header, name) for name in ("service", "release")}
    return replace(other, header=replace(other.header, **same))


class Sent:
    """What was written to the terminal beside the screen: the title, and what keeps it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.titles: set[str] = set()
        monkeypatch.setattr(RolloutApp, "_write", lambda _, text: self._take(text))

    def _take(self, text: str) -> None:
        if text.startswith("\x1b]2;"):
            assert text.endswith("\x07")
            self.titles.add(text.removeprefix("\x1b]2;").removesuffix("\x07"))


async def test_what_others_left_behind_never_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = evil_plan(0)
    session, texts, drawn, sent = session_of(plan, 0, monkeypatch), endless(0), Drawn(), Sent(monkeypatch)
    # The plan breaks rules and has what looks like a placeholder; the form is to be drawn nevertheless.
    monkeypatch.setattr("rollout_tui.tui.dialogs.redline.refusal", lambda *_: None)
    object.__setattr__(session.run.started, "plan_file", f"/nowhere/{next(texts)}")
    busy(session, texts)
    for _ in range(8):
        session.operator = Operator(next(texts), "x", "host")
        session.act(intents.Note(next(texts), "check-5"))
        session.act(intents.Sign("check-5", next(texts)))
        session.act(intents.Revoke("check-5", next(texts)))
    session.act(intents.Note(next(texts)))
    session.operator = Operator(f"zed {next(texts)}", "zed", f"host{next(texts)}")
    session.warning = next(texts)
    app = RolloutApp(RunScreen(), session, quiet=0)
    async with app.run_test(size=(200, 60)) as pilot:
        show = Show(app, pilot)
        await show.settle()
        assert isinstance(show.screen, CatchUpScreen)
        drawn.look(show, "catch me up")
        await show.press("escape")
        drawn.look(show, "the newest beside the items, and what was deferred")
        for keys in (("T",), ("P",), ("L",), ("E",)):
            await show.press(*keys)
            drawn.look(show, keys[0])
            for _ in range(8 if keys == ("P",) else 0):
                await show.push("right", "j")
                drawn.look(show, "the plan")
            for _ in range(8 if keys == ("L",) else 0):
                await show.push("j", "j")
                drawn.look(show, "the log")
            if keys != ("E",):
                await show.press("escape")
        show.app.clear_notifications()
        show.app.push_screen(RedlineForm(show.app.desk, intents.Redline(_other(plan), "x = 2", "—", "/plan")))
        await show.settle()
        drawn.look(show, "redline")
        show.app.screen.query_one("#changes").scroll_end(animate=False)
        await show.settle()
        drawn.look(show, "what it voids")
        await show.press("escape", "T")
        await show.fill(next(texts).replace("\n", " "))
        await show.press("enter")
        assert show.run.is_led_by(session.operator.name)
        await show.press("T")
        drawn.look(show, "hand over")
        await show.press("escape")
        session.act(intents.HandOver(next(texts), next(texts)))
        session.act(intents.Release(next(texts)))
        await show.app._poll()
        await show.settle()
        drawn.look(show, "offered")
        for key in ("y", "Y"):
            await show.press(key)
            drawn.look(show, "copied")
            assert raw(show.app.clipboard) == []
            assert len(show.app.clipboard) > 10
        show.app.clear_notifications()
        await show.press("slash")
        for group in range(0, len(PAYLOADS), 4):
            show.app.post_message(events.Paste(" ".join(PAYLOADS[group : group + 4])))
            await show.settle()
            drawn.look(show, "filter")
            show.screen.query_one("#filter").value = ""
        await show.press("escape")
        show.app.say_lost(RolloutError(next(texts), next(texts)))
        show.app._offer_copy(Unsynced(next(texts), next(texts)))
        await show.settle()
        drawn.look(show, "the disk failed")
        await show.press("escape")
        go(session, texts)
        session.act(intents.StartPhase(session.run.stage.id))
        for _ in range(2):
            await show.app._poll()
        await show.settle()
        drawn.look(show, "a phase")
        assert show.app.return_value is None
    assert drawn.bad == []
    assert [title for title in sent.titles if raw(title) or len(title) > 300] == []
    assert len(sent.titles) > 2
    screens = {screen for screen, _ in drawn.places}
    assert {"CatchUpScreen", "RunScreen", "PlanScreen", "AuditScreen", "RedlineForm", "Form", "Question"} <= screens
    widgets = {widget for _, widget in drawn.places}
    assert {"latest", "ledger", "detail", "items", "rail", "receipt", "top", "next", "stage-title"} <= widgets
    assert {"filter", "frame", "Toast", "Label", "audit-detail", "plan-detail"} <= widgets
    print(f"{drawn.screens} screens, {drawn.texts} segments, {len(drawn.seen)} payloads × widgets × screens")
    assert len(drawn.seen) > 400


def test_the_title_of_the_terminal_never_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    for shift in range(len(PAYLOADS)):
        session = session_of(evil_plan(shift)[0], shift, monkeypatch)
        texts = endless(shift)
        for intent in (None, intents.Hold(next(texts)), intents.Release(next(texts)), intents.Abort(next(texts))):
            if intent is not None:
                session.act(intent)
            title = attention.title(session.run, session.moment())
            assert 0 < len(title) <= 200
            assert raw(title) == []
            tried += 1
    assert tried == len(PAYLOADS) * 4


async def test_all_payloads_at_once_in_a_dialog_never_act(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = evil_plan(3)
    session, drawn = session_of(plan, 3, monkeypatch), Drawn()
    app = RolloutApp(RunScreen(), session, quiet=0)
    async with app.run_test(size=TALL) as pilot:
        show = Show(app, pilot)
        await show.settle()
        desk, some = show.app.desk, tuple(intents.BY_NAME[name] for name in ("go", "take-over"))
        blockers = [Blocker(BlockerKind.OPEN, payload, payload, payload) for payload in PAYLOADS]
        dialogs = [
            Form(desk, Subject(some[0], {"override": ()}, None, PAYLOADS[0], blockers, PAYLOADS[1])),
            Form(desk, Subject(some[1], {}, None, PAYLOADS[2], (), "", PAYLOADS)),
            StartForm(plan, _refused, [(payload, payload) for payload in PAYLOADS]),
            Question("\n".join(PAYLOADS), "\n".join(PAYLOADS), " ".join(PAYLOADS)),
            AuditScreen(_log(session)),
            PlanFileScreen(Path("/plans") / PAYLOADS[0], RolloutError(PAYLOADS[5], PAYLOADS[6]), lambda _: None),
            *(PlanFileScreen(Path(f"/{each}"), RolloutError(each, each), lambda _: None) for each in PAYLOADS[::4]),
        ]
        for dialog in dialogs:
            show.app.push_screen(dialog)
            await show.settle()
            drawn.look(show, type(dialog).__name__)
            if isinstance(dialog, StartForm):
                await show.press("ctrl+s")
                drawn.look(show, "refused")
            await show.press("escape")
        for payload in PAYLOADS:
            show.app.say_refused(RolloutError(payload, payload))
            show.app.standing = show.app.standing[:0] + (show.app.standing[0], show.app.standing[1])
        await show.settle()
        drawn.look(show, "refused")
        assert show.app.return_value is None
        assert isinstance(show.screen, RunScreen)
    assert drawn.bad == []
    print(f"{drawn.screens} screens, {drawn.texts} segments, {len(drawn.seen)} payloads × widgets × screens")
    assert len(drawn.seen) > 100
