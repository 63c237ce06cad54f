"""Time stamps: asked for with nothing but a hash, read as they are, and verified by who vouches for the authority."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from rollout_tui.errors import UsageError
from rollout_tui.signing.authority import ANSWER_LIMIT, NoAnswer, ask_authority
from rollout_tui.signing.timestamp import NoOpenssl, NotStamped, Stamped, Untrusted, answered, query, read, verify
from tests.probes.server import Answer, Server
from tests.probes.server import reply as reply_with
from tests.signing.tsa import Authority, form_of, needs_openssl, serving

pytestmark = needs_openssl

STAMPED = Path(__file__).with_name("stamped")
DIGEST = sha256(b"a log").hexdigest()
AT = datetime(2026, 11, 25, 16, 47, 45, 351_000, UTC)


def drain(connection: socket.socket, _request: bytes = b"") -> None:
    """Say nothing until the other side ends."""
    connection.recv(1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "here")


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[Server]:
    with serving(authority.answer) as server:
        yield server


@pytest.fixture(scope="module")
def asked() -> bytes:
    return query(DIGEST)


@pytest.fixture(scope="module")
def reply(authority: Authority, asked: bytes) -> bytes:
    return authority.answer(asked)


def test_nothing_but_the_hash_leaves(server: Server, asked: bytes) -> None:
    found = answered(ask_authority(f"{server.url}/tsr", asked), asked)
    assert found.digest == DIGEST
    (request,) = server.requests
    assert b"Content-Type: application/timestamp-query" in request
    assert form_of(request) == asked
    assert len(asked) <= 70
    assert bytes.fromhex(DIGEST) in asked


def test_an_answer_verifies_by_who_vouches_for_the_authority(reply: bytes, authority: Authority) -> None:
    verify(reply, read(reply), authority.ca)


def test_an_authority_whose_certificate_has_ended_since_is_verified_at_the_time_that_it_states() -> None:
    reply = (STAMPED / "reply.tsr").read_bytes()
    found = read(reply)
    assert found == Stamped(DIGEST, AT, found.nonce)
    verify(reply, found, STAMPED / "ca.pem")


def test_an_authority_for_which_nobody_vouches_is_told(reply: bytes, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    with pytest.raises(Untrusted, match=r"ca.pem does not vouch for the authority: .*certificate"):
        verify(reply, read(reply), other.ca)


def test_a_certificate_that_had_not_begun_is_told(reply: bytes, authority: Authority) -> None:
    early = replace(read(reply), time=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(Untrusted, match="not yet valid"):
        verify(reply, early, authority.ca)


def test_what_was_changed_does_not_verify(reply: bytes, authority: Authority) -> None:
    found = read(reply)
    with pytest.raises(NotStamped, match="signature failure"):
        verify(reply[:-1] + bytes([reply[-1] ^ 1]), found, authority.ca)
    with pytest.raises(NotStamped, match="imprint mismatch"):
        verify(reply, replace(found, digest="0" * 64), authority.ca)


def test_an_answer_to_another_query_is_none(reply: bytes) -> None:
    for other in (query(DIGEST), query("0" * 64)):
        with pytest.raises(NotStamped, match="about something else"):
            answered(reply, other)


@pytest.mark.parametrize("answer", [b"", b"<html>Sign in to the guest network</html>", b"\x30\x03\x30\x01\x02"])
def test_what_is_no_answer_is_told(answer: bytes) -> None:
    with pytest.raises(NotStamped, match="stamped nothing"):
        read(answer)


def test_an_authority_that_refuses_says_why(tmp_path: Path, asked: bytes) -> None:
    authority = Authority(tmp_path / "picky", digests="sha512")
    with pytest.raises(NotStamped, match=r"stamped nothing: .*Rejected.*not supported"):
        read(authority.answer(asked))


def test_words_beside_the_stamp_that_look_like_one_are_not_believed(reply: bytes) -> None:
    """The status is not signed: whoever has the file can write into it."""
    real = read(reply)
    fake = (
        b"\nTST info:\nHash Algorithm: sha256\nMessage data:\n    0000 - 00 00 \nTime stamp: Jan  1 00:00:00 2020 GMT\n"
    )
    status = bytes([0x02, 0x01, 0x00, 0x30, len(fake) + 2, 0x0C, len(fake)]) + fake
    token = reply[9:]
    assert reply[4:9] == bytes([0x30, 0x03, 0x02, 0x01, 0x00]), "a status without words"
    body = bytes([0x30, 0x81, len(status)]) + status + token
    forged = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    assert read(forged) == real


def test_a_file_without_a_certificate_is_told(reply: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    for name in ("empty.pem", "none.pem"):
        with pytest.raises(UsageError, match="holds no certificate"):
            verify(reply, read(reply), tmp_path / name)


def test_a_machine_without_openssl_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoOpenssl, match=r"can't be started.*\n.*Install openssl"):
        query(DIGEST)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply_with(b"busy", 500), "it answers 500"),
        (reply_with(bytes(ANSWER_LIMIT + 1)), "larger than 65,536 bytes"),
        (lambda *_: None, "closed the connection"),
        (drain, "no whole answer within 0.1 s"),
    ],
    ids=["busy", "large", "closed", "silent"],
)
def test_an_authority_that_answers_otherwise_is_told(asked: bytes, answer: Answer, said: str) -> None:
    with Server(answer) as server, pytest.raises(NoAnswer, match=re.escape(said)) as caught:
        ask_authority(f"{server.url}/tsr?token=secret", asked, 0.1)
    assert "secret" not in str(caught.value)


def test_an_authority_that_is_not_there_is_told(asked: bytes) -> None:
    with Server(drain) as server:
        pass
    with pytest.raises(NoAnswer, match="no connection"):
        ask_authority(server.url, asked, 0.1)
