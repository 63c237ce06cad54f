"""Random ends of a journal: the program and the outsider's verifier agree on which of them are torn."""

from __future__ import annotations

import random

import pytest

from rollout_tui.journal.torn import is_torn
from tests.journal import outsider
from tests.journal.make_fixtures import FOLDER, blocks, head_of

NAMES = (
    *("open-signed-ssh-ed25519", "open-grown-late-and-relayed", "open-grown-evidence-of-a-failure"),
    *("open-signed-unknown-kind", "open-grown-meaning", "open", "open-later-plan"),
)
CHARACTERS = b'"abc019=-.+/ \n\\e_{}[],XZTus'
KEYS = (b"boot", b"up_ms", b"signature", b"seq", b"prev", b"sees", b"reason", b"k" * 64)
VALUES = (
    b"",
    b" ",
    b" =",
    b" = ",
    b' = "',
    b" = 1",
    b' = "ab=',
    b' = "0f',
    b" = 1\n",
    b' = "51351a7e"\n',
    b' = "QUI="\n',
)
ENDS = (b"", b"s", b"se", b"seq", b"seq ", b"boot", b"up_", b"up_ms = 4", b"reason", b"x = ", b"signature = ")
CASES = 4_000


def end_of(block: bytes, chance: random.Random) -> bytes:
    """A block that is cut somewhere, as it was or with something else in it or behind it."""
    cut = block[: chance.randrange(1, len(block))]
    lines = block.splitlines(keepends=True)
    match chance.randrange(5):
        case 0:
            return cut + bytes(chance.choice(CHARACTERS) for _ in range(chance.randrange(1, 4)))
        case 1:
            place = chance.randrange(len(cut))
            return cut[:place] + bytes([chance.choice(CHARACTERS)]) + cut[place + chance.randrange(2) :]
        case 2:
            whole = b"".join(lines[: chance.randrange(2, len(lines))])
            return whole + chance.choice(KEYS) + chance.choice(VALUES) + chance.choice(ENDS)
        case 3:
            one, other = (chance.randrange(2, len(lines)) for _ in range(2))
            lines[one], lines[other] = lines[other], lines[one]
            return b"".join(lines)[: len(cut)]
        case _:
            return cut


@pytest.mark.slow
def test_both_say_of_random_ends_whether_they_are_torn() -> None:
    chance = random.Random(11)
    parts = [blocks((FOLDER / f"{name}.toml").read_bytes()) for name in NAMES]
    torn = 0
    for _ in range(CASES):
        journal = chance.choice(parts)
        number = chance.randrange(1, len(journal))
        prev = head_of(journal[number - 1]).decode()
        rest = end_of(journal[number], chance)
        said = is_torn(rest, seq=number, prev=prev)
        assert said == outsider.is_torn(rest, number, f"sha256:{prev}"), rest
        torn += said
    assert CASES / 10 < torn < CASES * 9 / 10
