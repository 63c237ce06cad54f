"""Events ⇄ the bytes of their blocks, and the hash that chains each block to the one before.

Reading hashes the bytes as they stand and takes the canonical form alone: it never writes a value again to compare.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256

from rollout_tui import EVENT_NAMESPACE as EVENT_NAMESPACE
from rollout_tui import HEADER_NAMESPACE as HEADER_NAMESPACE
from rollout_tui import JOURNAL_FORMAT
from rollout_tui.journal.lines import boot_lines, field_lines, lines_of, read_lines, stamp_lines, to_event
from rollout_tui.journal.shapes import extra_fields, fields_of
from rollout_tui.journal.values import (
    BOOT,
    SIGNATURE,
    TEXT,
    TIME,
    UP_MS,
    NotCanonical,
    Value,
    hides,
    read_text,
    read_time,
)
from rollout_tui.run.events import (
    NO_EXTRAS,
    Entry,
    Event,
    Extras,
    PlanRedlined,
    RunClosed,
    RunStarted,
    Stamp,
    Unknown,
)

FORMAT_LINE = f'format = "{JOURNAL_FORMAT}"\n'.encode()
EVENT_LINE = "\n[[event]]\n"

_SALT = f"{JOURNAL_FORMAT}\n".encode()
_ASCII = bytes(range(128))
_HASH_LINE_SIZE = len(b'hash = "sha256:"\n') + 64

_HEAD = re.compile(
    rf'\n\[\[event\]\]\nkind = "([a-z][a-z0-9_]{{0,63}})"\nat = ({TIME})\nby = "({TEXT})"\nfrom = "({TEXT})"\n'
    rf'(?:happened = ({TIME})\n)?sees = "sha256:([0-9a-f]{{64}})"\n'
    rf'(?:boot = "({BOOT})"\nup_ms = ({UP_MS})\n)?'
)
# The last line before those of the store. No value holds a line feed, so what looks like it is one.
_SIGNATURE = re.compile(rf'(?:^|\n)(signature = "({SIGNATURE})"\n)\Z')

_IS_BOOT = re.compile(BOOT)
_IS_SIGNATURE = re.compile(SIGNATURE)

# Who, where and when stand between what the run is and how it began; the plan, which is long, stands last.
_HEADER_FIRST = ("run", "service", "release")
_HEADER_STAMP = ("at", "by", "from", "happened", "boot", "up_ms")
_HEADER_LAST = ("items", "plan", "plan_sha256")


def encode_header(event: RunStarted, stamp: Stamp, signature: str = "") -> bytes:
    """Give the bytes that a journal begins with; errors as `header_words`."""
    return seal(header_words(event, stamp) + signature_line(signature).encode())


def header_words(event: RunStarted, stamp: Stamp) -> bytes:
    """Give what the author of a start says; RolloutError where a text or the plan is too large."""
    lines = dict(field_lines(event))
    first = [lines.pop(name) for name in _HEADER_FIRST]
    last = [lines.pop(name) for name in _HEADER_LAST]
    who = stamp_lines(stamp) + boot_lines(stamp)
    return FORMAT_LINE + "".join([*first, who, *lines.values(), *last]).encode()


def encode_words(event: Event, stamp: Stamp, sees: str, extras: Extras = NO_EXTRAS) -> bytes:
    """Give what the author of an event says: its block before the lines that place it; errors as `header_words`."""
    if isinstance(event, Unknown | RunStarted):
        raise TypeError(f"{event.kind} is not an event to append")
    lines = [
        EVENT_LINE,
        f'kind = "{event.kind}"\n',
        stamp_lines(stamp),
        f'sees = "sha256:{sees}"\n',
        boot_lines(stamp),
        *(line for _, line in field_lines(event)),
    ]
    if extras is not NO_EXTRAS:
        lines += [line for _, line in lines_of(extra_fields(), extras)]
    return "".join(lines).encode()


def place_words(words: bytes, seq: int, prev: str, signature: str = "") -> bytes:
    """Give the block of event number `seq`, which its author wrote, behind the block whose hash is `prev`."""
    return seal(words + (signature_line(signature) + chain_lines(seq, prev)).encode())


def decode(block: bytes, *, seq: int, prev: str) -> Entry:
    """Give the entry of the block that should be number `seq` behind `prev`; NotCanonical where it is not."""
    before = block[:-_HASH_LINE_SIZE]
    digest = sha256(_SALT + before).hexdigest()
    if not block.endswith(b'hash = "sha256:' + digest.encode() + b'"\n'):
        raise NotCanonical("does not have the hash of its bytes: it was altered or cut")
    try:
        text = before.decode()
    except UnicodeDecodeError:
        raise NotCanonical("is not UTF-8") from None
    if not before.isascii() and hides(before.translate(None, _ASCII).decode()):
        raise NotCanonical("holds a hidden or control character that is not escaped")
    entry = _decode_event(text, digest, seq, prev) if seq else _decode_header(text, digest)
    if not entry.signature:
        return entry
    behind = signature_line(entry.signature) + (chain_lines(seq, prev) if seq else "")
    return replace(entry, words=before[: -len(behind)])


def end_of_block(data: bytes, start: int) -> int:
    """Give where the block that begins at `start` ends: behind its hash line, or where the data ends."""
    # No value holds a line feed, so what looks like a hash line is one.
    mark = data.find(b'\nhash = "sha256:', start)
    return len(data) if mark < 0 else mark + 1 + _HASH_LINE_SIZE


def has_hash(block: bytes, digest: str) -> bool:
    """Tell whether these are still the bytes of the block with this hash."""
    return seal(block[:-_HASH_LINE_SIZE]) == block and block.endswith(b'%b"\n' % digest.encode())


def seal(before: bytes) -> bytes:
    """Give a block with its last line: the hash over the bytes before it."""
    return before + b'hash = "sha256:%b"\n' % sha256(_SALT + before).hexdigest().encode()


def chain_lines(seq: int, prev: str) -> str:
    """Give the lines that place event number `seq` behind the block whose hash is `prev`."""
    return f'seq = {seq}\nprev = "sha256:{prev}"\n'


def signature_line(signature: str) -> str:
    """Give the line of an author's signature; nothing where there is none."""
    return f'signature = "{signature}"\n' if signature else ""


def _decode_event(text: str, digest: str, seq: int, prev: str) -> Entry:
    chain = chain_lines(seq, prev)
    if not text.endswith(chain):
        raise NotCanonical("does not follow the block before it: one is missing, doubled or moved")
    head = _HEAD.match(text)
    if head is None:
        raise NotCanonical("does not begin as an event does")
    kind, at, by, origin, happened, sees, boot, up_ms = head.groups()
    stamp = Stamp(
        read_time(at),
        read_text(by),
        read_text(origin),
        read_time(happened) if happened else None,
        boot or "",
        int(up_ms) if boot else 0,
    )
    fields, signature = text[head.end() : len(text) - len(chain)], ""
    if "signature = " in fields and (signed := _SIGNATURE.search(fields)):
        fields, signature = fields[: signed.start(1)], signed[2]
    event, extras = (_remembered if len(fields) < _SHORT else _read_event)(kind, fields)
    if isinstance(event, _CHECKED):
        _check(event, seq)
    return Entry(seq, stamp, event, digest, sees, extras, signature)


def _read_event(kind: str, lines: str) -> tuple[Event, Extras]:
    if kind == RunStarted.kind:
        raise NotCanonical("starts a run within a run")
    values: dict[str, Value] = {}
    read_lines(values, lines, 0, len(lines))
    return to_event(kind, values)


# The same items are signed and the same values measured again and again: what is short and was read is not read anew.
_SHORT = 500
_remembered = lru_cache(4096)(_read_event)


def _decode_header(text: str, digest: str) -> Entry:
    values: dict[str, Value] = {}
    read_lines(values, text, len(FORMAT_LINE), len(text))
    known, order = fields_of(RunStarted.kind), _header_order()
    found = [name for name in values if name in order]
    if found != [name for name in order if name in values]:
        raise NotCanonical("has its lines out of order")
    stamp, signature = _read_stamp(values), _read_signature(values)
    if values.keys() <= known.keys():
        values = {name: values[name] for name in known if name in values}
    event, _ = to_event(RunStarted.kind, values)
    if isinstance(event, RunStarted):
        _check_plan(event.plan, event.plan_sha256)
    return Entry(0, stamp, event, digest, signature=signature)


_CHECKED = (RunClosed, PlanRedlined)


def _check(event: RunClosed | PlanRedlined, seq: int) -> None:
    if isinstance(event, PlanRedlined):
        _check_plan(event.plan, event.plan_sha256)
    elif event.events != seq:
        raise NotCanonical(f"closes the run with {event.events} events, and is number {seq}")


@cache
def _header_order() -> tuple[str, ...]:
    middle = [name for name in fields_of(RunStarted.kind) if name not in _HEADER_FIRST + _HEADER_LAST]
    return (*_HEADER_FIRST, *_HEADER_STAMP, *middle, *_HEADER_LAST, "signature")


def _check_plan(lines: tuple[str, ...], digest: str) -> None:
    plan = "\n".join(lines)
    if plan.count("\n") != len(lines) - 1:
        raise NotCanonical("does not split its plan at each line feed")
    if sha256(plan.encode()).hexdigest() != digest:
        raise NotCanonical("holds another plan than its plan_sha256 says")


def _read_stamp(values: dict[str, Value]) -> Stamp:
    match [values.pop(name, None) for name in _HEADER_STAMP]:
        case [datetime() as at, str(by), str(origin), (datetime() | None) as happened, None, None]:
            return Stamp(at, by, origin, happened)
        case [datetime() as at, str(by), str(origin), (datetime() | None) as happened, str(boot), int(up_ms)] if (
            _IS_BOOT.fullmatch(boot) and type(up_ms) is int and up_ms >= 0
        ):
            return Stamp(at, by, origin, happened, boot, up_ms)
        case _:
            raise NotCanonical("does not say who acted and when")


def _read_signature(values: dict[str, Value]) -> str:
    if "signature" not in values:
        return ""
    is_last = next(reversed(values)) == "signature"
    signature = values.pop("signature")
    if not is_last or not isinstance(signature, str) or not _IS_SIGNATURE.fullmatch(signature):
        raise NotCanonical("has a signature that is none, or not at its end")
    return signature
