"""Single values as a journal spells them: one canonical line each, and the one pattern that reads them back.

Writing refuses what could not be read back; reading takes the canonical spelling alone, which is a part of TOML.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache

from rollout_tui.errors import RolloutError
from rollout_tui.text import safe

TEXT_LIMIT = 64 * 1024
"""The longest text in bytes of UTF-8."""

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_FROM_SHORT = {spelling: char for char, spelling in _SHORT.items()}

# What acts on a terminal or hides in it, as ranges that stay what they are in every later version of Unicode:
# two Python versions must agree on what is canonical, so this can't be asked of `unicodedata`.
_BEYOND_ASCII = (
    "\x80-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f\U000f0000-\U0010ffff"
)

# Patterns that few journals need are compiled by the first text that does.
_ESCAPE = r"\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|.)"
PLAIN = r'[^"\\\x00-\x1f\x7f]*+'
TEXT = rf'{PLAIN}(?:\\(?:["\\nrt]|u[0-9a-f]{{4}}|U[0-9a-f]{{8}}){PLAIN})*+'
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
BOOT = "[0-9a-f]{8}"
UP_MS = "0|[1-9][0-9]{0,17}"
SIGNATURE = "[A-Za-z0-9+/]++={0,2}"
_INTEGER = r"0|-?[1-9][0-9]{0,17}"
_FLOAT = r"-?(?:(?:0|[1-9][0-9]{0,15})\.[0-9]{1,20}|[1-9](?:\.[0-9]{1,16})?e[+-][0-9]{2,3})"

LINE = re.compile(
    r"([a-z][a-z0-9_]{0,63}) = (?:"
    rf'"({PLAIN})"|"({TEXT})"|(true|false)|({_INTEGER})|({TIME})|({_FLOAT})'
    rf'|(\[(?:"{TEXT}"(?:, "{TEXT}")*+)?\])|\[\n((?:  "{TEXT}",\n)*+)\]'
    r")\n"
)
"""One key with its value: groups are the name, then plain text, escaped text, boolean, integer, time, float, array of
texts on one line, array of one text a line."""

_ITEM = f'"({TEXT})"'
_BEYOND_QUOTES = re.compile(r'\\[^"]')

Value = str | bool | int | float | datetime | tuple[str, ...]


class NotCanonical(Exception):
    """Bytes that no journal holds; the message says why, as the end of "event 7 …"."""


@cache
def unsafe_beyond_ascii() -> re.Pattern[str]:
    """Give what finds a character beyond ASCII that is always escaped; made when the first text needs it (1 ms)."""
    return re.compile(f"[{_BEYOND_ASCII}]")


def hides(text: str) -> bool:
    """Tell whether a text beyond ASCII holds a character that is always escaped."""
    # None of those is printable in any version of Unicode, and nearly all texts are.
    return not text.isprintable() and unsafe_beyond_ascii().search(text) is not None


def is_unsafe(char: str) -> bool:
    """Tell whether a character is escaped in every journal, whatever Unicode its writer knew."""
    return char < " " or char == "\x7f" or unsafe_beyond_ascii().match(char) is not None


def spell(value: object) -> str:
    """Give the canonical spelling of a value on one line; RolloutError where it can't be written."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return spell_text(value)
        case int():
            return spell_integer(value)
        case float():
            return spell_float(value)
        case datetime():
            return spell_time(value)
        case tuple():
            return f"[{', '.join(map(spell_text, value))}]"
        case _:
            raise TypeError(f"a journal holds no {type(value).__name__}")


def spell_text(text: str) -> str:
    """Give a text in quotes, everything that could act on a terminal escaped; RolloutError if too long or not text."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise RolloutError(
            f'The text "{safe(text, limit=40)}" holds half a character at {error.start + 1} and is not recorded',
            "It came from input that is not UTF-8: type it again.",
        ) from None
    if size > TEXT_LIMIT:
        raise RolloutError(
            f'The text "{safe(text, limit=40)}" has {size:,} bytes; a journal takes {TEXT_LIMIT:,}',
            "Shorten it, or attach it as evidence (--evidence FILE).",
        )
    if not text.isprintable() or '"' in text or "\\" in text:
        text = "".join(map(_spell_char, text))
    return f'"{text}"'


def spell_lines(texts: tuple[str, ...]) -> str:
    """Give an array with one text a line."""
    return "".join(["[\n", *(f"  {spell_text(text)},\n" for text in texts), "]"])


def spell_integer(number: int) -> str:
    if abs(number) >= 10**18:
        raise RolloutError(f"The number {number:.6g} is too large for a journal", "It takes at most 18 digits.")
    return str(int(number))


def spell_float(number: float) -> str:
    if not math.isfinite(number):
        raise RolloutError(f"{number} is not a number that can be recorded", "Give a finite number.")
    return repr(float(number))


def spell_time(time: datetime) -> str:
    """Give a time in UTC with milliseconds, cut and not rounded; ValueError for a time without an offset."""
    if time.tzinfo is None:
        raise ValueError("a time without an offset can't be recorded")
    return time.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def read_value(match: re.Match[str]) -> Value:
    """Give the value that `LINE` matched; NotCanonical where the spelling is not the one that writing gives."""
    match match.lastindex:
        case 2 | 3:
            return read_text(match[match.lastindex])
        case 4:
            return match[4] == "true"
        case 5:
            return int(match[5])
        case 6:
            return read_time(match[6])
        case 7:
            return _read_float(match[7])
        case 8 | 9:
            if (match.lastindex == 9) != (match[1] == "plan"):
                raise NotCanonical(f"spells the texts of {match[1]} in the form of another key")
            return _read_lines(match[9]) if match.lastindex == 9 else _read_texts(match[8])
        case _:
            raise AssertionError("LINE has no such group")


def read_text(spelling: str) -> str:
    """Give the text that stands between the quotes."""
    if "\\" not in spelling:
        return spelling
    if "\\u" in spelling or "\\U" in spelling or "\\\\" in spelling:
        return re.sub(_ESCAPE, _read_escape, spelling)
    # Most are quotes and line feeds, as in every plan; and these can't be mistaken where no backslash is escaped.
    return spelling.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")


def read_time(spelling: str) -> datetime:
    try:
        return datetime.fromisoformat(spelling)
    except ValueError:
        raise NotCanonical(f"holds {spelling}, which is no time") from None


def _read_texts(spelling: str) -> tuple[str, ...]:
    if "\\" not in spelling:
        # No text holds a quote, then.
        return tuple(spelling[2:-2].split('", "')) if len(spelling) > 2 else ()
    return tuple(map(read_text, re.findall(_ITEM, spelling)))


def _read_lines(spelling: str) -> tuple[str, ...]:
    if not spelling or _BEYOND_QUOTES.search(spelling):
        return tuple(map(read_text, re.findall(_ITEM, spelling)))
    # Line feeds stand between the texts alone, so that all can be read as one: a plan has hundreds.
    return tuple(spelling[3:-3].replace('",\n  "', "\n").replace('\\"', '"').split("\n"))


def _read_float(spelling: str) -> float:
    number = float(spelling)
    if repr(number) != spelling:
        raise NotCanonical(f"spells the number {number!r} as {spelling}")
    return number


def _read_escape(match: re.Match[str]) -> str:
    spelling = match[0]
    if short := _FROM_SHORT.get(spelling):
        return short
    code = int(spelling[2:], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise NotCanonical(f"holds {spelling}, which is no character")
    char = chr(code)
    if char in _SHORT or _escape(char) != spelling or not _may_be_escaped(char):
        raise NotCanonical(f"spells a character as {spelling}")
    return char


def _may_be_escaped(char: str) -> bool:
    # A writer escapes what its own version of Unicode does not know yet. Which characters those are differs, but what
    # Unicode 3.2 had, all know.
    return is_unsafe(char) or unicodedata.ucd_3_2_0.category(char) == "Cn"


def _spell_char(char: str) -> str:
    if short := _SHORT.get(char):
        return short
    return char if safe(char) == char and not is_unsafe(char) else _escape(char)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
