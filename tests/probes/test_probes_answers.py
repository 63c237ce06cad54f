"""Answers that lie, secrets that are said back, plans that can't be asked: none passes, and no secret is kept."""

from __future__ import annotations

import socket
import time

import pytest

from rollout_tui.plan.probe import Probe, Source
from rollout_tui.probes import Outcome
from tests.probes.asking import TOKEN, Ask, both, by_query
from tests.probes.conftest import Certificates, Serve
from tests.probes.looking import looked, probe
from tests.probes.server import Answer, reply, told

# What lies


def raw(value: str) -> Answer:
    series = f'{{"metric": {{}}, "value": [{time.time()}, {value}]}}'
    return reply(f'{{"status": "success", "data": {{"resultType": "vector", "result": [{series}]}}}}')


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (raw("NaN"), "unknown"),
        (raw('"NaN"'), "unknown"),
        (raw('"+Inf"'), "unknown"),
        (raw('"-Inf"'), "unknown"),
        (raw("Infinity"), "unknown"),
        (raw("1e999"), "unknown"),
        (raw('"1e999"'), "unknown"),
        (raw("true"), "error"),
        (raw("null"), "error"),
        (raw('"one"'), "error"),
        (raw('"1_0"'), "error"),
        (raw("9" * 5000), "error"),
        (raw("[" * 30000), "error"),
        (told([1e30, "1"]), "error"),
        (told(["soon", "1"]), "error"),
        (told([]), "error"),
        (told(7), "error"),
        (told([time.time(), "1"], status="error"), "error"),
        (told([time.time(), "1"], warnings=["a store did not answer"]), "unknown"),
        (reply("null"), "error"),
        (reply("[]"), "error"),
        (reply("{}"), "error"),
        (reply(""), "error"),
        (reply("<html>Please log in</html>"), "error"),
        (reply(b"\xff\xfe\x00"), "error"),
        (reply("{}", 204), "error"),
    ],
)
def test_an_answer_that_is_no_number_never_passes(serve: Serve, answer: Answer, outcome: str) -> None:
    server = serve(answer)
    for given in ({"expect": "> 0"}, {"expect": "< 2"}):
        seen = looked(probe(source="prod", query="up", **given), sources={"prod": Source(prometheus=server.url)})
        assert (seen.outcome, seen.value) == (outcome, None)
        assert seen.reason


# What is kept


@both
def test_secrets_are_masked_in_whatever_a_server_says_back(serve: Serve, ask: Ask) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        reply(b"not as it should be: " + request + TOKEN.encode(), 418)(connection, request)

    seen = ask(serve(answer))
    assert (seen.outcome, seen.code) == (Outcome.ERROR if ask is by_query else Outcome.FAIL, 418)
    if ask is by_query:
        assert TOKEN not in repr(seen)
        assert "•••" in seen.answer


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "the environment variable PROM_TOKEN is not set"),
        ({"PROM_TOKEN": ""}, "PROM_TOKEN is empty, or holds what a header can't"),
        ({"PROM_TOKEN": "a\r\nX: b"}, "PROM_TOKEN is empty, or holds what a header can't"),
        ({"PROM_TOKEN": "ä"}, "PROM_TOKEN is empty, or holds what a header can't"),
    ],
)
def test_a_secret_that_can_not_be_sent_is_an_error_that_names_its_variable(
    serve: Serve, environ: dict[str, str], reason: str
) -> None:
    server = serve(told([time.time(), "1"]))
    sources = {"prod": Source(prometheus=server.url, bearer_env="PROM_TOKEN")}
    seen = looked(probe(source="prod", query="up", expect="> 0"), sources=sources, environ=environ)
    assert (seen.outcome, seen.reason, seen.asked) == (Outcome.ERROR, reason, "up")
    assert server.requests == []


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (probe(source="prod", query="up", expect="> 0"), "the plan has no source prod"),
        (probe(source="bad", query="up", expect="> 0"), "not an address of the web: prom.example.com/api/v1/query"),
        (probe(source="bad", query="up"), "nothing judges its value: give `expect`"),
        (probe(http="file:///etc/passwd"), "not an address of the web: file:///etc/passwd"),
        (probe(http="http://user:secret@127.0.0.1/"), "an address holds no user and password"),
        (probe(http="http://[::1"), "not an address of the web: http://[::1"),
        (probe(http="http://host:99999/"), "not an address of the web: http://host:99999/"),
        (probe(http=f"http://{'a' * 70}.example/"), "no answer from"),
        (probe(http="http://127.0.0.1:1/\n", deadline="0.1 s"), "no connection to 127.0.0.1:1"),
        (probe(http="http://127.0.0.1/", certificate_days=3), "certificate_days needs an address"),
    ],
)  # fmt: skip
def test_a_plan_that_can_not_be_asked_is_an_error(asked: Probe, reason: str) -> None:
    seen = looked(asked, sources={"bad": Source(prometheus="prom.example.com")})
    assert seen.outcome is Outcome.ERROR
    assert seen.reason.startswith(reason)


def test_tls_of_an_unknown_authority_is_an_error_and_of_a_named_one_is_taken(
    serve: Serve, certificates: Certificates
) -> None:
    server = serve(told([time.time(), "1"]), tls=certificates.server())
    unknown = by_query(server, deadline="5 s")
    assert unknown.outcome is Outcome.ERROR
    assert unknown.reason.startswith(f"the certificate of 127.0.0.1:{server.port} is not trusted: ")
    assert by_query(server, deadline="5 s", ca_file=certificates.authority).outcome is Outcome.PASS
    missing = by_query(server, deadline="5 s", ca_file="no.pem")
    assert (missing.outcome, missing.reason) == (Outcome.ERROR, "the ca_file can't be read: No such file or directory")
