"""Escaping: a plan's text written so that Markdown shows it as it is, and reading gives it back to the letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ....text import UNSEEN
from .inline import NOTHING

# Only what Markdown or the import would take for more than text: `< 5 min`, `(5xx)` and `a & b` stay as they are.
_SPECIAL = re.compile(
    r"[\\`*|~]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|\](?=[(\[:])"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=[A-Za-z#][A-Za-z0-9]*;|#)"
)
_LAST_OF_A_PLANE = "".join(map(chr, (plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))))
_NONCHARACTER = re.compile(f"[{chr(0xFDD0)}-{chr(0xFDEF)}{_LAST_OF_A_PLANE}]")
_OPENS_A_BLOCK = re.compile(r"[#>+=:\[-]|\d(?=\d*[.)])")


def cell(text: str) -> str:
    """Write a text for a table cell or behind a label; its line feeds become `<br>`."""
    if text.strip().casefold() in NOTHING and text:
        return _entity(text[0]) + _inner(text[1:])
    return _inner(text)


def cells(texts: Iterable[str]) -> str:
    """Write several texts for one cell, which is split at breaks, or at semicolons where it has none."""
    written = [_start(text) for text in texts]
    alone = len(written) == 1 and (";" in written[0] or written[0].casefold() in NOTHING)
    return "<br>".join(written) + ("<br>" if alone else "")


def point(text: str) -> str:
    """Write a text for the start of a list's point, where some characters would open a block."""
    return _start(text)


def name(text: str) -> str:
    """Write a name that a colon follows."""
    return cell(text).replace(":", "&#58;")


def _start(text: str) -> str:
    written = cell(text)
    return _entity(written[0]) + written[1:] if _OPENS_A_BLOCK.match(written) else written


def _inner(text: str) -> str:
    return "<br>".join(_visible(_edges(_SPECIAL.sub(r"\\\g<0>", line))) for line in text.split("\n"))


def _visible(line: str) -> str:
    """Write what acts unseen on a terminal as an entity; Markdown has none for a noncharacter, which does nothing."""
    if line.isascii():
        return line
    return "".join(
        _entity(char) if unicodedata.category(char) in UNSEEN and not _NONCHARACTER.match(char) else char
        for char in line
    )


def _edges(line: str) -> str:
    """Keep the blanks at both ends, which Markdown drops."""
    inner = line.strip()
    if inner == line:
        return line
    if not inner:
        return "".join(map(_entity, line))
    start = line.index(inner[0])
    end = start + len(inner)
    return "".join(map(_entity, line[:start])) + inner + "".join(map(_entity, line[end:]))


def _entity(char: str) -> str:
    return f"&#{ord(char)};"
