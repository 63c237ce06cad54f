"""The user's theme and keys, given to an app that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..settings import Settings
from .keys.binding import use
from .theme import DARK, THEMES

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

        keymap, unfit = fitting(settings)
        problems += unfit
    app.set_keymap(keymap)
    use(keymap)
    return (*settings.mistakes, *settings.tell(problems)) if problems else settings.mistakes


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
