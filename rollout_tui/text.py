"""Untrusted text made safe to show: plans, logs, names and command output come from elsewhere."""

import unicodedata

# Formats (bidi, zero-width), surrogates, private use, unassigned, line and paragraph separators; and controls.
UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSAFE = UNSEEN | {"Cc"}

LIMIT = 10_000


def safe(text: str, *, limit: int = LIMIT, lines: bool = False) -> str:
    """Give `text` with every character that could act on a terminal as a visible escape, at most `limit` long.

    Line feeds stay where `lines` is true; everywhere else they are escaped too, so one value stays on one line.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(
        char if (lines and char == "\n") or unicodedata.category(char) not in _UNSAFE else _escape(char)
        for char in text
    )


def one_line(text: str, *, limit: int = LIMIT) -> str:
    """Give `text` safe and on one line: its own line feeds become spaces, as where a list shows a note."""
    return safe(" ".join(text.split("\n")), limit=limit)


def _escape(char: str) -> str:
    code = ord(char)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e"}.get(char)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
