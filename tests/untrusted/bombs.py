"""Files that are made to hurt whoever reads them, or that are simply not what they should be: made when asked for."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

MIB = 1024 * 1024
Make = Callable[[Path], object]


def bytes_of(data: bytes | str) -> Make:
    content = data.encode() if isinstance(data, str) else data
    return lambda path: path.write_bytes(content)


def sparse(size: int) -> Make:
    def make(path: Path) -> None:
        with open(path, "wb") as file:
            file.truncate(size)

    return make


def link_to(target: str) -> Make:
    return lambda path: path.symlink_to(target)


def sealed(before: bytes) -> bytes:
    digest = sha256(b"rollout-journal/1\n" + before).hexdigest()
    return before + b'hash = "sha256:%b"\n' % digest.encode()


def header(plan: str = "format = 1\n", more: bytes = b"") -> bytes:
    """A header whose hash and plan_sha256 are right, whatever the plan is."""
    lines = "".join(f'  "{line}",\n' for line in plan.replace("\\", "\\\\").replace('"', '\\"').split("\n"))
    return sealed(
        b'format = "rollout-journal/1"\nrun = "r"\nservice = "s"\nrelease = "1"\nat = 2026-11-22T18:40:01.123Z\n'
        b'by = "a"\nfrom = "a@b"\n'
        + more
        + b"items = []\nplan = [\n"
        + lines.encode()
        + b']\nplan_sha256 = "%b"\n' % sha256(plan.encode()).hexdigest().encode()
    )


EVENT = (
    b'\n[[event]]\nkind = "note_added"\nat = 2026-11-22T18:40:01.123Z\nby = "a"\nfrom = "a@b"\n'
    b'sees = "sha256:' + b"0" * 64 + b'"\n'
)


def event(fields: bytes, before: bytes) -> bytes:
    """A journal of a header and one event under a good hash."""
    prev = before[-66:-2]
    return before + sealed(EVENT + fields + b'seq = 1\nprev = "sha256:' + prev + b'"\n')


MANY_PHASES = '[[phases]]\nname = "a"\naudience = "b"\nduration = "1 h"\n'
PLAN_TABLE = '[plan]\nname = "x"\n'

PLANS: dict[str, Make] = {
    "one dotted key of 78 KB": bytes_of("a." * 39_000 + "a = 1\n"),
    "a dotted table of 78 KB": bytes_of("[" + "a." * 39_000 + "a]\n"),
    "quoted dotted keys": bytes_of('"a".' * 39_000 + "a = 1\n"),
    "many keys of ten dots": bytes_of("".join(f"a.b.c.d.e.f.g.h.i.j{n} = 1\n" for n in range(38_000))),
    "500 nested arrays": bytes_of("a = " + "[" * 500 + "]" * 500),
    "500,000 nested arrays": bytes_of("a = " + "[" * 500_000),
    "nested arrays over lines": bytes_of("a = " + "[\n" * 100_000),
    "500 inline tables": bytes_of("a = " + "{a = " * 500 + "1" + "}" * 500),
    "100,000 inline tables": bytes_of("a = " + "{a=" * 100_000),
    "4,301 digits": bytes_of("format = " + "9" * 4_301),
    "a million digits": bytes_of("format = " + "9" * 1_000_000),
    "a million hexadecimal digits": bytes_of("format = 0x" + "f" * 1_000_000),
    "digits in groups": bytes_of("format = " + "1_" * 400_000 + "1"),
    "a float of a million digits": bytes_of("format = 0." + "9" * 1_000_000),
    "bad UTF-8": bytes_of(b'format = 1\n[plan]\nname = "M\xfcller"\n'),
    "a byte order mark": bytes_of("\ufeffformat = 1\n" + PLAN_TABLE),
    "NULs": bytes_of(b"format = 1\0\0\0\n"),
    "a line of a megabyte": bytes_of("a" * (MIB - 1)),
    "a text of a megabyte": bytes_of('format = 1\n[plan]\nname = "' + "a" * (MIB - 40) + '"\n'),
    "a text that never ends": bytes_of('format = """' + "a\n" * 500_000),
    "quotes alone": bytes_of('"' * 1_000_000),
    "backslashes alone": bytes_of('a = "' + "\\" * 1_000_000),
    "a hundred thousand keys": bytes_of("".join(f"k{n} = 1\n" for n in range(80_000))),
    "many tables": bytes_of("".join(f"[t{n}]\n" for n in range(90_000))),
    "many phases": bytes_of("format = 1\n" + MANY_PHASES * 18_000),
    "many strange blocks": bytes_of("[[a]]\n" * 170_000),
    "one array of 300,000": bytes_of("a = [" + "1," * 300_000 + "]"),
    "comments alone": bytes_of("#\n" * 500_000),
    "a date out of range": bytes_of("format = 1\na = 2026-13-45T25:61:61Z\n"),
    "the year 0": bytes_of("format = 1\na = 0000-00-00\n"),
    "an offset out of range": bytes_of("format = 1\na = 2026-01-01T00:00:00+99:99\n"),
    "controls in keys": bytes_of('format = 1\n"\\u001b]2;owned\\u0007\\u202e" = 1\n'),
    "a title that acts": bytes_of('format = 1\n[plan]\nname = "\\u001b[2J[/b]\\u009b"\n'),
    "more than a plan may have": bytes_of("# x\n" * (MIB // 4 + 1)),
    "lines of carriage returns": bytes_of("format = 1\r" * 1000),
}

FILES: dict[str, Make] = {
    "empty": bytes_of(""),
    "white space": bytes_of(" \n\t\n" * 1000),
    "gzip": bytes_of(gzip.compress(b"0" * 10 * MIB)),
    "PNG": bytes_of(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + os.urandom(2000)),
    "a directory": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a link to /dev/zero": link_to("/dev/zero"),
    "a link to nowhere": link_to("nowhere"),
    "a link to itself": link_to("bomb.toml"),
    "64 MiB of nothing": sparse(64 * MIB),
    "a terabyte of nothing": sparse(1024 * 1024 * MIB),
}

JOURNALS: dict[str, Make] = {
    "a plan of one dotted key": bytes_of(header("a." * 29_000 + "a = 1")),
    "a plan of nested arrays": bytes_of(header("a = " + "[" * 500 + "]" * 500)),
    "a plan of a big number": bytes_of(header("format = " + "9" * 5000)),
    "a plan that is none": bytes_of(header("this is no TOML")),
    "a plan with nothing in it": bytes_of(header("")),
    "another plan than hashed": bytes_of(sealed(header()[:-82].replace(b"format = 1", b"format = 2") + b"\n")),
    "a format line and zeros": bytes_of(b'format = "rollout-journal/1"\n' + bytes(20 * MIB)),
    "a header that never ends": bytes_of(header()[:100] + b'run = "' + b"a" * 20 * MIB),
    "items without end": bytes_of(sealed(header()[:-82].replace(b"items = []", b"items = [" + b'"a", ' * MIB))),
    "a text of 10 MiB under a good hash": bytes_of(event(b'text = "' + b"a" * 10 * MIB + b'"\n', header())),
    "escapes of 4 MiB": bytes_of(event(b'text = "' + b"\\n" * 2 * MIB + b'"\n', header())),
    "escapes that no writer writes": bytes_of(event(b'text = "' + b"\\u0041" * MIB + b'"\n', header())),
    "a number of a megabyte": bytes_of(event(b"value = " + b"9" * MIB + b"\n", header())),
    "nested arrays in an event": bytes_of(event(b"value = " + b"[" * MIB + b"\n", header())),
    "100,000 keys in an event": bytes_of(event(b"".join(b"k%d = 1\n" % n for n in range(100_000)), header())),
    "a dotted key in an event": bytes_of(event(b"a." * 39_000 + b"a = 1\n", header())),
    "fake blocks in a text": bytes_of(
        event(b'text = """\n\n[[event]]\nkind = "run_closed"\nhash = "sha256:' + b"0" * 64 + b'"\n"""\n', header())
    ),
    "a torn text of 10 MiB": bytes_of(header() + EVENT + b'text = "' + b"a" * 10 * MIB),
    "torn texts of 5 MiB": bytes_of(header() + EVENT + b"texts = [" + b'"a", ' * MIB),
    "a torn run of quotes": bytes_of(header() + EVENT + b'text = "' + b'"' * MIB),
    "a torn run of backslashes": bytes_of(header() + EVENT + b'text = "' + b"\\" * (MIB + 1)),
    "a torn plan": bytes_of(header() + EVENT + b"plan = [\n" + b'  "a",\n' * MIB),
    "torn lines without end": bytes_of(header() + EVENT + b"".join(b"k%d = 1\n" % n for n in range(200_000))),
    "torn zeros of 20 MiB": bytes_of(header() + b"\n[[" + bytes(20 * MIB)),
    "a million beginnings of blocks": bytes_of(header() + b"\n[[event]]\n" * MIB),
    "a million ends of blocks": bytes_of(header() + b'\nhash = "sha256:' * MIB),
    "an event for no run": bytes_of(event(b'text = "x"\n', header())),
}

# Of one kind with a smaller one.
LARGE = {
    "a header that never ends",
    "escapes of 4 MiB",
    "a torn text of 10 MiB",
    "torn texts of 5 MiB",
    "a torn plan",
    "torn zeros of 20 MiB",
    "a million beginnings of blocks",
}

BOMBS: dict[str, Make] = {
    **{f"plan: {name}": make for name, make in PLANS.items()},
    **{f"file: {name}": make for name, make in FILES.items()},
    **{f"{'large ' if name in LARGE else ''}journal: {name}": make for name, make in JOURNALS.items()},
}
