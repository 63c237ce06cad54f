"""Styled text: untrusted text made safe, in the styles of the theme; and two texts that share a line."""

from __future__ import annotations

from textual.content import Content

from ..text import one_line

Part = tuple[str, str]

# More than any terminal shows of one text; the rest would only be measured.
LONGEST = 1_000

EMPTY = Content("")
MUTED = "$foreground-muted"


def styled(*parts: Part | str) -> Content:
    """Join parts, each a text or a text and its style; the text is made safe here and is never markup."""
    safe_parts = ((one_line(part[0]), part[1]) if isinstance(part, tuple) else one_line(part) for part in parts if part)
    return Content.assemble(*safe_parts)


def spread(left: Content, right: Content, width: int) -> Content:
    """Set two texts at the ends of a line; the right one keeps its room, at most two thirds."""
    right = right.truncate(max(0, width * 2 // 3), ellipsis=True)
    gap = 1 if right.plain else 0
    room = max(0, width - right.cell_length - gap)
    left = left.truncate(room, ellipsis=True, pad=True)
    return Content.assemble(left, " " * gap, right)
