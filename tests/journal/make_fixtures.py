"""Makes the journals in `fixtures/`, and what a verifier has to say of each: `python tests/journal/make_fixtures.py`.

They were made by real sessions and then changed by bytes; what is expected is worked out from where they were changed,
never asked of the verifier. They are kept as files, so that every later version reads what this one wrote: what is
there is never made anew, only what is missing is added.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from rollout_tui.clock import SimulatedClock
from rollout_tui.people import Actor
from rollout_tui.plan.model import Plan
from rollout_tui.plan.toml import load, parse
from rollout_tui.rehearsal import Rehearsal
from rollout_tui.run import intents
from rollout_tui.run.run_rules import RULES
from rollout_tui.run.subjects.start_acts import Start
from rollout_tui.runs.folder import FolderRuns
from tests.runs import runs_folder

FOLDER = Path(__file__).with_name("fixtures")
PLANS = Path(__file__).parents[2] / "plans"
START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
ALICE, BOB = Actor("alice", "alice", "bastion"), Actor("Bøb “the DBA”", "bob", "laptop")

Case = tuple[str, bytes, str, int, int | None]
"""The file's name, its bytes, the verdict, how many events verify, and the byte at which the rest begins."""


def session(folder: Path, *, close: bool = False, evidence: bool = False) -> bytes:
    """Give the journal of a real session: what people do before a go, and perhaps that they give up."""
    clock = SimulatedClock(START)
    loaded = load(PLANS / "hotfix.toml")
    with_reason = Start(reason="the fix can't wait", emergency=True)
    at = runs_folder.begin(folder, loaded.plan, loaded.text, with_reason, clock, ALICE)
    first, second = list(at.run.sequence.items)[:2]
    proof = folder / "proof.log"
    proof.write_bytes(b"812 passed\n")
    acts: list[tuple[Actor, intents.Intent]] = [
        (ALICE, intents.Sign(first, note='all green on "main"\nin 4 min', evidence=str(proof) if evidence else "")),
        (BOB, intents.Note("déjà vu 🚀 \u202e\x1b[2J \U0001fae8 tab\t back\\slash")),
        (ALICE, intents.Measure(next(iter(at.run.sequence.metrics)), 0.25)),
        (BOB, intents.Fail(second, "one remark is open")),
        (ALICE, intents.Hold("waiting for Bøb")),
        (ALICE, intents.Release("he is back")),
        *([(ALICE, intents.Abort("tomorrow", at.run.name))] if close else []),
    ]
    for who, intent in acts:
        clock.advance(timedelta(seconds=73, milliseconds=250))
        at.operator = who
        at.act(intent)
    return (folder / f"{at.run.id}.toml").read_bytes()


def redlined(folder: Path) -> bytes:
    """Give the journal of a run whose plan changed before the go, and that went on by the new one."""
    clock = SimulatedClock(START)
    loaded = load(PLANS / "hotfix.toml")
    at = runs_folder.begin(folder, loaded.plan, loaded.text, Start(plan_file="/plans/hotfix.toml"), clock, ALICE)
    at.act(intents.Sign(next(iter(at.run.sequence.items))))
    clock.advance(timedelta(minutes=5))
    text = loaded.text.replace('threshold = "> 0.5 %"', 'threshold = "> 2 %"')
    plan = parse(text, "hotfix.toml")
    assert isinstance(plan, Plan)
    at.act(intents.Redline(plan, text, "the alert is too sharp", "/plans/hotfix.toml"))
    at.act(intents.Measure("error-rate", 1.5))
    return (folder / f"{at.run.id}.toml").read_bytes()


def rehearsed(folder: Path) -> bytes:
    """Give the journal of a run that went all the way."""
    loaded = load(PLANS / "checkout.toml")
    rehearsal = Rehearsal(FolderRuns(folder), loaded.plan, loaded.text, START)
    for _ in rehearsal.walk():
        pass
    return (folder / f"{rehearsal.session.run.id}.toml").read_bytes()


def blocks(data: bytes) -> list[bytes]:
    mark = b"\n[[event]]\n"
    header, *events = data.split(mark)
    return [header, *(mark + each for each in events)]


def head_of(part: bytes) -> bytes:
    """The hash of a block, in hexadecimal."""
    return part[-66:-2]


def follow(lines: list[bytes], prev: bytes) -> list[bytes]:
    """Let a block follow that with this hash, and its author see it if they saw the one that it followed."""
    before = next((line[len(b"prev = ") :] for line in lines if line.startswith(b"prev = ")), b"")
    now = b'"sha256:%b"\n' % prev
    keys = {b"prev = " + before: b"prev = " + now, b"sees = " + before: b"sees = " + now}
    return [keys.get(line, line) for line in lines]


def reseal(parts: list[bytes]) -> list[bytes]:
    """Chain blocks anew, as someone would who knows how."""
    sealed: list[bytes] = []
    prev = b""
    for part in parts:
        lines = part.splitlines(keepends=True)[:-1]
        lines = follow(lines, prev)
        prev = sha256(b"rollout-journal/1\n" + b"".join(lines)).hexdigest().encode()
        sealed.append(b"".join([*lines, b'hash = "sha256:%b"\n' % prev]))
    return sealed


def changed(parts: list[bytes], number: int, old: bytes, new: bytes) -> list[bytes]:
    """Change one block, and chain everything anew."""
    assert parts[number].count(old) >= 1, (number, old)
    return reseal([*parts[:number], parts[number].replace(old, new, 1), *parts[number + 1 :]])


def cases() -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        data, closed, proved = (
            session(Path(tempfile.mkdtemp(dir=folder)), **asked) for asked in ({}, {"close": True}, {"evidence": True})
        )
        whole = rehearsed(Path(folder))
        followed = redlined(Path(tempfile.mkdtemp(dir=folder)))
    parts = blocks(data)
    yield from sound(parts, closed, whole)
    yield from torn(parts, closed)
    yield from only_looks_torn(parts)
    yield from damaged(parts, closed)
    yield from respelled(parts)
    yield from altered(blocks(proved))
    yield from another_plan(blocks(followed))
    yield from no_journals(data)
    yield from grown(parts, closed, blocks(proved))


def sound(parts: list[bytes], closed: bytes, whole: bytes) -> Iterator[Case]:
    last = len(parts) - 1
    data = b"".join(parts)
    yield "released-1", whole, "whole", len(blocks(whole)) - 1, None
    yield "whole-aborted", closed, "whole", len(blocks(closed)) - 1, None
    follow_up = parts[2].replace(b"seq = 2\n", b"seq = %d\n" % len(blocks(closed)))
    yield (
        "whole-with-an-event-behind-the-close",
        b"".join(reseal([*blocks(closed), follow_up])),
        "whole",
        last + 2,
        None,
    )
    yield "open", data, "open", last, None
    yield "open-header-alone", parts[0], "open", 0, None
    for name, number, old, new in (
        ("kind", 5, b'kind = "gate_held"', b'kind = "moon_phase"'),
        ("key", 5, b"seq = 5", b'signature = "x"\nseq = 5'),
        ("key-among-others", 1, b"note = ", b"weight = 1.5\nnote = "),
        ("plan", 5, b"seq = 5", b'plan = [\n  "format = 1",\n  "",\n]\nseq = 5'),
        ("plan-that-is-text", 5, b"seq = 5", b'plan = "format = 1"\nseq = 5'),
        ("plan-that-is-an-integer", 5, b"seq = 5", b"plan = 1\nseq = 5"),
        ("plan-without-texts", 5, b"seq = 5", b"plan = [\n]\nseq = 5"),
        ("header-key", 0, b"items = ", b'team = "payments"\nitems = '),
        ("header-with-an-integer", 0, b'service = "invoicing"', b'team = "payments"\nservice = 1'),
        ("header-without-a-release", 0, b'release = "5.11.3"', b'team = "payments"'),
        ("header-key-under-another-plan", 0, b'  "format = 1",', b'  "format = 7",'),
    ):
        made = changed(parts, number, old, new)
        if name.endswith("another-plan"):
            made = changed(made, 0, b"items = ", b'team = "payments"\nitems = ')
        verdict = "altered" if name == "key" else "open"
        yield f"{verdict}-later-{name}", b"".join(made), verdict, last, None
    choice = blocks(closed)
    made = changed(choice, len(choice) - 1, b'outcome = "aborted"', b'outcome = "postponed"')
    yield "open-later-outcome", b"".join(made), "open", len(choice) - 1, None
    made = changed(made, len(choice) - 1, b"events = 7\n", b"events = 9\n")
    yield "open-later-outcome-that-counts-otherwise", b"".join(made), "open", len(choice) - 1, None
    # What these keys mean is not checked.
    for name, number, old, new in (
        ("happened-later", 4, b"\nsees = ", b"\nhappened = 2999-01-01T00:00:00.000Z\nsees = "),
        ("head-that-is-none", 0, b"items = ", b'after = "x"\nafter_head = "x"\nitems = '),
        ("evidence-size-alone", 1, b"seq = 1", b"evidence_size = 11\nseq = 1"),
    ):
        yield f"open-{name}", b"".join(changed(parts, number, old, new)), "open", last, None
    for place, name in ((last - 3, "an-earlier-head"), (0, "the-header")):
        made = changed(
            parts, last, b'sees = "sha256:' + head_of(parts[last - 1]), b'sees = "sha256:' + head_of(parts[place])
        )
        yield f"open-sees-{name}", b"".join(made), "open", last, None
    rocket = "\U0001f680".encode()
    yield "open-escaped-new-character", b"".join(changed(parts, 2, rocket, b"\\U0001f680")), "open", last, None
    numbers = (b"-0.0", b"1e-05", b"0.0001", b"1e+16", b"1000000000000000.0", b"1.7976931348623157e+308", b"5e-324")
    for place, written in enumerate(numbers):
        made = changed(parts, 3, b"value = 0.25", b"value = " + written)
        yield f"open-number-{place}", b"".join(made), "open", last, None


def torn(parts: list[bytes], closed: bytes) -> Iterator[Case]:
    last = len(parts) - 1
    before, block = b"".join(parts[:-1]), parts[-1]
    note, text = b"".join(parts[:2]), parts[2]
    for name, cut in (
        ("first-byte", block[:1]),
        ("event-line", block[:6]),
        ("kind", block[:20]),
        ("time", block[: block.index(b"at = ") + 12]),
        ("key", block[: block.index(b"sees") + 2]),
        ("field", block[: block.index(b"reason") + 12]),
        ("seq", block[: block.index(b"seq = ") + 6]),
        ("prev", block[: block.index(b"prev = ") + 30]),
        ("hash", block[: block.index(b"\nhash = ") + 30]),
        ("last-line-feed", block[:-1]),
        ("zeros", bytes(4096)),
        ("zeros-behind", block[:150] + bytes(362)),
        ("later-array", block[: block.index(b"seq = ")] + b'marks = ["a", "b'),
        ("later-plan", block[: block.index(b"seq = ")] + b'plan = [\n  "format = 1",\n  "na'),
        ("later-reserved-key", block[: block.index(b"seq = ")] + b"prev"),
        ("later-number", block[: block.index(b"seq = ")] + b"share = -1.25e+3"),
        ("later-number-of-sixteen-digits", block[: block.index(b"seq = ")] + b"share = 1234567890123456."),
        ("later-time-that-is-none", block[: block.index(b"seq = ")] + b"since = 2026-13-04T09:00:00.000"),
        ("later-needless-escape", block[: block.index(b"seq = ")] + b'mark = "ab\\u0041c'),
        ("later-needless-escape-in-an-open-array", block[: block.index(b"seq = ")] + b'marks = ["\\u0041", "b"'),
    ):
        yield f"torn-{name}", before + cut, "torn", last - 1, len(before)
    for name, cut in (
        ("in-a-character", text[: text.index("é".encode()) + 1]),
        ("in-a-character-always-escaped", text[: text.index("é".encode())] + b"\xee"),
        ("in-an-escape", text[: text.index(b"\\u202e") + 4]),
        ("behind-a-backslash", text[: text.index(b"\\u202e") + 1]),
    ):
        yield f"torn-{name}", note + cut, "torn", 1, len(note)
    yield "torn-behind-the-header", parts[0] + parts[1][:99], "torn", 0, len(parts[0])
    yield "torn-behind-the-close", closed + text[:40], "torn", len(blocks(closed)) - 1, len(closed)


def only_looks_torn(parts: list[bytes]) -> Iterator[Case]:
    last = len(parts) - 1
    data, before, block = b"".join(parts), b"".join(parts[:-1]), parts[-1]
    note, text = b"".join(parts[:2]), parts[2]
    fields = block[: block.index(b"seq = ")]
    for name, base, rest, events in (
        ("raw-control", note, text[: text.index(b"\\u202e")] + b"\x1b[", 1),
        ("raw-bidi", note, text[: text.index(b"\\u202e")] + "\u202e".encode(), 1),
        ("not-utf-8", note, text[: text.index("é".encode())] + b"\xe9t", 1),
        ("surrogate", note, text[: text.index("é".encode())] + b"\xed\xa0", 1),
        ("wrong-seq", before, fields + b"seq = 99\npr", last - 1),
        ("wrong-prev", before, block[: block.index(b"prev = ")] + b'prev = "sha256:0000', last - 1),
        ("wrong-hash", before, block[: block.index(b"\nhash = ") + 1] + b'hash = "sha256:00000000', last - 1),
        ("zeros-and-more", before, block[:100] + bytes(50) + block[150:200], last - 1),
        ("reserved-key", before, fields + b'prev = "sha', last - 1),
        ("reserved-key-and-space", before, fields + b"prev ", last - 1),
        ("key-twice", before, fields + b'reason = "a', last - 1),
        ("longest-key-twice", before, fields + b"k" * 64 + b" = 1\n" + b"k" * 64, last - 1),
        ("time-that-is-none", before, fields + b"since = 2026-13-04T09:00:00.000Z", last - 1),
        ("needless-escape", before, fields + b'mark = "ab\\u0041c"', last - 1),
        ("needless-escape-in-an-array", before, fields + b'marks = ["\\u0041", "b"]', last - 1),
        ("number-of-seventeen-digits", before, fields + b"share = 12345678901234567.", last - 1),
        ("number-with-two-digits-and-an-exponent", before, fields + b"share = 12.5e+1", last - 1),
        ("number-no-writer-spells", before, fields + b"count = 007\nse", last - 1),
        ("another-key-first", data, b"\n[[event]]\nat = 2026-03-04T09:00:00.000Z\nki", last),
        ("kind-that-is-a-number", data, b"\n[[event]]\nkind = 1", last),
        ("kind-in-capitals", data, b'\n[[event]]\nkind = "Note', last),
        ("sees-that-is-no-hash", data, fields[: fields.index(b"sees = ")] + b'sees = "sha256:12x', last),
        ("short-sees", before, block[: block.index(b"sees = ")] + b'sees = "sha256:12"\nreas', last - 1),
        ("garbage", data, b"garbage", last),
        ("line-feed", data, b"\n\n", last),
    ):
        yield f"damaged-end-{name}", base + rest, "damaged", events, len(base)


def damaged(parts: list[bytes], closed: bytes) -> Iterator[Case]:
    last = len(parts) - 1
    data = b"".join(parts)
    start = [len(b"".join(parts[:number])) for number in range(len(parts))]
    yield "damaged-flipped-text", data.replace(b"one remark", b"one Remark"), "damaged", 3, start[4]
    yield "damaged-flipped-header", data.replace(b'service = "i', b'service = "I'), "damaged", 0, 0
    yield "damaged-flipped-hash", data[:-10] + b"x" + data[-9:], "damaged", last - 1, start[last]
    yield "damaged-header-cut", parts[0][:700], "damaged", 0, 0
    yield "damaged-first-line-cut", parts[0][:20], "damaged", 0, 0
    yield "damaged-dropped", b"".join(parts[:2] + parts[3:]), "damaged", 1, start[2]
    yield "damaged-doubled", b"".join(parts[:3] + parts[2:]), "damaged", 2, start[3]
    yield "damaged-swapped", b"".join([*parts[:2], parts[3], parts[2], *parts[4:]]), "damaged", 1, start[2]
    yield "damaged-header-twice", parts[0] + data, "damaged", 0, len(parts[0])
    yield "damaged-line-ends", data.replace(b"\n", b"\r\n").replace(b"\r\n", b"\n", 1), "damaged", 0, 0
    yield "damaged-zeros-within", data[: start[3]] + bytes(200) + data[start[3] + 200 :], "damaged", 2, start[3]
    yield "damaged-no-empty-line", data[: start[3]] + data[start[3] + 1 :], "damaged", 2, start[3]
    gap = [*parts[:3], *(part.replace(b"\nseq = ", b"\nseq = 1") for part in parts[3:])]
    yield "damaged-gap-under-good-hashes", b"".join(reseal(gap)), "damaged", 2, start[3]
    other = changed(parts, 0, b'  "format = 1",', b'  "format = 7",')
    yield "damaged-another-plan-under-a-good-hash", b"".join(other), "damaged", 0, 0
    sole = parts[0][: parts[0].index(b"plan = [\n")] + b'plan = [\n]\nplan_sha256 = "%b"\nhash\n'
    sole = sole % sha256(b"").hexdigest().encode()
    yield "damaged-plan-without-lines", b"".join(reseal([sole, *parts[1:]])), "damaged", 0, 0
    joined = changed(parts, 0, b'",\n  "', b"\\n")
    yield "damaged-plan-with-a-line-feed-in-a-line", b"".join(joined), "damaged", 0, 0
    for name, old, new in (
        ("time-that-is-text", b"at = 2026-03-04T09:00:00.000Z", b'at = "now"'),
        ("no-author", b'by = "alice"\n', b""),
    ):
        made = changed(changed(parts, 0, b"items = ", b'team = "payments"\nitems = '), 0, old, new)
        yield f"damaged-later-header-with-{name}", b"".join(made), "damaged", 0, 0
    foreign, own = head_of(blocks(closed)[-1]), head_of(parts[last])
    for name, head in (("that-is-none", b"0" * 64), ("of-another-journal", foreign), ("that-comes-later", own)):
        made = changed(parts, last - 1, b'sees = "sha256:' + head_of(parts[last - 2]), b'sees = "sha256:' + head)
        yield f"damaged-sees-a-head-{name}", b"".join(made), "damaged", last - 2, start[last - 1]
    ends = blocks(closed)
    counted = changed(ends, len(ends) - 1, b"events = 7\n", b"events = 9\n")
    yield "damaged-close-that-counts-wrongly", b"".join(counted), "damaged", 6, len(b"".join(ends[:-1]))


def respelled(parts: list[bytes]) -> Iterator[Case]:
    """What TOML takes, under a good hash, and no writer spells so."""
    for name, number, old, new in (
        ("comment", 5, b"\nreason = ", b"\n# fine\nreason = "),
        ("spaces", 5, b"\nreason = ", b"\nreason  = "),
        ("literal-text", 4, b'"one remark is open"', b"'one remark is open'"),
        ("fake-blocks", 5, b'"waiting', b'"""\n\n[[event]]\nkind = "gate_released"\n"""\nmore = "waiting'),
        ("order", 4, b'by = "', b'from = "x"\nby = "'),
        ("field-order", 4, b"item = ", b'reason = "x"\nitem = '),
        ("key-twice", 5, b"\nreason = ", b'\nreason = "x"\nreason = '),
        ("field-missing", 5, b'reason = "waiting for B\xc3\xb8b"\n', b""),
        ("default-written", 4, b"seq = 4", b'reason = ""\nseq = 4'),
        ("default-note", 3, b"seq = 3", b'note = ""\nseq = 3'),
        ("header-default", 0, b"emergency = true\n", b"rehearsal = false\nemergency = true\n"),
        ("reserved-key", 5, b"seq = 5", b'sees = "x"\nseq = 5'),
        ("reserved-key-of-a-later-kind", 5, b'kind = "gate_held"', b'kind = "later"\nformat = "x"'),
        ("run-in-a-run", 5, b'kind = "gate_held"', b'kind = "run_started"'),
        ("escape-not-needed", 4, b"remark", b"rem\\u0061rk"),
        ("escape-of-an-old-letter", 2, b"d\xc3\xa9j", b"d\\u00e9j"),
        ("escape-in-capitals", 2, b"\\u202e", b"\\u202E"),
        ("escape-too-long", 2, b"\\u202e", b"\\U0000202e"),
        ("escape-for-tab", 2, b"\\t", b"\\u0009"),
        ("surrogate", 2, b"\\u202e", b"\\ud83d"),
        ("raw-bidi", 2, b"\\u202e", "\u202e".encode()),
        ("raw-private-use", 2, b"\\u202e", "\ue000".encode()),
        ("raw-tab", 2, b"\\t", b"\t"),
        ("not-utf-8", 2, b"d\xc3\xa9j", b"d\xe9j"),
        ("number-longer", 3, b"0.25", b"0.250"),
        ("number-with-exponent", 3, b"0.25", b"2.5e-1"),
        ("number-positional", 3, b"0.25", b"0.00001"),
        ("number-too-large", 3, b"0.25", b"1e+999"),
        ("number-that-is-an-integer", 3, b"0.25", b"1"),
        ("number-that-is-text", 3, b"0.25", b'"0.25"'),
        ("infinity", 3, b"0.25", b"inf"),
        ("month", 3, b"2026-03-", b"2026-13-"),
        ("leap-second", 3, b"Z\nby", b"Z\nhappened = 2026-03-04T08:59:60.000Z\nby"),
        ("offset", 3, b"Z\nby", b"+00:00\nby"),
        ("seconds", 3, b".750Z\nby", b"Z\nby"),
        ("capitals-in-sees", 3, b'sees = "sha256:', b'sees = "SHA256:'),
        ("array-over-lines", 0, b"items = [", b"overrides = [\n]\nitems = ["),
        ("trailing-comma", 5, b"seq = 5", b'marks = ["a",]\nseq = 5'),
        ("array-of-numbers", 5, b"seq = 5", b"marks = [1, 2]\nseq = 5"),
        ("array-of-a-later-key-over-lines", 5, b"seq = 5", b'marks = [\n  "a",\n]\nseq = 5'),
        ("plan-of-a-later-key-on-one-line", 5, b"seq = 5", b'plan = ["a"]\nseq = 5'),
        ("leading-zero", 5, b"seq = 5", b"count = 007\nseq = 5"),
        ("nineteen-digits", 5, b"seq = 5", b"count = 1234567890123456789\nseq = 5"),
        ("key-too-long", 5, b"seq = 5", b"k" * 65 + b" = 1\nseq = 5"),
    ):
        made = changed(parts, number, old, new)
        offset = len(b"".join(made[:number]))
        yield f"damaged-spelling-{name}", b"".join(made), "damaged", max(number - 1, 0), offset


def altered(parts: list[bytes]) -> Iterator[Case]:
    """Journals whose evidence is not as it was; `evidence_of` gives what lies beside them."""
    last = len(parts) - 1
    yield "open-evidence", b"".join(parts), "open", last, None
    yield "altered-evidence-missing", b"".join(parts), "altered", last, None
    yield "altered-evidence-of-same-size", b"".join(parts), "altered", last, None
    yield "altered-evidence-longer", b"".join(parts), "altered", last, None
    path = changed(parts, 1, b'evidence = "', b'evidence = "../')
    later = changed(parts, 1, b"seq = 1", b"weight = 1.5\nseq = 1")
    yield "open-evidence-of-a-later-version", b"".join(later), "open", last, None
    yield "altered-evidence-path", b"".join(path), "altered", last, None
    yield "altered-evidence-and-torn", b"".join([*parts, b"\n[["]), "altered", last, len(b"".join(parts))


def another_plan(parts: list[bytes]) -> Iterator[Case]:
    last = len(parts) - 1
    offset = len(b"".join(parts[:2]))
    line = b'  "threshold = \\"> 2 %\\"",\n'
    cut = parts[2].index(line)
    assert cut
    yield "open-redlined", b"".join(parts), "open", last, None
    for name, old, new in (
        ("another-plan", line, line.replace(b"2", b"3")),
        ("plan-on-one-line", parts[2][parts[2].index(b"plan = [") : parts[2].index(b"plan_sha256")], b'plan = ["a"]\n'),
        (
            "plan-without-lines",
            parts[2][parts[2].index(b"plan = [") : parts[2].index(b"plan_sha256")],
            b"plan = [\n]\n",
        ),
    ):
        yield f"damaged-redline-{name}", b"".join(changed(parts, 2, old, new)), "damaged", 1, offset
    later = changed(changed(parts, 2, line, line.replace(b"2", b"3")), 2, b"seq = 2", b'team = "payments"\nseq = 2')
    yield "open-later-redline-of-another-plan", b"".join(later), "open", last, None
    yield "torn-redline", b"".join(parts[:2]) + parts[2][: cut + 9], "torn", 1, offset


def grown(parts: list[bytes], closed: bytes, proved: list[bytes]) -> Iterator[Case]:
    """What format 1 grew by: boots, signatures, what an event of any kind may say, keys of the header."""
    last = len(parts) - 1
    start = [len(b"".join(parts[:number])) for number in range(len(parts))]
    boot = next(line for line in parts[5].splitlines(keepends=True) if line.startswith(b"boot = "))
    up = next(line for line in parts[5].splitlines(keepends=True) if line.startswith(b"up_ms = "))
    signed = b'signature = "U1NIU0lHAAAAAQ+/=="\n'
    proof = b'evidence = "%b"\nevidence_name = "proof.log"\nevidence_size = 11\n'
    proof %= sha256(b"812 passed\n").hexdigest().encode()
    yield "open-grown", b"".join(parts), "open", last, None
    yield "whole-grown", closed, "whole", len(blocks(closed)) - 1, None
    yield "open-grown-evidence", b"".join(proved), "open", last, None
    for name, number, old, new in (
        ("without-boots", 5, boot + up, b""),
        ("boot-just-started", 5, up, b"up_ms = 0\n"),
        ("signed", 5, b"seq = 5", signed + b"seq = 5"),
        ("signed-unknown-kind", 5, b'kind = "gate_held"', b'kind = "swapped_out"'),
        ("signed-header", 0, b'\nhash = "', b"\n" + signed + b'hash = "'),
        ("header-of-all-keys", 0, b"rules = ", b'previous = "a"\nprevious_head = "1:ab"\nprincipals = ["x"]\nrules = '),
        ("header-of-the-first-rules", 0, b"rules = %d\n" % RULES, b""),
        ("header-without-boot", 0, boot + b"up_ms = ", b"up_ms = "),
        ("meaning", 1, b"seq = 1", b'meaning = "reviewed"\nseq = 1'),
        ("late-and-relayed", 4, b"seq = 4", b'late = true\nrelayed_for = "Karim"\nseq = 4'),
        ("another-meaning", 1, b"seq = 1", b'meaning = "witnessed"\nseq = 1'),
        ("evidence-of-a-failure", 4, b"seq = 4", proof + b"seq = 4"),
        ("evidence-of-an-unknown-kind", 4, b'kind = "item_failed"', b'kind = "item_begun"'),
    ):
        if name == "header-without-boot":
            header = parts[0].splitlines(keepends=True)
            kept = [line for line in header if not line.startswith((b"boot = ", b"up_ms = "))]
            made = reseal([b"".join(kept), *parts[1:]])
        elif name == "signed-unknown-kind":
            made = changed(changed(parts, number, old, new), number, b"seq = 5", signed + b"seq = 5")
        elif name == "evidence-of-an-unknown-kind":
            lost = proof.replace(b'evidence = "', b'evidence = "0')
            made = changed(changed(parts, number, old, new), number, b"seq = 4", lost + b"seq = 4")
        else:
            made = changed(parts, number, old, new)
        # What stands there as a signature is none.
        verdict = "altered" if name.startswith("signed") else "open"
        yield f"{verdict}-grown-{name}", b"".join(made), verdict, last, None
    failed = changed(parts, 4, b"seq = 4", proof + b"seq = 4")
    yield "altered-grown-evidence-of-a-failure", b"".join(failed), "altered", last, None
    for name, number, old, new in (
        ("boot-alone", 5, up, b""),
        ("up-ms-alone", 5, boot, b""),
        ("boot-in-capitals", 5, boot, boot.upper().replace(b"BOOT", b"boot")),
        ("boot-too-short", 5, boot, boot.replace(b'1a7e"', b'1a7"')),
        ("boot-before-sees", 5, b"\nsees = ", b"\n" + boot + up + b"sees = "),
        ("boot-behind-a-field", 5, b"seq = 5", boot + up + b"seq = 5"),
        ("boot-twice", 5, up, up + boot + up),
        ("up-ms-before-boot", 5, boot + up, up + boot),
        ("up-ms-negative", 5, up, b"up_ms = -1\n"),
        ("up-ms-that-is-a-number", 5, up, b"up_ms = 1.5\n"),
        ("signature-before-a-field", 5, b"reason = ", signed + b"reason = "),
        ("signature-behind-seq", 5, b"prev = ", signed + b"prev = "),
        ("signature-twice", 5, b"seq = 5", signed + signed + b"seq = 5"),
        ("signature-empty", 5, b"seq = 5", b'signature = ""\nseq = 5'),
        ("signature-of-other-characters", 5, b"seq = 5", b'signature = "a b"\nseq = 5'),
        ("signature-that-is-an-integer", 5, b"seq = 5", b"signature = 1\nseq = 5"),
        ("default-meaning", 1, b"seq = 1", b'meaning = ""\nseq = 1'),
        ("default-late", 1, b"seq = 1", b"late = false\nseq = 1"),
        ("late-that-is-text", 1, b"seq = 1", b'late = "yes"\nseq = 1'),
        ("evidence-behind-meaning", 1, b"seq = 1", b'meaning = "reviewed"\n' + proof + b"seq = 1"),
        ("evidence-before-a-field", 4, b"reason = ", proof + b"reason = "),
        ("header-boot-alone", 0, boot, b""),
        ("header-default-rules", 0, b"rules = %d" % RULES, b"rules = 1"),
        ("header-rules-first", 0, b"emergency = ", b"rules = 3\nemergency = "),
        ("header-signature-first", 0, b"items = ", signed + b"items = "),
    ):
        offset = start[number]
        yield f"damaged-grown-{name}", b"".join(changed(parts, number, old, new)), "damaged", max(number - 1, 0), offset
    before, block = b"".join(parts[:-1]), parts[-1]
    opened, fields = block[: block.index(boot)], block[: block.index(b"seq = ")]
    for name, rest in (
        ("boot-key", opened + b"bo"),
        ("boot-equals", opened + b"boot = "),
        ("boot", opened + b'boot = "51'),
        ("boot-without-its-line-feed", opened + boot[:-1]),
        ("behind-boot", opened + boot),
        ("up-ms-key", opened + boot + b"up_"),
        ("up-ms", opened + boot + b"up_ms = 17"),
        ("behind-up-ms", opened + boot + up),
        ("signature-key", fields + b"signature "),
        ("signature", fields + b'signature = "U1NI+/='),
        ("signature-without-its-line-feed", fields + signed[:-1]),
        ("long-signature", fields + b'signature = "' + b"A" * 3000),
        ("behind-signature", fields + signed),
        ("seq-behind-signature", fields + signed + b"seq ="),
        ("prev-behind-signature", fields + signed + b"seq = %d\npre" % last),
        ("longer-key-than-signature", fields + b"signature_of_bob = 1"),
        ("late", fields + b"late = tr"),
    ):
        yield f"torn-grown-{name}", before + rest, "torn", last - 1, len(before)
    for name, rest in (
        ("field-behind-boot", opened + boot + b"reason = "),
        ("boot-that-is-none", opened + b'boot = "51x'),
        ("boot-too-long", opened + b'boot = "513511a7e1'),
        ("up-ms-below-zero", opened + boot + b"up_ms = -"),
        ("up-ms-that-is-a-number", opened + boot + b"up_ms = 1."),
        ("boot-behind-a-field", fields + b"boot "),
        ("field-behind-signature", fields + signed + b"r"),
        ("signature-of-other-characters", fields + b'signature = "a b'),
        ("long-signature-of-other-characters", fields + b'signature = "' + b"A" * 3000 + b" "),
        ("signature-with-more-behind-its-end", fields + b'signature = "ab=c'),
        ("empty-signature", fields + b'signature = ""'),
        ("signature-twice", fields + signed + signed[:12]),
    ):
        yield f"damaged-end-grown-{name}", before + rest, "damaged", last - 1, len(before)


def no_journals(data: bytes) -> Iterator[Case]:
    for name, content in (
        ("empty", b""),
        ("bom", b"\xef\xbb\xbf" + data[:2000]),
        ("format-2", data.replace(b"journal/1", b"journal/2", 1)),
        ("format-10", data.replace(b"journal/1", b"journal/10", 1)),
        ("line-ends", data[:2000].replace(b"\n", b"\r\n")),
        ("plan", (PLANS / "hotfix.toml").read_bytes()),
        ("gzip", gzip.compress(data[:500], mtime=0)),
        ("zeros", bytes(600)),
    ):
        yield f"no-journal-{name}", content, "not-a-journal", 0, None


def evidence_of(name: str) -> bytes | None:
    """Give what lies beside a journal as the evidence of its first event; None if nothing does."""
    kept = {
        "open-evidence-of-a-later-version": None,
        "altered-evidence-missing": None,
        "altered-evidence-of-same-size": b"811 passed\n",
        "altered-evidence-longer": b"812 passed\n\n",
        "altered-evidence-and-torn": None,
        "altered-grown-evidence-of-a-failure": None,
    }
    return kept.get(name, b"812 passed\n")


def keep(found: Iterable[Case]) -> None:
    """Write the journals that are missing, and what is expected of each."""
    expected: dict[str, dict[str, str | int | None]] = json.loads((FOLDER / "expected.json").read_text())
    proof = sha256(b"812 passed\n").hexdigest()
    for name, data, verdict, events, offset in found:
        if name in expected:
            continue
        (FOLDER / f"{name}.toml").write_bytes(data)
        expected[name] = {"verdict": verdict, "events": events, "damaged_byte": offset}
        content = evidence_of(name)
        if content is not None and proof.encode() in data:
            folder = FOLDER / f"{name}.evidence"
            folder.mkdir(exist_ok=True)
            (folder / proof).write_bytes(content)
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    sys.stdout.write(f"{len(expected)} journals\n")


if __name__ == "__main__":
    keep(cases())
