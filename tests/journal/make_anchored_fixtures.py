"""Makes the journals in `fixtures/` that an authority of the tests stamped: `python -m …make_anchored_fixtures`.

As those of make_fixtures.py: what is there is never made anew. The certificates of that authority are not kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from rollout_tui.signing.timestamp import query, read
from tests.journal.make_fixtures import FOLDER, Case, blocks, head_of, keep, reseal
from tests.signing.tsa import Authority

NAMES = {
    "open-anchored": "open",
    "open-anchored-in-another-way": "open",
    "altered-anchored-elsewhere": "altered",
    "altered-anchored-under-another-number": "altered",
}


def cases(reply: bytes) -> Iterator[Case]:
    parts = blocks((FOLDER / "open-grown.toml").read_bytes())
    last = len(parts) - 1
    head = head_of(parts[last])
    lines = parts[last].splitlines(keepends=True)
    opening = [line for line in lines if line.startswith((b"at = ", b"by = ", b"from = ", b"boot = ", b"up_ms = "))]
    made = (
        b'\n[[event]]\nkind = "head_anchored"\n%b%b%bsees = "sha256:%b"\n%b%b' % (*opening[:3], head, *opening[3:])
        + b'head = "%d:%b"\nhow = "rfc3161"\nauthority = "https://tsa.example/tsr"\n' % (last, head)
        + b'time = "%b"\n' % read(reply).time.isoformat(timespec="milliseconds").encode()
        + b'evidence = "%b"\nevidence_name = "anchor.tsr"\n' % sha256(reply).hexdigest().encode()
        + b'evidence_size = %d\nseq = %d\nprev = "sha256:%b"\nhash\n' % (len(reply), last + 1, head)
    )
    for name, old, new in (
        ("open-anchored", b"", b""),
        ("open-anchored-in-another-way", b'how = "rfc3161"', b'how = "merkle"'),
        ("altered-anchored-elsewhere", b'head = "%d:%b"' % (last, head), b'head = "%d:%b"' % (last, b"0" * 64)),
        ("altered-anchored-under-another-number", b'head = "%d:' % last, b'head = "%d:' % (last - 1)),
    ):
        changed = made.replace(old, new, 1) if old else made
        yield name, b"".join(reseal([*parts, changed])), NAMES[name], last + 1, None


def answer() -> bytes:
    head = head_of(blocks((FOLDER / "open-grown.toml").read_bytes())[-1]).decode()
    with tempfile.TemporaryDirectory() as folder:
        return Authority(Path(folder) / "tsa").answer(query(head))


if __name__ == "__main__":
    new = [name for name in NAMES if not (FOLDER / f"{name}.toml").exists()]
    if new:
        reply = answer()
        keep(cases(reply))
        for name in new:
            beside = FOLDER / f"{name}.evidence"
            beside.mkdir()
            (beside / sha256(reply).hexdigest()).write_bytes(reply)
