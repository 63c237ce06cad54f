"""The user's theme and keys, given to an app that opens."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from ..settings import Settings
from . import dialogs, screens
from .keys.binding import use
from .theme import DARK, THEMES
from .widgets.row_list import RowList

if TYPE_CHECKING:
    from textual.app import App

    from ..plan.mistakes import Problem


def configure(app: App[int], settings: Settings) -> tuple[str, ...]:
    """Set what can be used, and give each mistake as a line with its place; the rest is as without a file."""
    for theme in THEMES:
        app.register_theme(theme)
    problems = _choose_theme(app, settings.theme)
    keymap: dict[str, str] = {}
    if settings.keys:
        # It looks at every screen, which would cost each start.
        from .keys.remapping import fitting

        keymap, unfit = fitting(settings, key_chains(type(app)))
        problems += unfit
    app.set_keymap(keymap)
    use(keymap)
    return (*settings.mistakes, *settings.tell(problems)) if problems else settings.mistakes


def key_chains(app: type[App[int]]) -> list[list[Binding]]:
    """The keys of each screen and dialog, with those of its list and, but for dialogs, of the app."""
    lists, above = list(_bindings_of(RowList)), list(_bindings_of(app))
    return [
        [*_bindings_of(screen), *lists, *([] if issubclass(screen, ModalScreen) else above)]
        for screen in _screen_classes()
    ]


def _screen_classes() -> Iterator[type[Screen[object]]]:
    for package in (screens, dialogs):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(import_module(info.name)).values():
                if isinstance(value, type) and issubclass(value, Screen) and value.__module__ == info.name:
                    yield value


def _bindings_of(node: type) -> Iterator[Binding]:
    """The bindings of a class of this program and of those it is made from; a later one takes a key from an earlier."""
    by_key: dict[str, Binding] = {}
    for base in reversed(node.__mro__):
        if base.__module__.startswith(__package__):
            by_key |= {each.key: each for each in Binding.make_bindings(base.__dict__.get("BINDINGS", ()))}
    yield from by_key.values()


def has_few_colours(app: App[int]) -> bool:
    """Whether the terminal has sixteen colours; a picture has as many as it likes, wherever it is taken."""
    return not app.is_headless and app.console.color_system == "standard"


def _choose_theme(app: App[int], name: str) -> list[Problem]:
    app.theme = name if name in app.available_themes else DARK.name
    if not name or name == app.theme:
        return []
    from ..plan.mistakes import Problem, did_you_mean, nearest, quoted

    near = did_you_mean(nearest(name, app.available_themes), quote=True)
    ours = ", ".join(each.name for each in THEMES)
    return [Problem(("theme",), quoted(name), f"{ours}, or one of Textual's", near)]
