"""Payloads in what people leave behind, in names of files and in settings, on each screen and dialog that shows it."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from rollout_tui import settings
from rollout_tui.clock import SimulatedClock
from rollout_tui.errors import RolloutError, Unsynced
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.run import intents
from rollout_tui.run.condition import condition
from rollout_tui.run.events import Entry
from rollout_tui.run.gates import Blocker, BlockerKind, blockers
from rollout_tui.run.next import next_step
from rollout_tui.runs.folder import FolderRuns
from rollout_tui.session import Session
from rollout_tui.tui import terminal_title
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.demo.player import DemoApp
from rollout_tui.tui.dialogs.fields import FieldsScreen
from rollout_tui.tui.dialogs.form import IntentForm, Subject
from rollout_tui.tui.dialogs.question import Question
from rollout_tui.tui.dialogs.redline import RedlineForm
from rollout_tui.tui.dialogs.start import StartForm
from rollout_tui.tui.screens.catch_up import CatchUpScreen
from rollout_tui.tui.screens.home import HomeScreen
from rollout_tui.tui.screens.plan import PlanFileScreen
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.updates import Doubtful, Lost
from rollout_tui.tui.widgets.row_list import RowList
from tests.tui.hostile import Drawn, busy, go, session_of
from tests.tui.payloads import PAYLOADS, endless, evil_plan, raw
from tests.tui.stage import NOON, SHOP, Show, Staged

# So tall that a dialog of all payloads stands on it at once.
TALL = (90, 56)


def _other(plan: Plan) -> Plan:
    """A plan of the same run that differs from the first in nearly all its texts."""
    other, _ = evil_plan(9)
    same = {name: getattr(plan.header, name) for name in ("service", "release")}
    return replace(other, header=replace(other.header, **same))


class Sent:
    """What was written to the terminal beside the screen: the title, and what keeps it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.titles: set[str] = set()
        monkeypatch.setattr(RolloutApp, "write", lambda _, text: self._take(text))

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
        session.operator = Actor(next(texts), "x", "host")
        session.act(intents.Note(next(texts), "check-5"))
        session.act(intents.Sign("check-5", next(texts)))
        session.act(intents.Revoke("check-5", next(texts)))
    session.act(intents.Note(next(texts)))
    session.operator = Actor(f"zed {next(texts)}", "zed", f"host{next(texts)}")
    monkeypatch.setattr(Session, "warning", next(texts))
    app = RolloutApp(RunScreen(), session, quiet=0)
    async with app.run_test(size=(160, 46), notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        assert isinstance(show.screen, CatchUpScreen)
        drawn.look(show, "catch me up, and a warning")
        show.app.clear_notifications()
        await show.settle()
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
        show.app.push_screen(RedlineForm(show.app.worker, intents.Redline(_other(plan), "x = 2", "—", "/plan")))
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
        await show.app.look()
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
            show.screen.query_one("#filter", Input).value = ""
        await show.press("escape")
        show.app.worker.updates.publish(Lost(RolloutError(next(texts), next(texts))))
        show.app.worker.updates.publish(Doubtful(Unsynced(next(texts), next(texts))))
        await show.settle()
        drawn.look(show, "the disk failed")
        show.app.clear_notifications()
        await show.press("escape")
        go(session, texts)
        session.act(intents.StartPhase(session.run.stage.id))
        for _ in range(2):
            await show.app.look()
        await show.settle()
        drawn.look(show, "a phase")
        assert show.app.return_value is None
    assert drawn.bad == []
    assert [title for title in sent.titles if raw(title) or len(title) > 250] == []
    assert len(sent.titles) > 1
    screens = {screen for screen, _ in drawn.places}
    assert {
        "CatchUpScreen",
        "RunScreen",
        "PlanScreen",
        "AuditScreen",
        "RedlineForm",
        "IntentForm",
        "Question",
    } <= screens
    widgets = {widget for _, widget in drawn.places}
    assert {"latest", "ledger", "detail", "items", "rail", "receipt", "top", "next", "stage-title"} <= widgets
    assert {"filter", "frame", "NoticeLine", "Label", "audit-detail", "plan-detail"} <= widgets
    print(f"{drawn.screens} screens, {drawn.texts} segments, {len(drawn.seen)} payloads × widgets × screens")
    assert len(drawn.seen) > 200


def test_the_title_of_the_terminal_never_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0
    for shift in range(len(PAYLOADS)):
        session = session_of(evil_plan(shift)[0], shift, monkeypatch)
        texts = endless(shift)
        for intent in (None, intents.Hold(next(texts)), intents.Release(next(texts)), intents.Abort(next(texts))):
            if intent is not None:
                session.act(intent)
            title = terminal_title.title(session.run, session.moment(), condition(session.run, session.moment()))
            assert 0 < len(title) <= 250
            assert raw(title) == []
            tried += 1
    assert tried == len(PAYLOADS) * 4


def _begin_refused(_: object) -> Session:
    raise RolloutError("\n".join(PAYLOADS[:5]), PAYLOADS[5])


async def test_all_payloads_at_once_in_a_dialog_never_act(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = evil_plan(3)
    session, drawn = session_of(plan, 3, monkeypatch), Drawn()
    app = RolloutApp(RunScreen(), session, quiet=0)
    every = sorted(PAYLOADS, key=len)
    async with app.run_test(size=TALL, notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        # This run was never allowed to start, and says so; nothing here is to lie under that.
        await app.workers.wait_for_complete()
        await show.settle()
        app.clear_notifications()
        go_on, take_over = (intents.BY_NAME[name] for name in ("go", "take-over"))
        blockers = [Blocker(BlockerKind.OPEN, payload, payload, payload) for payload in every]
        dialogs: list[Screen[Any]] = [
            IntentForm(app.worker, Subject(go_on, {"override": ()}, None, every[9], blockers, every[8])),
            IntentForm(app.worker, Subject(take_over, {}, None, every[7], read_back=every)),
            StartForm(plan, _begin_refused, [(payload, payload) for payload in every]),
            Question(every[6], "\n".join(every), every[5]),
            *(PlanFileScreen(Path(f"/{each}"), RolloutError(each, each), lambda _: None) for each in PAYLOADS[::7]),
        ]
        for dialog in dialogs:
            app.push_screen(dialog)
            await show.settle()
            drawn.look(show, type(dialog).__name__)
            if isinstance(dialog, StartForm):
                await show.press("ctrl+s")
            if isinstance(dialog, FieldsScreen):
                for group in (every[:14], every[14:]):
                    dialog.show_error(RolloutError("\n".join(group), group[-1]))
                    await show.drawn()
                    drawn.look(show, f"{type(dialog).__name__}, refused")
            app.back_to_run()
        for group in (every[:10], every[10:19], every[19:]):
            news = [session.act(intents.Note(payload or "x")) for payload in group if payload.strip()]
            app.notices.tell(app.worker.run, news)
            await show.settle()
            drawn.look(show, "news")
            app.notices.take_news_back()
        for each in every:
            app.receipts.show(each)
            await show.drawn()
            drawn.look(show, "on disk or not")
        app.receipts.say_not_recorded(RolloutError("\n".join(every[:6]), every[6]))
        await show.settle()
        drawn.look(show, "not recorded")
        assert app.return_value is None
    assert drawn.bad == []
    print(f"{drawn.screens} screens, {drawn.texts} segments, {len(drawn.seen)} payloads × widgets × screens")
    assert {screen for screen, _ in drawn.places} >= {
        "IntentForm",
        "StartForm",
        "Question",
        "PlanFileScreen",
        "RunScreen",
    }
    assert {widget for _, widget in drawn.places} >= {"kind", "form-error", "receipt", "NoticeLine", "Label"}
    assert len(drawn.seen) > 150


OPENINGS = ("enter", "v", "e")


def _file_names() -> list[str]:
    """What a file can be called: all but two characters, and bytes that are no text."""
    names = [payload.replace("/", "|").replace("\x00", "0")[:40].strip() for payload in PAYLOADS]
    found = [name.encode("utf-8", "surrogateescape" if "\ud800" not in name else "replace") for name in names if name]
    return [os.fsdecode(name) for name in (*found, b"\x9b2J\xff")]


async def test_names_of_plans_and_logs_never_act(
    staged: Staged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RolloutApp, "suspend", lambda _: nullcontext())
    monkeypatch.setenv("VISUAL", f"/nowhere/{PAYLOADS[0]}")
    drawn, names = Drawn(), _file_names()
    folder, plans = tmp_path / "logs", tmp_path / "plans"
    folder.mkdir()
    plans.mkdir()
    whole = staged.path.read_bytes()
    staged.do(intents.Abort("not today"))
    over = staged.path.read_bytes()
    for number, name in enumerate(names):
        content = (whole, over, over[:-40], whole[:900] + b"\x1b" + whole[900:])[number % 4]
        (folder / f"{name}.toml").write_bytes(content)
        if number % 3 == 0:
            (plans / f"{name}.toml").write_bytes(b"format = 1\n" if number % 2 else SHOP.read_bytes())
    home = HomeScreen(FolderRuns(folder), plans, Actor(PAYLOADS[2], "ann", PAYLOADS[3]), SimulatedClock(NOON))
    app = RolloutApp(home, quiet=0)
    async with app.run_test(size=(110, 40), notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        drawn.look(show, "home")
        rows = [row.key for row in home.query_one("#items", RowList).shown if row.key]
        assert len(rows) == len(names) + len(names[::3])
        for number, key in enumerate(rows):
            home.query_one("#items", RowList).select(key)
            await show.drawn()
            drawn.look(show, f"home at {key!r}")
            if number % 5 == 1:
                await show.press(OPENINGS[number // 5 % 3])
                drawn.look(show, f"opened {key!r}")
                app.notices.take_news_back()
                while app.screen is not home:
                    app.pop_screen()
        assert app.return_value is None
    assert drawn.bad == []
    print(f"{drawn.screens} screens, {drawn.texts} segments, {len(drawn.seen)} payloads × widgets × screens")
    assert len(drawn.seen) > 30


# One character alone is a key; these would act, or not be seen, wherever a key is named.
UNSEEN_KEYS = ("\x1b", "\x9b", "\u202e", "\u2028", "\u200b", "\ue000", "right-to-left_override")


async def test_a_hostile_configuration_never_acts(staged: Staged, tmp_path: Path) -> None:
    drawn = Drawn()
    folder = tmp_path / os.fsdecode(b"\x1b]2;owned\x07 \x9b")
    folder.mkdir()
    words = [each for each in PAYLOADS if each.isascii() or each.isprintable()]
    keys = [f"{json.dumps(word[:99])} = {json.dumps(word[:99])}" for word in words if word.strip()]
    unseen = [f"run.sign = {json.dumps(key)}" for key in UNSEEN_KEYS]
    texts = [f"theme = {json.dumps(word)}\n[keys]\n{line}" for word, line in zip(words, [*unseen, *keys], strict=False)]
    texts += ["[keys]\n" + "\n".join(keys), f"{json.dumps(words[0])} = 2", f"theme = {words[0]}"]
    for number, text in enumerate(["a folder in its place", *texts]):
        path = folder / "config.toml"
        path.write_text(text.replace("\x7f", "\\u007f"))
        read = settings.load(path if number else folder)
        app = RolloutApp(RunScreen(), staged.session, quiet=0, settings=read)
        assert app.mistakes, text
        assert app._keymap == {}, text
        if number % 8:
            assert raw("".join(app.mistakes)) == []
            continue
        async with app.run_test(size=(110, 40), notifications=True) as pilot:
            show = Show(app, pilot, staged)
            await show.settle()
            drawn.look(show, text)
            assert show.notices()
            await show.press("question_mark")
            drawn.look(show, f"help, {text}")
    assert drawn.bad == []
    print(f"{len(texts)} configurations, {drawn.screens} screens, {len(drawn.seen)} payloads × widgets × screens")


class Played(Rehearsal):
    """A rehearsal of a run in memory."""

    def __init__(self, session: Session, clock: SimulatedClock) -> None:
        self.session, self.clock, self.texts = session, clock, endless(5)

    def step(self, instead: intents.Intent | None = None) -> Entry:
        run = self.session.run
        step = next_step(run, self.session.moment())
        self.session.operator = replace(self.session.operator, name=f"p{run.seq} {next(self.texts)}")
        match step.action:
            case "go":
                past = tuple(each.id for each in blockers(run, self.session.moment()))
                return self.session.act(intents.Go(past, "because", run.stage.title))
            case "start-phase":
                return self.session.act(intents.StartPhase(run.stage.id))
            case "measure":
                return self.session.act(intents.Measure(step.item, 0.5))
            case _:
                return self.session.act(instead or intents.Sign(step.item, confirm=step.item))


async def test_the_demo_of_a_hostile_plan_never_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = evil_plan(7)
    session, drawn, said = session_of(plan, 7, monkeypatch), Drawn(), set()
    played = Played(session, SimulatedClock(NOON))
    app = DemoApp(played, Actor(PAYLOADS[0], "ann", "host"), pace=100_000)
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        show = Show(app, pilot)
        await show.settle()
        for _ in range(26):
            await app.go_on()
            await show.drawn()
            if app.saying not in said:
                said.add(app.saying)
                drawn.look(show, app.saying)
        await show.press("x")
        drawn.look(show, "taken over")
        assert not app.playing
    assert drawn.bad == []
    print(f"{len(said)} captions, {drawn.screens} screens, {len(drawn.seen)} payloads × widgets × screens")
    assert "caption" in {widget for _, widget in drawn.places}, "a caption names the stage"
