"""Makes the journals in `fixtures/` that somebody signed, by keys that are made up: `python -m …make_signed_fixtures`.

As those of make_fixtures.py: what is there is never made anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.journal.make_fixtures import FOLDER, Case, blocks, changed, head_of, keep, reseal
from tests.signing.soft_keys import HEADER, KINDS, SoftKey


def cases() -> Iterator[Case]:
    parts = blocks((FOLDER / "open-grown.toml").read_bytes())
    last = len(parts) - 1
    head = head_of(parts[4])
    words = parts[5][: parts[5].index(b"seq = ")]
    header = parts[0][: parts[0].rindex(b"hash = ")]
    for kind in KINDS:
        made = sign(parts, 5, SoftKey(kind).sign(words))
        yield f"open-signed-{kind.partition('@')[0]}", b"".join(made), "open", last, None
    yield "open-signed-header", b"".join(sign(parts, 0, SoftKey().sign(header, HEADER))), "open", last, None
    unknown = words.replace(b"gate_held", b"swapped_out")
    made = changed(parts, 5, b'kind = "gate_held"', b'kind = "swapped_out"')
    yield "open-signed-unknown-kind", b"".join(sign(made, 5, SoftKey().sign(unknown))), "open", last, None
    yield "altered-signed-as-a-header", b"".join(sign(parts, 5, SoftKey().sign(words, HEADER))), "altered", last, None
    yield "altered-signed-for-git", b"".join(sign(parts, 5, SoftKey().sign(words, "git"))), "altered", last, None
    signature = SoftKey().sign(words)
    once = sign(parts, 5, signature)
    # It follows another than the one that its author saw, so that chaining anew leaves the latter.
    again = once[5].replace(b"seq = 5\n", b"seq = 7\n").replace(b'prev = "sha256:' + head, b'prev = "sha256:none')
    yield "altered-signed-twice", b"".join(reseal([*once, again])), "altered", last + 1, None
    older = head_of(parts[1])
    seen = words.replace(b'sees = "sha256:' + head, b'sees = "sha256:' + older)
    made = changed(parts, 5, b'sees = "sha256:' + head, b'sees = "sha256:' + older)
    yield "open-signed-after-an-older-head", b"".join(sign(made, 5, SoftKey().sign(seen))), "open", last, None
    # An event that its author saw was changed, and all behind it chained anew.
    forged = changed(sign(made, 5, SoftKey().sign(seen)), 1, b"all green", b"all amber")
    yield "damaged-signed-over-another-history", b"".join(forged), "damaged", 4, len(b"".join(forged[:5]))


def sign(parts: list[bytes], number: int, signature: str) -> list[bytes]:
    """Give the journal with a signature in one of its blocks."""
    before = b"seq = %d\n" % number if number else b'hash = "'
    return changed(parts, number, before, b'signature = "%b"\n' % signature.encode() + before)


if __name__ == "__main__":
    keep(cases())
