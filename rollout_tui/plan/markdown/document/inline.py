"""Marked text: what a table cell or a line says, in which what was escaped has no meaning.

A separator that the document escapes (`\\;`), writes as an entity or puts in a code span is text. Until its text is
taken, such a character is kept as a lone surrogate, which no file in UTF-8 can hold, so that plain patterns split a
value without seeing it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

_SHIFT = 0xDC00
_DASHES = {"—": "\udd00", "–": "\udd01"}
_HIDDEN = _DASHES | {chr(code): chr(_SHIFT + code) for code in range(0x20, 0x100)}
_HIDE = str.maketrans(_HIDDEN)
_SHOW = str.maketrans({hidden: char for char, hidden in _HIDDEN.items()})

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BULLET = re.compile(r"^[-*] +")

# What people write into a cell that has nothing to say.
NOTHING = frozenset({"", "-", "--", "—", "–", "n/a", "none", "nil"})


def flatten(children: Sequence[Token] | None) -> str:
    """Give the marked text of inline tokens: emphasis is dropped, links keep their target, breaks are line feeds."""
    parts: list[str] = []
    targets: list[tuple[int, str]] = []
    for token in children or ():
        match token.type:
            case "text":
                parts.append(token.content.replace("\t", " "))
            case "text_special" | "code_inline":
                parts.append(token.content.replace("\t", " ").translate(_HIDE))
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append("\n" if _BREAK.fullmatch(token.content) else token.content.translate(_HIDE))
            case "link_open":
                targets.append((len(parts), str(token.attrs.get("href", ""))))
            case "link_close" if targets:
                start, target = targets.pop()
                if show("".join(parts[start:])) != target:
                    parts.append(f" ({target})".translate(_HIDE))
            case "image":
                parts.append(f"{token.content} ({token.attrs.get('src', '')})".translate(_HIDE))
            case "s_open" | "s_close":
                parts.append("~~".translate(_HIDE))
            case _:
                # Emphasis: its text is what counts.
                continue
    return "".join(parts).strip(" ")


def show(marked: str) -> str:
    """Give the text itself."""
    return marked.translate(_SHOW)


def line(marked: str) -> str:
    """Give the text on one line; empty where the document says that there is nothing."""
    return "" if is_nothing(marked) else show(re.sub(r" *\n *", " ", marked).strip(" "))


def prose(marked: str) -> str:
    """Give the text with its line breaks; empty where the document says that there is nothing."""
    return "" if is_nothing(marked) else show(re.sub(r" *\n *", "\n", marked))


def is_nothing(marked: str) -> bool:
    return marked.strip(" ").casefold() in NOTHING


def parts(marked: str) -> list[str]:
    """Split a cell that holds several texts: at line breaks, or where it has none at semicolons."""
    if is_nothing(marked):
        return []
    pieces = marked.split("\n") if "\n" in marked else re.split(r"; +|;$", marked)
    return [text for piece in pieces if (text := show(_BULLET.sub("", piece.strip(" "))))]
