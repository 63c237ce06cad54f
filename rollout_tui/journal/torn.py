"""Whether bytes behind the last whole block are the beginning of an entry that was never finished."""

from __future__ import annotations

import codecs

from rollout_tui.journal.blocks import EVENT_LINE, chain_lines, seal
from rollout_tui.journal.shapes import STORE_KEYS
from rollout_tui.journal.values import LINE, unsafe_beyond_ascii

_ORDERS = (["kind", "at", "by", "from", "sees"], ["kind", "at", "by", "from", "happened", "sees"])

# What is cut within a line becomes a line again with one of these behind it, wherever the cut fell. A text may be cut
# within an escape, which takes up to eight digits more.
_TIME = "0000-00-00T00:00:00.000Z"
_ENDS = (
    *("\n", "0\n", "1\n", " 0\n", "= 0\n", " = 0\n", "+16\n", "16\n"),
    *(word[cut:] + "\n" for word in ("true", "false") for cut in range(1, len(word))),
    *(_TIME[cut:] + "\n" for cut in range(1, len(_TIME))),
    *(rest + end for rest in ("n", *("0" * digits for digits in range(9))) for end in ('"\n', '"]\n', '",\n]\n')),
    *("]\n", ' ""]\n', '""]\n', "\n]\n", ",\n]\n", ' "",\n]\n', '"",\n]\n'),
)


def is_torn(rest: bytes, *, seq: int, prev: str) -> bool:
    """Tell whether `rest`, behind the block with the hash `prev`, begins event `seq` and stops before its end.

    A power cut may leave zeros where bytes had not reached the disk yet: they are torn too.
    """
    begun = rest.rstrip(b"\0")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(begun)
    except UnicodeDecodeError:
        return False
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
    """Give the keys of whole lines; what is not a line adds a key that no line has."""
    names = []
    start = 0
    while match := LINE.match(lines, start):
        names.append(match[1])
        start = match.end()
    return names if start == len(lines) else [*names, ""]


def _whole_and_cut(lines: str) -> tuple[str, str]:
    start = 0
    while match := LINE.match(lines, start):
        start = match.end()
    return lines[:start], lines[start:]


def _are_fields(names: list[str]) -> bool:
    """Tell whether whole lines with these keys are all that stands before `seq`."""
    return any(names[: len(order)] == order and _are_own(names[len(order) :]) for order in _ORDERS)


def _is_begun(names: list[str], cut: str) -> bool:
    """Tell whether whole lines with these keys, and the beginning of one more, go on to be an event's."""
    if cut and not any(LINE.fullmatch(cut + end) for end in _ENDS):
        return False
    for order in _ORDERS:
        if names == order[: len(names)] and len(names) < len(order):
            key = f"{order[len(names)]} = "
            if key.startswith(cut) or cut.startswith(key):
                return True
    key, space, _ = cut.partition(" ")
    # A key that is cut itself may become any other: "by" becomes "bytes".
    return _are_fields(names) and (not space or key == "seq" or _are_own([key]))


def _are_own(names: list[str]) -> bool:
    return "" not in names and STORE_KEYS.isdisjoint(names)
