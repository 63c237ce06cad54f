"""The filter, undo, what is copied for a chat, the ledger beside the stages, and what calls an operator back."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollout_tui.people import Actor
from rollout_tui.run import events as ev
from rollout_tui.run import intents
from rollout_tui.run.news import news_for
from rollout_tui.tui.dialogs.form import IntentForm
from rollout_tui.tui.notices import IN_TMUX, SENT
from rollout_tui.tui.quiet_time import SECONDS
from rollout_tui.tui.recorder import _last_resolved
from rollout_tui.tui.screens.run import RunScreen
from rollout_tui.tui.widgets.filter import Filter
from tests.run.identities import LISTED, sign, signed
from tests.run.signatures import key_named
from tests.tui.stage import BOB, REASON, Staged


def _keys(show: object) -> list[str]:
    rows = show.rows()  # type: ignore[attr-defined]
    return [row.key for row in rows.shown if row.key]


async def test_a_word_narrows_the_items_of_every_stage(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("slash", *"LEDGER")
        assert _keys(show) == [
            *("migration/add-table", "canary/flag/new-ledger", "canary/criterion/ledger-balances-to-the-cent"),
            "everyone/flag/new-ledger",
        ]
        assert "Every stage: LEDGER" in show.text()
        await show.press("enter", "j")
        assert show.cursor == "canary/flag/new-ledger"


async def test_leaving_the_filter_keeps_the_item_that_was_found(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("slash", *"refunds", "enter", "escape")
        assert isinstance(show.screen, RunScreen)
        assert show.screen.stage.id == "everyone"
        assert show.cursor == "everyone/criterion/refunds-arrive"
        assert not show.screen.query_one(Filter).display


async def test_an_item_that_was_found_is_signed_and_the_filter_stays(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("slash", *"staging", "enter", "space")
        assert show.last_event() == ev.ItemSigned("alerts")
        assert _keys(show) == ["alerts", "rollback-tried"]
        await show.press("full_stop")
        assert show.cursor == "tests"


async def test_a_word_that_nothing_holds_is_said(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("slash", *"zebra")
        assert "Nothing in this run holds that word" in show.text()
        await show.press("enter", "space")
        assert len(show.journal()) == 1


async def test_undo_takes_back_the_last_item_that_this_operator_resolved(staged: Staged) -> None:
    staged.do(intents.Sign("tests")).do(intents.Waive("docs", REASON)).do(intents.Sign("alerts"), BOB)
    async with staged.shown() as show:
        await show.look_at("rollback-tried")
        await show.press("z")
        assert isinstance(show.screen, IntentForm)
        assert "Documentation updated" in show.text()
        await show.fill("it was the wrong line")
        await show.press("enter")
        assert show.last_event() == ev.ItemRevoked("docs", "waived", "it was the wrong line")
        await show.press("z")
        assert "All tests passing" in show.text()


def test_undo_knows_oneself_by_what_tells_people_apart_in_the_run() -> None:
    """Two share an account and a name, and sign by keys of their own."""
    walk = signed(principals=LISTED)
    walk.do(sign("tests"), "ops", key="b", login="ops")
    key = {name: Actor("ops", "ops", "host", key_named(name)) for name in ("a1", "b")}
    assert _last_resolved(walk.run, key["a1"]) is None
    undone = _last_resolved(walk.run, key["b"])
    assert undone is not None
    assert undone.id == "tests"
    assert news_for(walk.entries, key["a1"], walk.run.identity).since is None


async def test_undo_says_when_there_is_nothing_of_ones_own(staged: Staged) -> None:
    staged.do(intents.Sign("tests"), BOB)
    async with staged.shown() as show:
        assert show.screen.check_action("undo", ()) is None
        await show.press("z")
        assert "Nothing that you resolved stands" in show.said()
        assert len(show.journal()) == 2


async def test_the_next_step_names_the_keys_for_it_also_from_elsewhere(staged: Staged) -> None:
    async with staged.shown() as show:
        assert "press space" in show.line("#next")
        await show.press("j")
        assert "press . then space" in show.line("#next")
        await show.press("full_stop")
        assert "press space" in show.line("#next")


async def test_a_key_typed_ahead_of_the_jump_to_what_is_next_signs_nothing_unseen(staged: Staged) -> None:
    """Another's sign-off may have moved what is next while the key was on its way."""
    async with staged.shown(quiet=SECONDS) as show:
        await show.look_at("alerts")
        await show.push("full_stop", "space")
        assert len(show.journal()) == 1


async def test_the_ledger_stands_below_the_stages(tmp_path: Path) -> None:
    early, late = (Staged(tmp_path / name).do(intents.Defer("docs", "canary", REASON)) for name in ("early", "late"))
    async with early.shown(size=(80, 24)) as show:
        assert "1 deferred" in show.text()
        assert "due: Canary" in show.text()
    late.to_started("canary").wait(hours=3)
    async with late.shown(size=(80, 24)) as show:
        assert "due now" in show.text()
        assert "left by plan" in show.text()
        assert "over plan" in show.text()


async def test_a_wide_terminal_shows_what_happened_last(staged: Staged) -> None:
    staged.do(intents.Sign("tests")).do(intents.Note("the lift is stuck"))
    async with staged.shown(size=(200, 60)) as show:
        assert "note: the lift is stuck" in show.text()
    async with staged.shown(size=(120, 40)) as show:
        assert "the lift is stuck" not in show.text()


class Terminal:
    """What the program sent to its terminal beside the screen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[str] = []
        self.bells = 0
        monkeypatch.setattr("rollout_tui.tui.app.RolloutApp.write", lambda _, text: self.sent.append(text))
        monkeypatch.setattr("rollout_tui.tui.app.RolloutApp.bell", self._ring)

    def _ring(self, *_: object) -> None:
        self.bells += 1


async def test_a_soak_that_ends_rings_once_and_sets_the_title(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(monkeypatch)
    staged.to_started("canary").do(intents.Sign("canary/flag/new-ledger"))
    async with staged.shown() as show:
        await show.app.look()
        assert terminal.sent[-1] == "\x1b]2;shop 3.1.0: Canary, soaking\x07"
        staged.wait(minutes=119)
        await show.app.look()
        assert terminal.bells == 0
        staged.wait(minutes=2)
        for _ in range(3):
            await show.app.look()
        assert terminal.bells == 1
        assert terminal.sent[-1] == "\x1b]2;shop 3.1.0: Canary, soak over\x07"
        assert "The soak of Canary is over (2 h)" in show.said()
    assert terminal.sent[-1] == "\x1b[23;2t"


async def test_a_soak_that_was_over_before_rings_for_nobody(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(monkeypatch)
    staged.to_ready("canary")
    async with staged.shown() as show:
        await show.app.look()
        await show.app.look()
        assert terminal.bells == 0


TAKEN_BACK: dict[str, list[intents.Intent]] = {
    "the start is revoked": [intents.Revoke("canary/flag/new-ledger", "x"), intents.Revoke("canary/start", "x")],
    "a rollback is called off": [
        intents.RollBack("code-bug", "x"),
        *(intents.Sign(f"rollback/code-bug/{step}") for step in (1, 2)),
        intents.FinishRollback("called-off", "another service"),
    ],
}


@pytest.mark.parametrize("taken_back", TAKEN_BACK.values(), ids=TAKEN_BACK)
async def test_a_start_taken_back_ends_no_soak(
    staged: Staged, monkeypatch: pytest.MonkeyPatch, taken_back: list[intents.Intent]
) -> None:
    terminal = Terminal(monkeypatch)
    staged.to_started("canary").do(intents.Sign("canary/flag/new-ledger"))
    async with staged.shown() as show:
        await show.app.look()
        for intent in taken_back:
            staged.do(intent)
        await show.app.look()
        assert terminal.bells == 0
        assert "The soak of" not in show.said()


async def test_what_is_copied_for_a_chat_ends_with_the_head(staged: Staged) -> None:
    async with staged.shown() as show:
        await show.press("space", "y")
        assert "Shop on the new ledger (shop 3.1.0): Pre-deployment" in show.app.clipboard
        assert show.app.clipboard.endswith(f"{show.run.id} 1:{show.run.head[:8]}]")
        await show.press("Y")
        receipt = f"{show.run.id} 1:{show.run.head[:8]}"
        assert show.app.clipboard == receipt
        # Nobody learns whether the terminal took it.
        assert show.said() == f"Sent to the terminal's clipboard: {receipt}"


@pytest.mark.parametrize("script", ["exit 1", "cat >/dev/null; exit 0", 'test "$2" = - && cat >/dev/null', ""])
async def test_inside_tmux_its_own_buffer_takes_it_or_else_the_terminal(
    script: str, staged: Staged, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    if script:
        tmux = programs / "tmux"
        tmux.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        tmux.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    async with staged.shown() as show:
        await show.press("Y")
        receipt = f"{show.run.id} 0:{show.run.head[:8]}"
        took = "cat" in script
        assert show.said() == f"{IN_TMUX if took else SENT}: {receipt}"
        assert show.app.clipboard == ("" if took else receipt)


async def test_what_is_typed_right_after_the_slash_reaches_the_filter(staged: Staged) -> None:
    """`sw A` would extend, waive, sign and abort."""
    async with staged.shown() as show:
        await show.push("slash", *"sw", "space", "A")
        await show.settle()
        assert show.screen.query_one(Filter).value == "sw A"
        assert len(show.journal()) == 1
