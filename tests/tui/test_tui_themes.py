"""Both themes can be read: the contrast of every text on every ground that it stands on, as WCAG 2 counts it."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from rollout_tui.tui.theme import THEMES
from tests.tui.stage import Staged

# What texts of normal size need (WCAG 2, level AA).
ENOUGH = 4.5

TEXTS = ("foreground", "foreground-muted", "accent", "success", "warning", "error")
GROUNDS = ("background", "surface", "panel")
TITLES = ("warning", "secondary", "error")  # a frame's title stands in the colour of the ground on these


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.r / 255, color.g / 255, color.b / 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(text: Color, ground: Color) -> float:
    dark, light = sorted((_luminance(text), _luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def _pairs(theme: Theme) -> dict[str, float]:
    colors = {name: Color.parse(value) for name, value in theme.to_color_system().generate().items() if value[0] == "#"}
    grounds = {name: colors[name] for name in GROUNDS}
    # The row under the cursor, in a list on the screen and in one on a dialog.
    grounds |= {f"cursor on {name}": colors[name].blend(colors["primary"], 0.2) for name in ("background", "panel")}
    found = {
        f"{text} on {name}": _contrast(ground.blend(colors[text], colors[text].a), ground)
        for text in TEXTS
        for name, ground in grounds.items()
    }
    return found | {f"title on {name}": _contrast(colors["background"], colors[name]) for name in TITLES}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    assert {pair: round(ratio, 2) for pair, ratio in _pairs(theme).items() if ratio < ENOUGH} == {}


def test_the_measure_is_the_known_one() -> None:
    assert _contrast(Color.parse("#000"), Color.parse("#fff")) == pytest.approx(21)
    assert _contrast(Color.parse("#777"), Color.parse("#fff")) == pytest.approx(4.48, abs=0.01)


async def test_a_theme_is_switched_by_the_palette(staged: Staged) -> None:
    async with staged.shown() as show:
        assert {theme.name for theme in THEMES} <= set(show.app.available_themes)
        before = show.strips()[5]
        await show.press("colon", *"Theme", "enter", *"rollout-light", "enter")
        assert show.app.theme == "rollout-light"
        assert show.strips()[5] != before


@pytest.mark.parametrize("is_few", [True, False])
async def test_the_row_under_the_cursor_stands_out_where_colours_are_few(
    is_few: bool, staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollout_tui.tui.app.has_few_colours", lambda _: is_few)
    async with staged.shown() as show:
        region = show.rows().region
        styles = {segment.style for segment in show.strips()[region.y].crop(region.x + 1, region.x + 20)}
        (cursor,) = {style.underline for style in styles if style}
        assert bool(cursor) is is_few
