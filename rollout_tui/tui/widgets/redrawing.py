"""Redrawing of the cells that changed, and no others: people sit behind slow lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import get_character_cell_size
from rich.style import Style
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from ..textual_private import drawn

Cell = tuple[str, Style | None]


def redraw(widget: Widget, content: Content) -> None:
    """Draw of a widget what differs in this, which its `render` gives, from what it drew last."""
    before, size = drawn(widget)
    width, height = widget.size
    after = Visual.to_strips(widget, content, width, height, widget.visual_style)
    if size != widget.size or len(before) != len(after):
        widget.refresh()
    elif regions := list(changes(before, after)):
        widget.refresh(*regions)


def changes(before: Sequence[Strip], after: Sequence[Strip]) -> Iterator[Region]:
    """Give the part of each line that differs between two drawings of equal height."""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if (found := _span(old, new)) is not None:
            first, end = found
            yield Region(first, y, end - first, 1)


def _span(before: Strip, after: Strip) -> tuple[int, int] | None:
    """Give the first cell that differs and the end of the last one; None where both lines are drawn alike."""
    if before == after:
        return None
    old, new = _cells(before), _cells(after)
    if len(old) != len(new):
        return 0, max(len(old), len(new))
    first, end = 0, len(new)
    while first < end and old[first] == new[first]:
        first += 1
    while end > first and old[end - 1] == new[end - 1]:
        end -= 1
    return (first, end) if end > first else None


def _cells(strip: Strip) -> list[Cell]:
    """Give a line cell by cell; a character of two cells stands in both, so that it is drawn whole or not at all."""
    found: list[Cell] = []
    for text, style, _ in strip:
        for character in text:
            found += [(character, style)] * get_character_cell_size(character)
    return found
