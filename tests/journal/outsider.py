"""Verify a journal by the letter of its specification.

This was written from FORMAT.md ("The journal's format, version 1") alone, by somebody who had not seen any code of the
project, with nothing but the standard library. It shares no code with the project on purpose: where the two disagree,
one of them or the document is wrong.

It reads one journal and the evidence kept beside it, and says whole, open, torn, altered, damaged or not-a-journal.
Heads noted elsewhere, the rules of a run and whose key is whose are not its business. Of signatures it reads what can
be seen without cryptography: that they are signatures, for this purpose, and not of words that were signed before.
"""

import base64
import codecs
import hashlib
import json
import os
import re
import stat
import struct
import sys
import time
import unicodedata
from datetime import datetime
from typing import Any, NamedTuple

FIRST_LINE = b'format = "rollout-journal/1"\n'
DOMAIN = b"rollout-journal/1\n"
LARGEST = 67_108_864
EVENT = "\n[[event]]\n"
MARK = b'\nhash = "sha256:'
HASH_LINE = 81
SIGNATURE = re.compile(rb'\nsignature = "([^"\n]+)"\n(?=seq = |hash = )')
NAMESPACES = {0: b"rollout-header/1@rollout"}
EVENT_NAMESPACE = b"rollout-event/1@rollout"
MOMENT = 0.05

OPENING = ["kind", "at", "by", "from", "happened", "sees", "boot", "up_ms"]
RESERVED = {"format", *OPENING, "signature", "seq", "prev", "hash"}
DEMANDED = {
    "kind": "text",
    "at": "time",
    "by": "text",
    "from": "text",
    "happened": "time",
    "sees": "text",
    "boot": "text",
    "up_ms": "integer",
    "signature": "text",
}

# "key:type", in the order of the tables; "?" where there is a default: the type's empty value, but 1 for `rules`.
HEADER = (
    "run:text service:text release:text at:time by:text from:text happened:time? boot:text? up_ms:integer? "
    "rehearsal:boolean? emergency:boolean? overrides:texts? reason:text? after:text? after_head:text? in_place:texts? "
    "plan_file:text? previous:text? previous_head:text? principals:texts? rules:integer? "
    "items:texts plan:texts plan_sha256:text signature:text?"
)
ANY_KIND = " evidence:text? evidence_name:text? evidence_size:integer? meaning:text? late:boolean? relayed_for:text?"
MEANINGS = {"performed", "reviewed", "approved"}
KINDS = {
    "item_signed": "item:text note:text?",
    "item_failed": "item:text reason:text",
    "item_revoked": "item:text was:text reason:text",
    "item_waived": "item:text reason:text",
    "item_deferred": "item:text to:text reason:text",
    "note_added": "text:text item:text? after_close:boolean?",
    "metric_measured": "metric:text value:number stage:text note:text?",
    "metric_unread": "metric:text stage:text reason:text",
    "trigger_fired": "trigger:text reason:text",
    "trigger_cleared": "trigger:text reason:text",
    "phase_started": "stage:text overrides:texts? reason:text?",
    "soak_extended": "stage:text seconds:integer reason:text",
    "gate_promoted": "stage:text overrides:texts? reason:text? note:text?",
    "phase_reduced": "stage:text to:text reason:text",
    "gate_held": "reason:text",
    "gate_released": "reason:text",
    "clock_confirmed": "seconds:number reason:text",
    "plan_redlined": "changes:texts reason:text items:texts plan:texts plan_sha256:text voided:texts? plan_file:text? "
    "principals:texts?",
    "handover_offered": "to:text? note:text?",
    "handed_over": "before:text open:texts? reason:text?",
    "rollback_started": "scenario:text reason:text",
    "rollback_step_signed": "item:text note:text?",
    "rollback_finished": "outcome:text took_seconds:integer target_seconds:integer unsigned:texts? reason:text?",
    "run_closed": "outcome:text events:integer note:text left:texts? "
    "follow_up_owner:text? follow_up_date:text? follow_up_ticket:text?",
    "head_anchored": "head:text how:text authority:text time:text",
    "recovered": "bytes:integer sha256:text file:text",
}
OUTCOMES = {"completed", "rolled-back", "aborted"}  # of run_closed; those of rollback_finished change no verdict
EMPTY = {"text": "", "integer": 0, "boolean": False, "texts": []}

# The characters that are always escaped, `"` and `\` aside, as the inside of a class of a regular expression.
HIDDEN = re.sub(
    "[0-9A-F]+",
    lambda code: rf"\U{int(code[0], 16):08x}",
    "0-1F,7F-9F,AD,600-605,61C,6DD,70F,890-891,8E2,180E,200B-200F,2028-202E,2060-206F,E000-F8FF,FEFF,FFF9-FFFB,"
    "110BD,110CD,13430-1343F,1BCA0-1BCA3,1D173-1D17A,E0000-E007F,F0000-10FFFF",
).replace(",", "")
ESCAPE = r'\\(?:["\\ntr]|u[0-9a-f]{4}|U[0-9a-f]{8})'
CHARACTERS = rf'(?:[^"\\{HIDDEN}]++|{ESCAPE})*+'
TEXT = f'"{CHARACTERS}"'
CUT_TEXT = rf'"{CHARACTERS}(?:\\(?:u[0-9a-f]{{0,3}}|U[0-9a-f]{{0,7}})?)?'

IS_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
IS_DIGEST = re.compile(r"[0-9a-f]{64}")
IS_HASH = re.compile(r"sha256:[0-9a-f]{64}")
IS_BOOT = re.compile(r"[0-9a-f]{8}")
IS_SIGNATURE = re.compile(r"[A-Za-z0-9+/]+={0,2}")
IS_HIDDEN = re.compile(f"[{HIDDEN}]")
IS_TEXT = re.compile(TEXT)
IS_TEXTS = re.compile(rf"\[(?:{TEXT}(?:, {TEXT})*+)?\]")
IS_PLAN = re.compile(rf"\[\n(?:  {TEXT},\n)*+\]")
IS_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")
IS_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")

# The beginnings of values, and for patterns of one length a model from which the missing end is taken.
CUT = {
    "key": re.compile(r'"(?:[a-z][a-z0-9_]{0,63})?'),
    "hash": re.compile(f'"{IS_HASH.pattern}"'),
    "text": re.compile(CUT_TEXT),
    "texts": re.compile(rf"\[(?:{TEXT}, )*+(?:{TEXT},?|{CUT_TEXT})?"),
    "plan": re.compile(rf"\[(?:\n(?:  {TEXT},\n)*+(?: {{0,2}}|  (?:{TEXT},?|{CUT_TEXT})))?"),
    "time": IS_TIME,
    "number": re.compile(
        r"-?(?:0|[1-9][0-9]{0,17})?|-?(?:0|[1-9][0-9]{0,15})\.[0-9]*|-?[1-9](?:\.[0-9]+)?e(?:[+-][0-9]{0,3})?"
    ),
    "boot": re.compile(f'"{IS_BOOT.pattern}"'),
    "count": re.compile(r"0|[1-9][0-9]{0,17}"),
    "signature": re.compile(r'"(?:[A-Za-z0-9+/]+={0,2})?'),
    "boolean": re.compile(r"t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?"),
}
MODELS = {"time": "2000-01-01T00:00:00.000Z", "hash": '"sha256:' + "0" * 64 + '"', "boot": '"00000000"'}


class Value(NamedTuple):
    type: str
    value: Any


Lines = dict[str, Value]


class Damage(Exception):
    """These bytes are not what the document allows at this place."""


def demand(condition: object, what: str) -> None:
    if not condition:
        raise Damage(what)


def main() -> None:
    for path in sys.argv[1:]:
        print(json.dumps({"path": path, **verdict(path)}))


def verdict(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What the journal is, how many of its events verify, and where the damage or the incomplete entry begins."""
    folder = os.fspath(path).removesuffix(".toml") + ".evidence"
    found = judge(read(path), folder)
    if found["verdict"] != "damaged" and found["damaged_byte"] is not None:
        # An incomplete entry, or a write is under way: look again after a moment.
        time.sleep(MOMENT)
        found = judge(read(path), folder)
    return found


def read(path: str | os.PathLike[str]) -> bytes | None:
    """The bytes of a regular file that is not too large; None for anything else."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return None
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    return data if len(data) <= LARGEST else None


def judge(data: bytes | None, folder: str) -> dict[str, Any]:
    """The verdict on a journal of these bytes whose evidence is kept in this folder."""
    if not data or not (data.startswith(FIRST_LINE) or FIRST_LINE.startswith(data)):
        return {"verdict": "not-a-journal", "events": 0, "damaged_byte": None}
    number, end, closed, rest = 0, 0, False, ""
    heads: list[str] = []
    evidence: list[tuple[str, int]] = []
    signed: list[bytes] = []
    anchored: list[tuple[str, str]] = []
    all_signed = True
    while end < len(data) and not rest:
        start = end
        try:
            end, head, said = verify_block(data, end, number, heads)
        except Damage:
            rest = "torn" if number > 0 and is_torn(data[end:], number, heads[-1]) else "damaged"
        else:
            heads.append(head)
            if signature := SIGNATURE.search(data, start, end):
                words = data[start : signature.start() + 1]
                all_signed &= (
                    is_signature(signature[1], NAMESPACES.get(number, EVENT_NAMESPACE)) and words not in signed
                )
                signed.append(words)
            number += 1
            closed = closed or ("kind" in said and said["kind"].value == "run_closed")
            if "kind" in said and said["kind"].value == "head_anchored":
                place, _, digest = said["head"].value.partition(":")
                all_signed &= f"{place}:sha256:{digest}" in {f"{each}:{own}" for each, own in enumerate(heads[:-1])}
                anchored.append((said["evidence"].value if "evidence" in said else "", digest))
            if "evidence" in said:
                evidence.append((said["evidence"].value, said["evidence_size"].value if "evidence_size" in said else 0))
    are_kept = all(is_kept(folder, digest, size) for digest, size in evidence)
    if rest != "damaged" and not (all_signed and are_kept and all(is_about(folder, *each) for each in anchored)):
        name = "altered"
    else:
        name = rest or ("whole" if closed else "open")
    return {"verdict": name, "events": max(number - 1, 0), "damaged_byte": end if rest else None}


def is_signature(text: bytes, namespace: bytes) -> bool:
    """Whether this is a signature of OpenSSH for that purpose, by an algorithm that counts, in Base64."""
    try:
        blob = base64.b64decode(text, validate=True)
        demand(base64.b64encode(blob) == text, "bits behind the last byte")
        demand(blob[:10] == b"SSHSIG\0\0\0\1", "no signature of version 1")
        (key, purpose, _, hashed, made), rest = strings(blob[10:], 5)
        (kind,), _ = strings(key, 1)
        (algorithm, _), told = strings(made, 2)
    except (ValueError, struct.error, Damage):
        return False
    own = (
        b"rsa-sha2-(256|512)" if kind.startswith(b"ssh-rsa") else re.escape(kind.replace(b"-cert-v01@openssh.com", b""))
    )
    is_fido = algorithm.startswith(b"sk-")
    return (
        (purpose, rest, len(told)) == (namespace, b"", 5 if is_fido else 0)
        and hashed in {b"sha256", b"sha512"}
        and bool(re.fullmatch(own + b"(@openssh.com)?", algorithm))
    )


def strings(data: bytes, count: int) -> tuple[list[bytes], bytes]:
    """So many strings of the SSH protocol, each behind its length in four bytes, and what stands behind them."""
    found = []
    for _ in range(count):
        (size,) = struct.unpack(">I", data[:4])
        demand(len(data) >= 4 + size, "cut short")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found, data


def is_about(folder: str, evidence: str, head: str) -> bool:
    """Whether an authority's answer has this head as its imprint, as far as that is told without reading DER."""
    if not evidence:
        return True
    with open(os.path.join(folder, evidence), "rb") as file:
        return b"\x04\x20" + bytes.fromhex(head) in file.read()


def is_kept(folder: str, digest: str, size: int) -> bool:
    """Whether the file of that hash is in the folder, as it was: neither missing nor altered."""
    if not IS_DIGEST.fullmatch(digest):
        return False
    path = os.path.join(folder, digest)
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISREG(status.st_mode) or status.st_size != size:
        return False
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def verify_block(data: bytes, start: int, number: int, heads: list[str]) -> tuple[int, str, Lines]:
    """The end and the hash of the block that begins at `start`, and what it says as an event."""
    mark = data.find(MARK, start)
    demand(mark >= 0, "no end")
    body = data[start : mark + 1]
    own = hash_of(body)
    end = start + len(body) + HASH_LINE
    demand(data[end - HASH_LINE : end] == f'hash = "{own}"\n'.encode(), "another hash")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("not UTF-8") from None
    if number == 0:
        check_header(whole_lines(text))
        return end, own, {}
    demand(text.startswith(EVENT), "no event")
    return end, own, check_event(whole_lines(text[len(EVENT) :]), number, heads)


def hash_of(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(DOMAIN + body).hexdigest()


def check_header(lines: Lines) -> None:
    lines = dict(lines)
    del lines["format"]  # the file begins with it
    table = types_of(HEADER)
    demand(not (RESERVED & lines.keys()) - table.keys(), "reserved key")
    demand(("boot" in lines) == ("up_ms" in lines), "boot or up_ms alone")
    demand("signature" not in lines or list(lines)[-1] == "signature", "signature not at the end")
    for key in lines.keys() & {"boot", "up_ms", "signature"}:
        check_common(key, lines[key])
    if lines.keys() - table.keys():  # of a later version
        demand(in_order(lines, table), "order")
        for key in ("at", "by", "from", *lines.keys() & {"happened"}):
            demand(key in lines and lines[key].type == DEMANDED[key], f"no {key}")
        return
    check_fields(lines, HEADER)
    check_plan(lines)


def check_plan(lines: Lines) -> None:
    plan = lines["plan"].value
    demand(plan and not any("\n" in line for line in plan), "not split at each line feed")
    digest = hashlib.sha256("\n".join(plan).encode()).hexdigest()
    demand(lines["plan_sha256"].value == digest, "another plan")


def check_event(lines: Lines, number: int, heads: list[str]) -> Lines:
    """What this event says: its lines, or nothing if it is unknown."""
    keys = list(lines)
    opening = check_opening(lines)
    demand(len(keys) >= len(opening) + 2 and keys[-2:] == ["seq", "prev"], "no seq and prev")
    demand(lines["seq"] == Value("integer", number), "another seq")
    demand(lines["prev"] == Value("text", heads[-1]), "another prev")
    demand(lines["sees"].value in heads, "sees no head of this journal")
    signed = keys[-3:-2] == ["signature"]
    if signed:
        check_common("signature", lines["signature"])
    fields = {key: lines[key] for key in keys[len(opening) : -3 if signed else -2]}
    demand(not RESERVED & fields.keys(), "reserved key")
    kind = lines["kind"].value
    if kind not in KINDS or fields.keys() - types_of(KINDS[kind] + ANY_KIND).keys():
        return {}
    check_fields(fields, KINDS[kind] + ANY_KIND)
    if "meaning" in fields and fields["meaning"].value not in MEANINGS:
        return {}
    if kind == "head_anchored" and fields["how"].value != "rfc3161":
        return {}
    if kind == "run_closed":
        if fields["outcome"].value not in OUTCOMES:
            return {}
        demand(fields["events"].value == number, "counts wrongly")
    if kind == "plan_redlined":
        check_plan(fields)
    return lines


def check_opening(lines: Lines) -> list[str]:
    """The keys that an event with these lines begins with, even if not all of them are there yet."""
    keys = list(lines)
    opening = [key for key in OPENING if key != "happened" or keys[4:5] == ["happened"]]
    place = opening.index("boot")
    if keys[place : place + 1] != ["boot"]:
        opening = opening[:place]
    demand(keys[: len(opening)] == opening[: len(keys)], "order of the common lines")
    for key in keys[: len(opening)]:
        check_common(key, lines[key])
    return opening


def check_common(key: str, value: Value) -> None:
    demand(value.type == DEMANDED[key], f"type of {key}")
    demand(key != "kind" or (IS_KEY.fullmatch(value.value) and value.value != "run_started"), "no kind")
    demand(key != "sees" or IS_HASH.fullmatch(value.value), "no hash")
    demand(key != "boot" or IS_BOOT.fullmatch(value.value), "no boot")
    demand(key != "up_ms" or value.value >= 0, "before the boot")
    demand(key != "signature" or IS_SIGNATURE.fullmatch(value.value), "no signature")


def types_of(table: str) -> dict[str, str]:
    return dict(field.split(":") for field in table.split())


def in_order(lines: Lines, table: dict[str, str]) -> bool:
    return [key for key in lines if key in table] == [key for key in table if key in lines]


def check_fields(lines: Lines, fields: str) -> None:
    """Order, presence, types and defaults of lines all of whose keys are in the table."""
    table = types_of(fields)
    demand(in_order(lines, table), "order")
    for key, type_ in table.items():
        optional, type_ = type_.endswith("?"), type_.rstrip("?")
        demand(optional or key in lines, f"{key} is missing")
        if key in lines:
            demand(lines[key].type == type_, f"type of {key}")
            default = 1 if key == "rules" else EMPTY.get(type_)
            demand(not optional or lines[key].value != default, f"{key} has its default")


def whole_lines(text: str) -> Lines:
    lines, cut = read_lines(text)
    demand(not cut, "a line without an end")
    return lines


def read_lines(text: str) -> tuple[Lines, str]:
    """The whole lines of a block, `plan` with all its texts being one, and what stands behind the last of them."""
    lines: Lines = {}
    start = 0
    while True:
        last = "\n]\n" if text.startswith("plan = [\n", start) else "\n"
        found = text.find(last, start)
        if found < 0:
            return lines, text[start:]
        end = found + len(last) - 1
        key, equals, value = text[start:end].partition(" = ")
        demand(equals and IS_KEY.fullmatch(key), "no key")
        demand(key not in lines, "key twice")
        lines[key] = read_value(key, value)
        start = end + 1


def read_value(key: str, value: str) -> Value:
    """The value that is spelled so, which has to be its canonical spelling."""
    if value in ("true", "false"):
        return Value("boolean", value == "true")
    if IS_TEXT.fullmatch(value):
        return Value("text", unescape(value))
    if (IS_PLAN if key == "plan" else IS_TEXTS).fullmatch(value):
        return Value("texts", [unescape(text) for text in IS_TEXT.findall(value)])
    if IS_INTEGER.fullmatch(value):
        return Value("integer", int(value))
    try:
        if IS_TIME.fullmatch(value):
            demand(value[11:13] < "24", "hour")  # a later Python takes 24:00
            return Value("time", datetime.fromisoformat(value))
        demand(repr(float(value)) == value and value.lstrip("-") not in ("inf", "nan"), "not the shortest number")
    except ValueError:
        raise Damage("no value") from None
    return Value("number", float(value))


def unescape(text: str) -> str:
    return re.sub(ESCAPE, lambda match: character(match[0]), text[1:-1])


def character(escape: str) -> str:
    """The character that is escaped so; damage where it should be raw or escaped in another way."""
    if len(escape) == 2:
        return {"n": "\n", "t": "\t", "r": "\r"}.get(escape[1], escape[1])
    code = int(escape[2:], 16)
    demand(code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF, "no character")
    demand((code > 0xFFFF) == (escape[1] == "U"), "not as many digits")
    new = unicodedata.ucd_3_2_0.category(chr(code)) == "Cn"
    demand((new or IS_HIDDEN.fullmatch(chr(code))) and chr(code) not in "\n\t\r", "another spelling")
    return chr(code)


def is_torn(rest: bytes, number: int, head: str) -> bool:
    """Whether these bytes behind the last verified block are a write of the next one that was cut off."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(rest.rstrip(b"\0"))
        begun = decoder.getstate()[0]
        demand(not re.match(rb"\xed[\xa0-\xbf]", begun), "a surrogate, which Python's decoder takes for a beginning")
        text += "é" if begun else ""
        if EVENT.startswith(text):
            return True
        demand(text.startswith(EVENT), "no event")
        body = text[len(EVENT) :]
        ending = re.search(r"^seq = ", body, re.MULTILINE)  # in nothing else does a line begin so
        if ending:
            check_stem(whole_lines(body[: ending.start()]))
            stem = EVENT + body[: ending.start()] + f'seq = {number}\nprev = "{head}"\n'
            block = stem + f'hash = "{hash_of(stem.encode())}"\n'
            return text != block and block.startswith(text)
        lines, cut = read_lines(body)
        check_cut(cut, lines, check_opening(lines))
    except (Damage, UnicodeDecodeError):
        return False
    return True


def check_stem(lines: Lines) -> None:
    """The lines before `seq`: all that an event begins with, keys that are not reserved, perhaps a signature."""
    opening = check_opening(lines)
    demand(len(lines) >= len(opening), "no sees")
    behind = list(lines)[len(opening) :]
    if behind[-1:] == ["signature"]:
        check_common("signature", lines["signature"])
        behind.pop()
    demand(not RESERVED & set(behind), "reserved key")


def check_cut(cut: str, lines: Lines, opening: list[str]) -> None:
    """The line that is cut off, behind these whole ones."""
    count = len(lines)
    if count >= len(opening):
        check_stem(lines)
    key, space, behind = cut.partition(" ")
    demand(IS_KEY.fullmatch(key) or not cut, "no key")
    if count < len(opening):
        nexts = {opening[count]} | ({"happened"} if count == 4 else set())
        demand(key in nexts if space else any(name.startswith(key) for name in nexts), "another key")
    elif "signature" in lines:
        demand("seq = ".startswith(cut), "something between signature and seq")
    elif space or len(key) == 64:
        may_open = {"boot"} if count == len(opening) and opening[-1] == "sees" else set()
        free = {"seq", "signature"} | may_open
        demand(key in free or key not in RESERVED | lines.keys(), "reserved key or key twice")
    if behind.startswith("= "):
        check_cut_value(key, behind[2:], key in DEMANDED)
    else:
        demand("= ".startswith(behind), "no equals sign")


def check_cut_value(key: str, cut: str, common: bool) -> None:
    """A value that lacks some of its end, where only the pattern counts, or a whole one that lacks its line feed."""
    if common:
        own = {"kind": "key", "sees": "hash", "boot": "boot", "up_ms": "count", "signature": "signature"}
        patterns = [own.get(key, DEMANDED[key])]
    else:
        patterns = ["text", "plan" if key == "plan" else "texts", "time", "number", "boolean"]
    if not cut or any(is_cut(pattern, cut) for pattern in patterns):
        return
    value = read_value(key, cut)
    if common:
        check_common(key, value)


def is_cut(pattern: str, cut: str) -> bool:
    model = MODELS.get(pattern)
    if model is None:
        return bool(CUT[pattern].fullmatch(cut))
    return len(cut) < len(model) and bool(CUT[pattern].fullmatch(cut + model[len(cut) :]))


if __name__ == "__main__":
    main()
