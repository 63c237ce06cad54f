"""Whether bytes behind the last whole block are the beginning of an entry that was never finished."""

from __future__ import annotations

import codecs
import re

from rollout_tui.journal.blocks import EVENT_LINE, chain_lines, seal
from rollout_tui.journal.shapes import STORE_KEYS
from rollout_tui.journal.values import (
    BOOT,
    LINE,
    SIGNATURE,
    TEXT,
    TIME,
    UP_MS,
    NotCanonical,
    read_value,
    unsafe_beyond_ascii,
)

_BEGINNINGS = tuple(
    ["kind", "at", "by", "from", *happened, "sees", *boot]
    for happened in ([], ["happened"])
    for boot in ([], ["boot", "up_ms"])
)

# The values that the lines have with which every event begins, and a signature's.
_ANY_TEXT = re.compile(f'"{TEXT}"')
_ANY_TIME = re.compile(TIME)
_VALUES = {
    "kind": re.compile(r'(?!"run_started")"[a-z][a-z0-9_]{0,63}"'),
    "at": _ANY_TIME,
    "by": _ANY_TEXT,
    "from": _ANY_TEXT,
    "happened": _ANY_TIME,
    "sees": re.compile(r'"sha256:[0-9a-f]{64}"'),
    "boot": re.compile(f'"{BOOT}"'),
    "up_ms": re.compile(UP_MS),
    "signature": re.compile(f'"{SIGNATURE}"'),
}
_SIGNATURE_CUT = re.compile(f'signature = (?:"(?:{SIGNATURE}"?)?)?')

# What a value ends with that lacks nothing but its line feed; a number may always go on.
_CLOSED = ('"', "]", "Z")

# A line that is cut and longer than this is shortened, if it is one that may be so long, before any end is tried.
_LONG = 1000
_SHORT = ("kind = ", "at = ", "happened = ", "sees = ")
_WHOLE_TEXTS = re.compile(rf'([a-z][a-z0-9_]{{0,63}} = \[)(?:"{TEXT}", )++')
_WHOLE_LINES = re.compile(rf'(plan = \[\n)(?:  "{TEXT}",\n)++')
_LAST_TEXT = re.compile(rf'([a-z][a-z0-9_]{{0,63}} = (?:\[(?:"a", )?|\[\n  )?")({TEXT})')

_KEY_LIMIT = 64

# A key that is cut, or that has nothing behind it yet; one that is finished may be `signature`, `seq`, or a field's.
_KEY_CUT = re.compile(
    rf"[a-z][a-z0-9_]{{0,63}}|(?!(?:{'|'.join(STORE_KEYS - {'seq', 'signature'})}) )[a-z][a-z0-9_]{{0,63}} =?"
)

# What is cut within a line becomes a line again with one of these behind it, wherever the cut fell. A text may be cut
# within an escape, which takes up to eight digits more.
_TIME = "0000-00-00T00:00:00.000Z"
_SEES = f'"sha256:{"0" * 64}"'
_ENDS = (
    *("\n", "0\n", "1\n", ".0\n", "+16\n", "16\n"),
    *(word[cut:] + "\n" for word in ("true", "false") for cut in range(1, len(word))),
    *(_TIME[cut:] + "\n" for cut in range(len(_TIME))),
    *(_SEES[cut:] + "\n" for cut in range(len(_SEES))),
    *(rest + end for rest in ("n", *("0" * digits for digits in range(9))) for end in ('"\n', '"]\n', '",\n]\n')),
    *('"00000000"\n', '"a"\n', 'a"\n', "]\n", ' ""]\n', '""]\n', "\n]\n", ",\n]\n", ' "",\n]\n', '"",\n]\n', "[\n]\n"),
)


def is_torn(rest: bytes, *, seq: int, prev: str) -> bool:
    """Tell whether `rest`, behind the block with the hash `prev`, begins event `seq` and stops before its end.

    A power cut may leave zeros where bytes had not reached the disk yet: they are torn too.
    """
    begun = rest.rstrip(b"\0")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(begun)
    except UnicodeDecodeError:
        return False
    if within := decoder.getstate()[0]:
        if within[0] == 0xED and within[1:] >= b"\xa0":
            # The decoder waits for the rest of a surrogate, only to refuse it then.
            return False
        # It ends within a character, which only a text may hold.
        text += "é"
    if EVENT_LINE.startswith(text):
        return True
    if not text.startswith(EVENT_LINE) or unsafe_beyond_ascii().search(text):
        return False
    end = text.find("\nseq = ") + 1
    if end:
        return _are_fields(_names(text[len(EVENT_LINE) : end])) and _ends_as_it_must(begun, text[:end], seq, prev)
    whole, cut = _whole_and_cut(text[len(EVENT_LINE) :])
    return _is_begun(_names(whole), cut)


def _ends_as_it_must(begun: bytes, fields: str, seq: int, prev: str) -> bool:
    whole = seal((fields + chain_lines(seq, prev)).encode())
    return len(begun) < len(whole) and whole.startswith(begun)


def _names(lines: str) -> list[str]:
    """Give the keys of whole lines; what is not a canonical line adds a key that no line has."""
    names = []
    start = 0
    while match := LINE.match(lines, start):
        names.append(match[1] if _is_canonical(match) else "")
        start = match.end()
    return names if start == len(lines) else [*names, ""]


def _is_canonical(line: re.Match[str]) -> bool:
    try:
        read_value(line)
    except NotCanonical:
        return False
    return _suits(line)


def _suits(line: re.Match[str]) -> bool:
    """Tell whether the value is of the kind that its key demands, where it demands one."""
    name, start = line[1], line.end(1) + len(" = ")
    if name in _VALUES:
        return _VALUES[name].fullmatch(line.string, start, line.end() - 1) is not None
    over_lines, is_array = line.string.startswith("[\n", start), line.string.startswith("[", start)
    return over_lines == (name == "plan") or not is_array


def _whole_and_cut(lines: str) -> tuple[str, str]:
    start = 0
    while match := LINE.match(lines, start):
        start = match.end()
    return lines[:start], lines[start:]


def _are_fields(names: list[str]) -> bool:
    """Tell whether whole lines with these keys may be all that stands before `seq`."""
    if names[-1:] == ["signature"]:
        names = names[:-1]
    return any(names[: len(order)] == order and _are_own(names[len(order) :]) for order in _BEGINNINGS)


def _is_begun(names: list[str], cut: str) -> bool:
    """Tell whether whole lines with these keys, and the beginning of one more, go on to be an event's."""
    if cut.endswith(_CLOSED) and (line := LINE.fullmatch(f"{cut}\n")) and not _is_canonical(line):
        return False
    if cut.startswith("signature = "):
        return _are_fields([*names, "signature"]) and _SIGNATURE_CUT.fullmatch(cut) is not None
    cut = _shortened(cut)
    name, equals, _ = cut.partition(" = ")
    if len(cut) > _LONG or (equals and not any((line := LINE.fullmatch(cut + end)) and _suits(line) for end in _ENDS)):
        return False
    if any(names == order[: len(names)] and _goes_on(cut, order[len(names) :]) for order in _BEGINNINGS):
        return True
    if not _are_fields(names):
        return False
    if names[-1] == "signature":
        return "seq = ".startswith(cut)
    if equals:
        return _are_own([name]) and name not in names
    # A key that is cut itself may become any other, "by" becomes "bytes"; if it is not as long as a key may be.
    key, space, _ = cut.partition(" ")
    is_final = space or len(key) == _KEY_LIMIT
    return not cut or (_KEY_CUT.fullmatch(cut) is not None and not (is_final and key in names))


def _shortened(cut: str) -> str:
    """Give a long cut line without the texts in it that are whole, and without what is whole of the last one.

    Only where the cut fell matters, and each end is tried on the line.
    """
    if len(cut) <= _LONG or cut.startswith(_SHORT):
        return cut
    if items := _WHOLE_TEXTS.match(cut):
        cut = f'{items[1]}"a", {cut[items.end() :]}'
    elif lines := _WHOLE_LINES.match(cut):
        cut = lines[1] + cut[lines.end() :]
    last = _LAST_TEXT.match(cut)
    return f"{last[1]}a{cut[last.end() :]}" if last and last[2] else cut


def _goes_on(cut: str, keys: list[str]) -> bool:
    begins = f"{keys[0]} = " if keys else ""
    return bool(keys) and (begins.startswith(cut) or cut.startswith(begins))


def _are_own(names: list[str]) -> bool:
    return "" not in names and STORE_KEYS.isdisjoint(names) and len(set(names)) == len(names)
