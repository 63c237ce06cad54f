"""Requests of the web: status, what is contained, a value by a JSON path, the days that a certificate has left."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from rollout_tui.probes import Outcome
from tests.probes.conftest import Certificates, Serve
from tests.probes.looking import looked, probe
from tests.probes.server import redirect, reply

HEALTH = '{"status": "UP", "ok": true, "down": false, "queue": {"depth": 7, "text": "7.5"}, "none": null, "big": 1e999}'


@pytest.mark.parametrize(
    ("given", "outcome", "value", "reason"),
    [
        ({}, "pass", None, ""),
        ({"contains": '"UP"'}, "pass", None, ""),
        ({"contains": "DOWN"}, "fail", None, "the answer does not contain 'DOWN'"),
        ({"status": 204}, "fail", None, "status 200 OK, asked for 204"),
        ({"json": "ok"}, "pass", None, ""),
        ({"json": "status == 'UP'"}, "pass", None, ""),
        ({"json": "down"}, "fail", None, "the JSON path 'down' gives false"),
        ({"json": "queue.depth"}, "error", None, "the JSON path 'queue.depth' gives neither true nor false"),
        ({"json": "queue.depth", "expect": "< 10"}, "pass", 7.0, ""),
        ({"json": "queue.depth", "expect": "< 5"}, "fail", 7.0, "7, expected < 5"),
        ({"json": "queue.depth", "threshold": "> 5 jobs"}, "fail", 7.0, "7 jobs breaches > 5 jobs"),
        ({"json": "queue.text", "expect": "< 10"}, "pass", 7.5, ""),
        ({"json": "queue.gone", "expect": "< 10"}, "unknown", None, "the JSON path 'queue.gone' gives nothing"),
        ({"json": "none"}, "unknown", None, "the JSON path 'none' gives nothing"),
        ({"json": "big", "expect": "> 10"}, "unknown", None, "inf is no value to judge"),
        ({"json": "ok", "expect": "> 0"}, "error", None, "the JSON path 'ok' gives true, not a number"),
        ({"json": "status", "expect": "> 0"}, "error", None, "the JSON path 'status' gives \"UP\", not a number"),
        ({"json": "status"}, "error", None, "the JSON path 'status' gives neither true nor false, and nothing"),
        ({"json": "queue["}, "error", None, "the JSON path 'queue[' can't be read"),
        ({"json": "length(ok)"}, "error", None, "the JSON path 'length(ok)' does not fit"),
        ({"expect": "> 0"}, "error", None, "nothing gives a value that > 0 could judge: give `json`"),
    ],
)
def test_what_an_answer_comes_to(
    serve: Serve, given: dict[str, Any], outcome: str, value: float | None, reason: str
) -> None:
    server = serve(reply(HEALTH))
    fields = {name: text for name, text in given.items() if name != "threshold"}
    seen = looked(probe(http=f"{server.url}/health?deep=1", **fields), threshold=given.get("threshold", ""))
    assert (seen.outcome, seen.value) == (outcome, value)
    assert seen.reason.startswith(reason)
    assert bool(seen.reason) is bool(reason)
    assert seen.asked == f"GET {server.url}/health?deep=1"


@pytest.mark.parametrize("body", ["", "fine", '{"ok": tru', "[" * 30000])
def test_a_path_into_what_is_no_json_is_an_error(serve: Serve, body: str) -> None:
    seen = looked(probe(http=serve(reply(body)).url, json="ok"))
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "the answer is no JSON")


def test_the_evidence_of_an_answer_is_its_beginning_and_the_sum_of_what_was_read(serve: Serve) -> None:
    seen = looked(probe(http=serve(reply("ö" * 20_000)).url))
    assert seen.answer == "ö" * 4096
    assert seen.sha256 == sha256("ö".encode() * 20_000).hexdigest()
    assert (seen.outcome, seen.code) == (Outcome.PASS, 200)


def test_a_long_page_passes_by_what_was_read_of_it(serve: Serve) -> None:
    server = serve(reply("ok" + "x" * 100_000 + "late"))
    assert looked(probe(http=server.url, contains="ok")).outcome is Outcome.PASS
    late = looked(probe(http=server.url, contains="late"))
    assert late.outcome is Outcome.ERROR
    assert late.reason == "'late' is not in the first 64 KiB of the answer, which is longer"


@pytest.mark.parametrize(
    ("status", "outcome", "requests"), [(503, "fail", 1), (500, "fail", 1), (404, "fail", 1), (502, "error", 3)]
)
def test_the_service_says_that_it_is_down_and_a_gateway_that_it_does_not_know(
    serve: Serve, status: int, outcome: str, requests: int
) -> None:
    server = serve(reply("", status))
    seen = looked(probe(http=server.url))
    assert (seen.outcome, seen.code, len(server.requests)) == (outcome, status, requests)


def test_a_redirect_is_what_was_asked_for(serve: Serve) -> None:
    server = serve(redirect("/elsewhere", 302))
    assert looked(probe(http=server.url, status=302)).outcome is Outcome.PASS
    assert len(server.requests) == 1


def test_a_path_says_what_to_install(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    server = serve(reply(HEALTH))
    seen = looked(probe(http=server.url, json="ok"))
    assert seen.outcome is Outcome.ERROR
    assert seen.reason == "a `json` path needs jmespath: pip install 'rollout-tui[jmespath]'"
    assert server.requests == []


@pytest.mark.parametrize(
    ("later", "outcome", "reason"),
    [(0, "pass", ""), (20, "fail", "the certificate ends in 1"), (-20, "pass", "")],
)
def test_the_days_that_a_certificate_has_left(
    serve: Serve,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    outcome: str,
    reason: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates.authority)
    server = serve(reply("ok"), tls=certificates.server())
    now = datetime.now(UTC) + timedelta(days=later)
    seen = looked(probe(http=server.url, certificate_days=14), now=now)
    assert seen.outcome == outcome
    assert seen.reason.startswith(reason)


def test_an_expired_certificate_fails_where_its_days_are_asked_for(
    serve: Serve, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates.authority)
    server = serve(reply("ok"), tls=certificates.server("expired"))
    reason = f"the certificate of 127.0.0.1:{server.port} is not trusted: certificate has expired"
    for days, outcome in ((14, Outcome.FAIL), (0, Outcome.ERROR)):
        seen = looked(probe(http=server.url, certificate_days=days))
        assert (seen.outcome, seen.reason) == (outcome, reason)
