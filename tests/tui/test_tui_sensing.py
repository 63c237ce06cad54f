"""Sensing on the screen: a key lets the probes look, a gate looks again, and no key waits for either."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from rollout_tui.run.events import ItemSigned, Observed
from rollout_tui.run.state import Status
from rollout_tui.sensing import trusted
from rollout_tui.trust import asks, own
from rollout_tui.tui.dialogs.measure import MeasureForm
from rollout_tui.tui.dialogs.trust import TrustForm
from rollout_tui.tui.screens.gate import GateScreen
from tests.probes.test_probes_command import assert_nobody_is_left
from tests.runs import runs_folder
from tests.tui.stage import BOB, SHOP, Show, Staged

# What a look gives is what a file of its name says.
PROBE = 'probe = {{ command = ["./look", "{}"]'
LOOK = '#!/bin/sh\n. "./$1"\n'


class Shop(Staged):
    """The shop's plan with a probe on an item and a metric, in a folder of its own; what each says is a file's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.place = folder
        plan = folder / "shop.toml"
        plan.write_text(
            SHOP.read_text()
            .replace('title = "All tests passing"', f'title = "All tests passing"\n{PROBE.format("tests")} }}')
            .replace('max_age = "30 min"', f'max_age = "30 min"\n{PROBE.format("errors")}, unit = "%" }}')
        )
        (folder / "look").write_text(LOOK)
        (folder / "look").chmod(0o755)
        self.says("tests", "exit 0")
        self.says("errors", "echo 0.2")
        super().__init__(folder, plan, plan_file=str(plan))

    def says(self, name: str, what: str) -> None:
        (self.place / name).write_text(what)

    def trust(self) -> Shop:
        own().trust(asks(self.run.plan, self.place), self.run.plan_file)
        return self


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Shop(tmp_path / "shop")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set while the disk answers from which it is read what would run."""
    answers, untrusted = threading.Event(), trusted.untrusted

    def slow(*asked: Any) -> trusted.Untrusted | None:
        assert answers.wait(20)
        return untrusted(*asked)

    monkeypatch.setattr(trusted, "untrusted", slow)
    answers.set()
    return answers


@asynccontextmanager
async def shown(shop: Shop) -> AsyncIterator[Show]:
    async with shop.shown() as show:
        yield show


async def seen(show: Show) -> None:
    """Wait until all that was asked for has come back and is recorded."""
    while show.app.worker.sensing.pending:
        await show.app.look()
    await show.settle()


def observed(show: Show) -> list[str]:
    events = [entry.event for entry in show.journal()]
    return [f"{event.subject} {event.outcome}" for event in events if isinstance(event, Observed)]


async def test_the_first_time_it_asks_for_trust_and_looks_once_that_is_given(shop: Shop) -> None:
    async with shown(shop) as show:
        await show.press("m")
        assert isinstance(show.screen, TrustForm)
        await show.press("escape")
        assert observed(show) == []
        await show.press("m", "y")
        await seen(show)
        assert sorted(observed(show)) == ["error-rate pass", "tests pass"]
        assert show.run.state("tests").status is Status.SENSED
        assert "sensed 2 pass" in show.receipt


async def test_trust_that_cant_be_kept_is_told_and_nothing_is_looked_at(shop: Shop) -> None:
    own().file.mkdir(parents=True)
    async with shown(shop) as show:
        await show.press("m", "y")
        await seen(show)
        assert observed(show) == []
        assert "trust.json could not be written" in show.said()


async def test_what_has_no_probe_asks_for_a_number_as_ever(shop: Shop) -> None:
    shop.trust()
    async with shown(shop) as show:
        await show.press("m")
        assert isinstance(show.screen, MeasureForm)
        assert "Error rate" not in show.text()
        await show.press("escape")
        await seen(show)
        assert "error-rate pass" in observed(show)


async def test_a_person_can_type_what_a_probe_reads(shop: Shop) -> None:
    shop.trust().to_started("canary")
    async with shown(shop) as show:
        await show.look_at("canary/metric/error-rate")
        await show.press("space")
        assert isinstance(show.screen, MeasureForm)
        assert "Error rate" in show.text()


async def test_a_gate_looks_again_and_a_tick_that_no_longer_holds_is_open_and_blocks(shop: Shop) -> None:
    shop.trust()
    async with shown(shop) as show:
        await show.press("m", "escape")
        await seen(show)
        for item in ("docs", "alerts", "rollback-tried"):
            await show.look_at(item)
            await show.press("space")
        shop.says("tests", "echo 3 red; exit 1")
        await show.press("p")
        assert isinstance(show.screen, GateScreen)
        await show.press("enter")
        assert "Still looking" in show.said()
        await seen(show)
        assert show.run.state("tests").status is Status.OPEN
        assert "3 red" in show.text()
        await show.press("enter")
        assert not show.run.deployed


async def test_a_gate_that_nobody_trusted_asks_nothing_and_looks_at_nothing(shop: Shop) -> None:
    async with shown(shop) as show:
        await show.press("p")
        await seen(show)
        assert isinstance(show.screen, GateScreen)
        assert observed(show) == []


async def test_a_gate_opens_while_the_disk_is_slow_and_lets_nobody_by_unseen(shop: Shop, disk: threading.Event) -> None:
    shop.trust()
    async with shown(shop) as show:
        await show.press("m", "escape")
        await seen(show)
        for item in ("docs", "alerts", "rollback-tried"):
            await show.look_at(item)
            await show.press("space")
        shop.says("tests", "exit 1")
        disk.clear()
        await show.push("p")
        assert isinstance(show.screen, GateScreen)
        await show.push("enter")
        assert "Still looking at 2" in show.said()
        disk.set()
        await show.settle()
        await seen(show)
        assert observed(show).count("tests fail") == 1
        assert not show.run.deployed


async def test_who_went_on_while_the_disk_was_slow_is_not_asked(shop: Shop, disk: threading.Event) -> None:
    async with shown(shop) as show:
        disk.clear()
        await show.push("m", "m", "L")
        log = show.screen
        disk.set()
        await show.settle()
        assert show.screen is log
        await show.press("escape", "m")
        assert isinstance(show.screen, TrustForm)


async def test_a_sign_off_does_not_wait_for_a_slow_look(shop: Shop) -> None:
    shop.trust()
    shop.says("tests", "until [ -e answer ]; do sleep 0.01; done")
    async with shown(shop) as show:
        await show.press("m", "escape")
        await show.look_at("docs")
        await show.press("space")
        assert isinstance(show.last_event(), ItemSigned)
        assert show.app.worker.sensing.pending
        shop.says("answer", "")
        await seen(show)
        assert "tests pass" in observed(show)


async def test_no_command_outlives_the_run_that_it_looks_for(shop: Shop) -> None:
    shop.trust()
    os.mkfifo(shop.place / "begun")
    os.mkfifo(shop.place / "alive")
    alive = os.open(shop.place / "alive", os.O_RDONLY | os.O_NONBLOCK)
    shop.says("tests", "exec 9>alive; echo >begun; sleep 60")
    async with shown(shop) as show:
        await show.press("m", "escape")
        await show.app.look()
        (shop.place / "begun").read_bytes()
    assert_nobody_is_left(alive)


async def test_who_goes_to_the_shell_lets_somebody_else_look(shop: Shop) -> None:
    shop.trust().to_started("canary")
    async with shown(shop) as show:
        await show.app.look()
        other = runs_folder.resume(shop.path, shop.clock, BOB)
        assert other.take_lease() == "alice (alice@host)"
        with show.app.worker.resting():
            assert other.take_lease() == ""
            await show.app.look()
            assert other.take_lease() == ""
