"""The user's theme and keys: what can be used acts, every mistake is said with its place, and the app opens anyway."""

from __future__ import annotations

import ast
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.keys import key_to_character

from rollout_tui import settings
from rollout_tui.tui.app import RolloutApp
from rollout_tui.tui.configuring import key_chains
from rollout_tui.tui.keys import binding as keys
from rollout_tui.tui.keys.remapping import ids
from rollout_tui.tui.screens.run import RunScreen
from tests.tui.stage import Show, Staged


@asynccontextmanager
async def _configured(staged: Staged, text: str) -> AsyncIterator[Show]:
    """The app at the run, opened by a user whose configuration says this."""
    path = staged.folder.parent / "config.toml"
    path.write_text(text)
    app = RolloutApp(RunScreen(), staged.session, quiet=0, settings=settings.load(path))
    async with app.run_test(size=(110, 60)) as pilot:
        show = Show(app, pilot, staged)
        await show.settle()
        yield show


async def test_a_key_acts_where_the_user_put_it(staged: Staged) -> None:
    async with _configured(staged, '[keys]\nrun.sign = "ctrl+n,f2"\n"run.fail" = "w"\nrun.waive = "x"\n') as show:
        assert show.notices() == []
        await show.press("space")
        assert show.run.seq == 0
        await show.press("ctrl+n")
        assert show.run.seq == 1
        await show.press("f2")
        assert show.run.seq == 2
        await show.press("w")
        assert "Fail" in show.text()
        await show.press("escape", "question_mark")
        text = show.text()
        assert "run.waive" in text
        assert "f2" in text.lower()


MISTAKES = {
    "an unknown id": (
        '[keys]\n\nrun.wave = "W"\n',
        "config.toml:3:5: keys.run.wave: found an unknown id, expected one that help (?) lists"
        " (did you mean run.waive?)",
    ),
    "a key that is none": (
        '[keys]\nrun.waive = "ctlr+w"\n',
        'config.toml:2:13: keys.run.waive: found "ctlr+w", expected keys such as',
    ),
    "a key that another has": (
        '[keys]\nrun.waive = "x"\n',
        'config.toml:2:13: keys.run.waive: found "x", which is run.fail already',
    ),
    "a key that the list has": (
        '[keys]\nrun.waive = "j"\n',
        'found "j", which is list.down already',
    ),
    "a key that the app has": (
        '[keys]\nhome.look-again = "?"\n',
        'found "question_mark", which is app.help already',
    ),
    "one key for two": (
        '[keys]\nrun.waive = "f7"\nrun.fail = "f7"\n',
        'found "f7", which is run.',
    ),
    "no text": ("[keys]\nrun.waive = 7\n", "config.toml:2:13: keys.run.waive: found 7, expected a text such as"),
    "an empty text": ('[keys]\nrun.waive = " "\n', "keys.run.waive: found"),
    "no table": ("keys = 7\n", "config.toml:1:8: keys: found 7, expected a table [keys]"),
    "an unknown theme": (
        'theme = "rollout-lite"\n',
        'config.toml:1:9: theme: found "rollout-lite", expected rollout, rollout-light, or one of Textual\'s'
        ' (did you mean "rollout-light"?)',
    ),
    "a theme that is no text": ("theme = 2\n", "config.toml:1:9: theme: found 2, expected a theme's name"),
    "an unknown key": (
        'themes = "x"\n',
        "config.toml:1:1: themes: found an unknown key, "
        "expected theme, sign, key, authority, authority_ca, trust, signers or [keys]",
    ),
    "a way to sign that is none": (
        'sign = "sometimes"\n',
        'config.toml:1:8: sign: found "sometimes", expected "ask", "always" or "never"',
    ),
    "a key that is no text": ("key = 7\n", "config.toml:1:7: key: found 7, expected a key's file or its public line"),
    "no TOML": ("theme = \n", "config.toml:1:9: found"),
}


@pytest.mark.parametrize("name", MISTAKES)
async def test_a_mistake_is_said_with_its_place_and_keeps_nothing_from_opening(name: str, staged: Staged) -> None:
    text, said = MISTAKES[name]
    async with _configured(staged, text) as show:
        (toast,) = show.notices()
        assert toast.startswith("Settings: ")
        assert said in toast
        assert show.app.theme == "rollout"
        await show.press("w")
        assert "Waive" in show.text() or name == "one key for two"


async def test_a_mistake_leaves_the_rest_in_force(staged: Staged) -> None:
    async with _configured(staged, 'theme = "rollout-light"\nkeys.run.sign = "f2"\nkeys.run.waive = "x"\n') as show:
        assert show.app.theme == "rollout-light"
        await show.press("f2")
        assert show.run.seq == 1
        assert "keys.run.waive" in show.said()


@pytest.mark.parametrize("bytes_", [b"\xff\xfe", b""], ids=["no UTF-8", "empty"])
def test_a_file_that_is_no_text_is_a_mistake_an_empty_one_is_none(bytes_: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert settings.load(path).mistakes == ()
    path.write_bytes(bytes_)
    assert settings.load(path).mistakes == ((f"{path}: this is not UTF-8 text.",) if bytes_ else ())


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    assert "this is no file" in settings.load(tmp_path / "config.toml").mistakes[0]


def test_a_folder_in_its_place_is_a_mistake(tmp_path: Path) -> None:
    (found,) = settings.load(tmp_path).mistakes
    assert found.startswith(f"{tmp_path}: ")


def test_what_acts_has_an_id() -> None:
    assert {"run.sign", "gate.pass", "home.open", "rollback.choose", "app.help", "list.down", "form.record"} <= set(
        ids(key_chains(RolloutApp))
    )


async def test_words_name_the_keys_that_the_user_has(staged: Staged) -> None:
    staged.to_gate()
    async with _configured(staged, '[keys]\nrun.gate = "ctrl+g"\ngate.pass = "f9"\n') as show:
        assert "press ctrl+g" in show.line("#next")
        await show.press("ctrl+g")
        assert "Press f9." in show.line("#next")
        await show.press("f9")
        assert "recorded" in show.line("#receipt")
    async with staged.shown() as show:
        assert "press space" in show.line("#next"), "the next who opens the app has other keys"


def _named_in_words() -> list[tuple[str, str]]:
    """Every id with its usual key that some text names, read from the source."""
    calls = [
        node.args
        for path in Path(keys.__file__).parents[1].rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "press"
    ]
    return [(name.value, usual.value) for name, usual in (a for a in calls if len(a) == 2)]  # type: ignore[attr-defined]


def test_words_name_keys_that_there_are() -> None:
    named = [*_named_in_words(), *keys.NEXT.values()]
    assert len(named) > 15
    usual = {name: [_plain(key) for key in found] for name, found in ids(key_chains(RolloutApp)).items()}
    assert [(name, key) for name, key in named if key not in usual[name]] == []


def _plain(key: str) -> str:
    """A key as words name it: . for full_stop, but space and escape."""
    character = key_to_character(key) or ""
    return character if character.isprintable() and character.strip() else key
