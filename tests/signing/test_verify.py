"""What is said of a signature: every row of the table, by both that verify them, and up to where it fixes a log."""

from __future__ import annotations

import shutil
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest

from rollout_tui.report.signed import signature_lines
from rollout_tui.signing import by_ssh_keygen, in_process
from rollout_tui.signing.algorithms import Check, why_not
from rollout_tui.signing.signatures import Kind, Signatures
from rollout_tui.signing.unverifiable import Unverifiable
from rollout_tui.signing.verify import Backend, check
from rollout_tui.sshsig import NotSshsig, parse
from tests.signing.signed_log import (
    ALICE,
    AUTHORITY,
    BOB,
    CAROL,
    EVE,
    FIDO,
    GITA,
    NOON,
    SIGNERS,
    Log,
    forged,
    signers,
    start,
)
from tests.signing.soft_keys import EVENT, HEADER, KINDS, SoftKey


def said(log: Log, backend: Backend, **asked: str) -> Signatures:
    return check(log.entries, signers(**asked), backend=backend)


NEEDS_SSH_KEYGEN = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")

UNTOUCHED = SoftKey(FIDO.kind, flags=0)
CERTIFIED = SoftKey(number=20).certified(AUTHORITY, "dave@example.com", "root@elsewhere.com")
SOFTWARE = "not touched, any program of {}'s could"

Row = tuple[Callable[[], Log], Kind, str]
ROWS: dict[str, Row] = {
    "listed": (
        lambda: start().say("alice", ALICE),
        "signed",
        f"signed with alice's key (alice@example.com, Alice Smith; {SOFTWARE})",
    ),
    "by the full name": (
        lambda: start().say("Alice  SMITH", ALICE),
        "signed",
        f"signed with Alice  SMITH's key (alice@example.com; {SOFTWARE})",
    ),
    "by the principal": (
        lambda: start().say("robert@example.com", BOB),
        "signed",
        f"signed with robert@example.com's key ({SOFTWARE})",
    ),
    "touched": (
        lambda: start().say("alice", FIDO),
        "signed",
        "signed with alice's key (alice@example.com, Alice Smith; touched)",
    ),
    "not touched": (
        lambda: start().say("alice", UNTOUCHED),
        "signed",
        "signed by alice, key not touched (alice@example.com, Alice Smith)",
    ),
    "certified": (
        lambda: start().say("dave", CERTIFIED),
        "signed",
        f"signed with dave's key (dave@example.com; {SOFTWARE})",
    ),
    "certified for somebody else": (
        lambda: start().say("erik", CERTIFIED),
        "somebody-else",
        "signed by dave@example.com, who is not the claimed erik",
    ),
    "certified for whom its authority is not listed": (
        lambda: start().say("root", CERTIFIED),
        "somebody-else",
        "signed by dave@example.com, who is not the claimed root",
    ),
    "certified for another time": (
        lambda: start().say(
            "dave", SoftKey(number=20).certified(AUTHORITY, "dave@example.com", before=int(NOON.timestamp()))
        ),
        "outside-time",
        "signed by dave's key (dave@example.com) outside its time",
    ),
    "certified as a host": (
        lambda: start().say("dave", SoftKey(number=20).certified(AUTHORITY, "dave@example.com", of=2)),
        "nobody",
        f"signed by a key of nobody listed, {SoftKey(number=20).fingerprint}, as dave",
    ),
    "certified by nobody listed": (
        lambda: start().say("dave", SoftKey(number=20).certified(EVE, "dave@example.com")),
        "nobody",
        f"signed by a key of nobody listed, {SoftKey(number=20).fingerprint}, as dave",
    ),
    "an authority's own key": (
        lambda: start().say("dave@example.com", AUTHORITY),
        "nobody",
        f"signed by a key of nobody listed, {AUTHORITY.fingerprint}, as dave@example.com",
    ),
    "somebody else": (
        lambda: start().say("alice", BOB),
        "somebody-else",
        "signed by bob@example.com, who is not the claimed alice",
    ),
    "nobody": (
        lambda: start().say("alice", EVE),
        "nobody",
        f"signed by a key of nobody listed, {EVE.fingerprint}, as alice",
    ),
    "listed for another purpose": (
        lambda: start().say("gita", GITA),
        "nobody",
        f"signed by a key of nobody listed, {GITA.fingerprint}, as gita (listed only for git)",
    ),
    "outside its time": (
        lambda: start().say("carol", CAROL),
        "outside-time",
        "signed by carol's key (carol@example.com, Carol Jones) outside its time",
    ),
    "other bytes": (
        lambda: altered(start().say("alice", ALICE)),
        "altered",
        "altered: not what was signed",
    ),
    "another purpose": (
        lambda: start().say("alice", ALICE, namespace=HEADER),
        "altered",
        f"altered: signed for another purpose, {HEADER}",
    ),
    "unsigned": (lambda: start(ALICE).say("carol"), "unsigned", "unsigned (claims carol)"),
    "an older head": (
        lambda: start().say("bob").say("bob").say("alice", ALICE, saw=0),
        "signed",
        f"signed with alice's key (alice@example.com, Alice Smith; {SOFTWARE}), 2 entries not seen",
    ),
    "repeated": (
        lambda: repeated(start().say("alice", ALICE)),
        "repeated",
        "altered: repeated, the words of event 1 once more",
    ),
}


@pytest.mark.parametrize(
    ("line", "by", "words"),
    [
        ("alice", "alice", f"signed with alice's key ({SOFTWARE})"),
        ("alice@contractor.example", "alice", f"signed with alice's key (alice@contractor.example; {SOFTWARE})"),
        ("*@example.com", "a@example.com", f"signed with a@example.com's key (*@example.com; {SOFTWARE})"),
    ],
)
def test_a_principal_that_is_not_the_very_name_is_said(line: str, by: str, words: str) -> None:
    found = check(start().say(by, ALICE).entries, signers(f"{line} {ALICE.line}"))
    assert found.rows[1].words == words.format(by)
    mallory = check(start().say("alice meyer", ALICE).entries, signers(f"mallory@x {ALICE.line} Alice Meyer"))
    assert mallory.rows[1].words.startswith("signed with alice meyer's key (mallory@x; ")


def altered(log: Log) -> Log:
    return forged([*log.parts[:-1], log.parts[-1].changed(b"note 1", b"note 7")])


def repeated(log: Log) -> Log:
    return forged([*log.parts, log.parts[-1]])


@pytest.mark.parametrize(("build", "kind", "words"), ROWS.values(), ids=ROWS)
def test_each_row_of_the_table_is_said_by_both(
    build: Callable[[], Log], kind: Kind, words: str, backend: Backend
) -> None:
    log = build()
    row = said(log, backend).rows[-1]
    assert (row.kind, row.words) == (kind, words.format(log.entries[-1].stamp.by))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("certified", [False, True], ids=["plain", "certified"])
def test_each_kind_of_key_counts_and_a_change_is_seen(kind: str, certified: bool, backend: Backend) -> None:
    key = SoftKey(kind, 5)
    key = key.certified(SoftKey(kind, 6), "alice") if certified else key
    log = start(key).say("alice", key)
    listed = f"alice {'cert-authority ' if certified else ''}{SoftKey(kind, 6 if certified else 5).line}"
    assert [each.kind for each in said(log, backend, text=listed).rows] == ["signed", "signed"]
    assert [each.kind for each in said(altered(log), backend, text=listed).rows] == ["signed", "altered"]


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        ("U1NIU0lH", "cut short"),
        (SoftKey("ssh-rsa").sign(b"words", algorithm="ssh-rsa"), "signed by way of ssh-rsa, which does not count"),
        (SoftKey().sign(b"words", hash_name="sha384"), "signed by way of sha384, which does not count"),
        (
            SoftKey().certified(SoftKey("ssh-rsa"), "alice", algorithm="ssh-rsa").sign(b"words"),
            "signed by way of ssh-rsa, which does not count",
        ),
    ],
)
def test_what_does_not_count_is_told_without_verifying_it(signature: str, why: str) -> None:
    def nobody(checks: object) -> list[bool]:
        assert not checks
        return []

    log = start().say("alice", ALICE)
    entries = forged([log.parts[0], type(log.parts[1])(log.parts[1].words, signature)]).entries
    assert why in check(entries, signers(), backend=nobody).rows[1].words


def test_bits_behind_the_last_byte_of_a_signature_make_it_none(backend: Backend) -> None:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    log = start().say("alice", ALICE)
    end = log.parts[1].signature.rstrip("=")
    other = end[:-1] + digits[digits.index(end[-1]) + 1] + "=" * (len(log.parts[1].signature) - len(end))
    assert b64decode(other) == b64decode(log.parts[1].signature)
    row = said(forged([log.parts[0], type(log.parts[1])(log.parts[1].words, other)]), backend).rows[1]
    assert (row.kind, row.words) == ("altered", "altered: its signature is not in Base64 as it is written")


def test_filling_what_nobody_signs_makes_no_other_words(backend: Backend) -> None:
    log = start().say("alice", ALICE)
    again = type(log.parts[1])(log.parts[1].words, ALICE.sign(log.parts[1].words, reserved="something"))
    rows = said(forged([*log.parts, again]), backend).rows
    assert [each.kind for each in rows] == ["unsigned", "signed", "repeated"]


def test_a_certificate_that_was_forged_counts_for_nothing(backend: Backend) -> None:
    key = SoftKey(number=20, certificate=CERTIFIED.certificate.replace(b"dave@example.com", b"ruth@example.com"))
    assert said(start().say("ruth", key), backend).rows[1].words == "altered: not what was signed"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: start(ALICE), "fixed to the header, the last, by alice's signature"),
        (lambda: start(ALICE).say("bob"), "fixed to the header by alice's signature; the event behind it is not"),
        (
            lambda: start().say("bob").say("alice", ALICE).say("bob").say("bob"),
            "fixed to event 2 by alice's signature; the 2 events behind it are not",
        ),
        (
            lambda: start().say("bob").say("bob").say("alice", ALICE, saw=1),
            "fixed to event 1 by alice's signature; the 2 events behind it are not",
        ),
        (
            lambda: start().say("bob", BOB).say("alice", BOB).say("carol", CAROL).say("eve", EVE),
            "fixed to event 1 by bob's signature; the 3 events behind it are not",
        ),
        (lambda: start().say("eve", EVE), "no entry is fixed by a signature of a listed key"),
    ],
)
def test_a_signature_fixes_what_was_there(build: Callable[[], Log], words: str) -> None:
    assert check(build().entries, signers()).fixed_words == words


def test_two_auditors_with_different_files_read_the_same_run_in_different_words(backend: Backend) -> None:
    log = start(ALICE).say("bob", BOB).say("alice", EVE)
    one = said(log, backend)
    other = said(log, backend, text=f"alice {EVE.line} Alice at home\nrob {BOB.line}")
    assert [each.kind for each in one.rows] == ["signed", "signed", "nobody"]
    assert [each.kind for each in other.rows] == ["nobody", "somebody-else", "signed"]
    assert [each.key for each in one.rows] == [each.key for each in other.rows]
    assert other.rows[2].words == "signed with alice's key (Alice at home; not touched, any program of alice's could)"


def test_without_a_file_nobody_says_whose_a_key_is(backend: Backend) -> None:
    found = check(start(ALICE).say("alice", FIDO).entries, backend=backend)
    assert [each.kind for each in found.rows] == ["not-asked", "not-asked"]
    assert found.rows[0].words == f"signed with the key {ALICE.fingerprint}; no signers file says whose it is"
    assert (found.fixed, found.count) == (None, 2)


def test_only_what_is_asked_is_verified() -> None:
    seen: list[int] = []

    def counting(checks: Sequence[Check]) -> list[bool]:
        seen.append(len(checks))
        return [True] * len(checks)

    log = start(ALICE).say("alice", ALICE).say("bob", BOB).say("bob")
    found = check(log.entries, signers(), only={2, 3}, backend=counting)
    assert ([(each.seq, each.kind) for each in found.rows], seen) == ([(2, "signed"), (3, "unsigned")], [1])
    assert check(log.entries, signers(), only={3}, backend=counting).rows == ()
    again = repeated(start().say("alice", ALICE)).entries
    assert [each.kind for each in check(again, signers(), only={2}, backend=counting).rows] == ["repeated"]
    assert [each.kind for each in check(again, signers(), only={1}, backend=counting).rows] == ["signed"]


def test_an_unsigned_log_has_no_rows() -> None:
    def nobody(checks: object) -> list[bool]:
        raise AssertionError(checks)

    assert check(start().say("alice").entries, backend=nobody) == Signatures()
    assert check(start().say("alice").entries, signers(), backend=nobody) == Signatures(signers="signers")


def test_nothing_here_that_verifies_is_no_verdict() -> None:
    def unable(_checks: object) -> list[bool]:
        raise Unverifiable("ssh-keygen can't be asked: no such file")

    found = check(start(ALICE).say("bob").entries, signers(), backend=unable)
    assert [each.kind for each in found.rows] == ["unverified", "unsigned"]
    assert found.unverified == "ssh-keygen can't be asked: no such file"
    assert not found.altered


def test_one_that_nothing_here_verifies_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_but_the_first(checks: Sequence[Check]) -> list[bool | Unverifiable]:
        return [Unverifiable("a key of 17 bits"), *([True] * (len(checks) - 1))]

    found = check(start(ALICE).say("alice", ALICE).entries, signers(), backend=all_but_the_first)
    assert ([each.kind for each in found.rows], found.unverified) == (["unverified", "signed"], "a key of 17 bits")
    fixed = "fixed to event 1, the last, by alice's signature"
    assert list(signature_lines(found))[-3:] == [
        "not verified: a key of 17 bits",
        fixed,
        "whose key is whose: signers",
    ]
    program = tmp_path / "ssh-keygen"
    program.write_text('#!/bin/sh\ngrep -q note && exit 0\necho "Invalid key length" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    found = check(start(ALICE).say("alice", ALICE).entries, signers(), backend=by_ssh_keygen.verify)
    assert [each.kind for each in found.rows] == ["unverified", "signed"]


@NEEDS_SSH_KEYGEN
def test_without_the_package_ssh_keygen_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rollout_tui.signing.in_process", None)
    monkeypatch.delattr("rollout_tui.signing.in_process", raising=False)
    asked: list[int] = []
    monkeypatch.setattr(by_ssh_keygen, "verify", lambda checks: [asked.append(len(checks)) is None])
    assert [each.kind for each in check(start(ALICE).entries, signers()).rows] == ["signed"]
    assert asked == [1]


def test_ssh_keygen_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = check(start(ALICE).entries, signers(), backend=by_ssh_keygen.verify)
    assert "ssh-keygen can't be asked" in found.unverified


def test_a_place_that_takes_no_files_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    found = check(start(ALICE).entries, signers(), backend=by_ssh_keygen.verify)
    assert "can't be written" in found.unverified


def test_an_ssh_keygen_that_knows_no_signatures_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "ssh-keygen"
    old.write_text("#!/bin/sh\necho 'unknown option -- Y' >&2\nexit 1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    found = check(start(ALICE).entries, signers(), backend=by_ssh_keygen.verify)
    assert found.unverified == "ssh-keygen does not verify here: unknown option -- Y"


def test_names_are_made_safe() -> None:
    log = start().say("al\x1b[2Jice", ALICE)
    text = SIGNERS.replace("alice@", "al*@").replace("Alice Smith", "Alice\u202eSmith")
    words = check(log.entries, signers(text)).rows[1].words
    assert words.isprintable()


@NEEDS_SSH_KEYGEN
@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_both_say_the_same_of_every_bit_that_is_flipped(kind: str) -> None:
    for key in (SoftKey(kind), SoftKey(kind).certified(AUTHORITY, "alice")):
        blob = b64decode(key.sign(b"words"))
        checks = []
        for place, bit in product(range(len(blob)), (1, 0x80)):
            text = b64encode(blob[:place] + bytes([blob[place] ^ bit]) + blob[place + 1 :]).decode()
            with suppress(NotSshsig):
                if not why_not(parse(text), EVENT):
                    checks.append(Check(text, parse(text), b"words"))
        assert len(checks) > 100
        assert by_ssh_keygen.verify(checks) == in_process.verify(checks) == [False] * len(checks)
