"""What somebody who can write a signed log does to it: told or not told as FORMAT.md claims, by both that verify."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rollout_tui.journal import verification
from rollout_tui.journal.verdicts import Verification
from rollout_tui.signing import verify
from rollout_tui.signing.verify import Backend
from tests.journal import outsider
from tests.signing.signed_log import ALICE, BOB, CAROL, EVE, Log, Part, asked, forged, signers, start
from tests.signing.soft_keys import HEADER

_, _, TABLE = Path(verification.__file__).with_name("FORMAT.md").read_text().partition("**What a signature proves**")
TABLE = TABLE.partition("\n\n**")[0]


def honest() -> Log:
    """Bob and others note things, alice signs the third and the fifth, having seen all before."""
    log = start().say("bob").say("bob").say("alice", ALICE).say("bob").say("alice", ALICE)
    return log.say("bob").say("bob")


def attack(change: Callable[[list[Part]], list[Part]]) -> Callable[[], Log]:
    return lambda: forged(change(honest().parts))


def swapped(parts: list[Part], one: int, other: int) -> list[Part]:
    found = list(parts)
    found[one], found[other] = parts[other], parts[one]
    return found


def changed(parts: list[Part], number: int) -> list[Part]:
    part = parts[number].changed(b"note %d" % number, b"something else")
    return [*parts[:number], part, *parts[number + 1 :]]


def without(parts: list[Part], number: int) -> list[Part]:
    return [*parts[:number], *parts[number + 1 :]]


def bare(parts: list[Part], number: int) -> list[Part]:
    return [*parts[:number], parts[number].unsigned, *parts[number + 1 :]]


def stranger() -> Part:
    return start(run="other-1").say("alice", ALICE).parts[1]


def expired() -> Log:
    return honest().say("carol", CAROL, minute=24 * 60)


def fork() -> Log:
    log = forged(honest().parts[:6])
    return log.say("alice", ALICE, text="something else")


ELSEWHERE = "damaged", "is altered: signed over another history"

# The row of FORMAT.md, what is done, the verdict, and a part of its words.
ATTACKS: dict[str, tuple[str, Callable[[], Log], str, str]] = {
    "change": (
        "a signed entry was changed",
        attack(lambda p: changed(p, 5)),
        "altered",
        "event 5 is altered: not what",
    ),
    "change before": ("an entry before", attack(lambda p: changed(p, 1)), *ELSEWHERE),
    "change between two": ("an entry before", attack(lambda p: changed(p, 4)), *ELSEWHERE),
    "drop": ("an entry before", attack(lambda p: without(p, 2)), *ELSEWHERE),
    "drop a signed one": ("an entry before", attack(lambda p: without(p, 3)), *ELSEWHERE),
    "put in": ("an entry before", attack(lambda p: [*p[:2], p[1].changed(b"note 1", b"note 7"), *p[2:]]), *ELSEWHERE),
    "swap": ("an entry before", attack(lambda p: swapped(p, 1, 2)), *ELSEWHERE),
    "swap with a signed one": ("an entry before", attack(lambda p: swapped(p, 3, 4)), *ELSEWHERE),
    "replay in another run": (
        "a signed entry was brought",
        lambda: forged([*honest().parts, stranger()]),
        *ELSEWHERE,
    ),
    "replay behind what it saw": (
        "a signed entry was brought",
        lambda: forged([*honest().parts, replace(stranger(), words=honest().parts[3].words)]),
        "altered",
        "event 8 is altered: not what was signed",
    ),
    "repeat": ("a signed entry stands", attack(lambda p: [*p, p[5]]), "altered", "event 8 is altered: repeated"),
    "signature taken off": ("a signature was taken off", attack(lambda p: bare(p, 3)), *ELSEWHERE),
    "the last signature taken off": ("a signature was taken off", attack(lambda p: bare(p, 5)), "open", ""),
    "each signature taken off": (
        "each signature was taken off",
        attack(lambda p: [part.unsigned for part in p]),
        "open",
        "",
    ),
    "somebody else's key": (
        "signed with somebody",
        lambda: honest().say("alice", BOB),
        "wrong-signer",
        "event 8 is signed by bob@example.com, who is not the claimed alice",
    ),
    "nobody's key": ("signed with somebody", lambda: honest().say("alice", EVE), "wrong-signer", "of nobody listed"),
    "expired key": (
        "signed with a key that had",
        expired,
        "wrong-signer",
        "signed by carol's key (carol@example.com, Carol Jones) outside its time",
    ),
    "as a header": (
        "an entry was signed as",
        lambda: honest().say("alice", ALICE, namespace=HEADER),
        "altered",
        "signed for another purpose",
    ),
    "cut tail": ("the end was cut off", attack(lambda p: p[:4]), "open", ""),
    "change behind the last": ("an unsigned entry behind", attack(lambda p: changed(p, 6)), "open", ""),
    "drop behind the last": ("an unsigned entry behind", attack(lambda p: without(p, 7)), "open", ""),
    "fork": ("two journals that part", fork, "open", ""),
    "dated back": ("a stolen or expired key", lambda: honest().say("carol", CAROL, minute=-24 * 60), "open", ""),
}


def verified(log: Log, path: Path) -> Verification:
    path.write_bytes(log.data)
    return verification.verify(path, signers=asked)


@pytest.mark.parametrize(("row", "build", "verdict", "words"), ATTACKS.values(), ids=ATTACKS)
def test_each_attack_is_told_or_not_as_the_format_says(
    row: str,
    build: Callable[[], Log],
    verdict: str,
    words: str,
    backend: Backend,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "_own_backend", lambda: backend)
    found = verified(build(), tmp_path / "checkout-1.toml")
    assert (found.verdict, words in found.words) == (verdict, True), found.words
    claims = re.findall(rf"^\| {re.escape(row)}[^|]*\| (\*\*no\*\*|yes|the entry is unsigned)", TABLE, re.MULTILINE)
    assert len(claims) == 1
    assert claims[0] == "the entry is unsigned" or (claims[0] == "yes") == (not found.holds)


def test_every_row_of_the_format_is_tried() -> None:
    rows = [line[2:] for line in TABLE.splitlines() if line.startswith("| ")][1:]
    untried = [row for row in rows if not any(row.startswith(tried) for tried, *_ in ATTACKS.values())]
    # What happens on a machine leaves nothing in a log.
    assert [row.partition(" on ")[0] for row in untried] == ["root"]


def test_what_is_not_told_is_not_fixed(tmp_path: Path) -> None:
    for name, fixed in (("cut tail", 3), ("change behind the last", 5), ("the last signature taken off", 3)):
        signatures = verified(ATTACKS[name][1](), tmp_path / "checkout-1.toml").signatures
        assert signatures is not None
        assert signatures.fixed == fixed
        if name.startswith("the last"):
            assert signatures.rows[5].words == "unsigned (claims alice)"


def test_who_names_a_file_is_told_that_nobody_signed(tmp_path: Path) -> None:
    path = tmp_path / "checkout-1.toml"
    path.write_bytes(ATTACKS["each signature taken off"][1]().data)
    found = verification.verify(path, signers=lambda _folder, _is_signed: replace(signers(), is_named=True))
    assert (found.verdict, found.unanswered) == ("open", "nobody signed it")


def test_an_honest_log_holds_and_an_outsider_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "checkout-1.toml"
    found = verified(honest(), path)
    assert (found.verdict, found.holds) == ("open", True)
    assert found.signatures is not None
    assert found.signatures.fixed_words == "fixed to event 5 by alice's signature; the 2 events behind it are not"
    assert outsider.verdict(path)["verdict"] == "open"


@pytest.mark.parametrize("name", ["repeat", "as a header"])
def test_an_outsider_without_cryptography_sees(name: str, tmp_path: Path) -> None:
    path = tmp_path / "checkout-1.toml"
    path.write_bytes(ATTACKS[name][1]().data)
    assert outsider.verdict(path)["verdict"] == "altered"


def test_an_unsigned_log_is_verified_as_before_and_asks_for_no_signers(tmp_path: Path) -> None:
    def nobody(_folder: Path, is_signed: bool) -> None:
        assert not is_signed

    path = tmp_path / "checkout-1.toml"
    path.write_bytes(start().say("alice").data)
    found = verification.verify(path, signers=nobody)
    assert found == verification.verify(path)
    assert (found.words, found.signatures) == ("open: the run is not closed: later events can't be ruled out", None)
