"""Servers that drip, stall, lie, cut and redirect: the deadline holds, no secret leaves its host, nothing passes."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc

import pytest

from rollout_tui.plan.probe import Source
from rollout_tui.probes import Outcome
from tests.probes.asking import TOKEN, Ask, both, by_query
from tests.probes.conftest import Serve
from tests.probes.endless import GIGABYTE, OK, drip, flood, stall
from tests.probes.looking import SLACK, looked, probe
from tests.probes.server import Answer, redirect, reply, told

# What never ends


@both
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drip(b""), id="drips before the status"),
        pytest.param(drip(OK + b"A: "), id="drips in a header"),
        pytest.param(drip(OK + b"Content-Length: 1000\r\n\r\n"), id="drips its body"),
        pytest.param(drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\nx\r\n"), id="drips chunks"),
        pytest.param(drip(b"", drop=b"HTTP/1.1 100 Continue\r\n\r\n"), id="says continue for ever"),
        pytest.param(stall(b""), id="stalls before the status"),
        pytest.param(stall(OK + b"Content-"), id="stalls in the headers"),
        pytest.param(stall(OK + b"Content-Length: 1000\r\n\r\n{"), id="stalls in the body"),
    ],
)
def test_the_deadline_holds(serve: Serve, ask: Ask, answer: Answer) -> None:
    server = serve(answer)
    begun = time.monotonic()
    seen = ask(server)
    assert time.monotonic() - begun < 0.25 + SLACK
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "no whole answer within 0.25 s")
    assert len(server.requests) == 1


def test_the_deadline_holds_for_a_handshake_that_never_ends(serve: Serve) -> None:
    server = serve(stall(b""), hears=False)
    begun = time.monotonic()
    seen = looked(probe(http=f"https://127.0.0.1:{server.port}", deadline="0.25 s"))
    assert time.monotonic() - begun < 0.25 + SLACK
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "no whole answer within 0.25 s")


@both
def test_the_deadline_is_for_all_requests_together(serve: Serve, ask: Ask) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        time.sleep(0.1)
        redirect("/again", 307)(connection, request)

    begun = time.monotonic()
    seen = ask(serve(answer))
    assert time.monotonic() - begun < 0.25 + SLACK
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "no whole answer within 0.25 s")


# What is too much, and too little


@both
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(flood(OK + b"Content-Length: %d\r\n\r\n" % GIGABYTE), id="with a length"),
        pytest.param(flood(OK + b"\r\n"), id="without"),
        pytest.param(
            flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"), id="in chunks"
        ),
        pytest.param(flood(OK + b"A: "), id="in a header"),
        pytest.param(flood(OK, b"A: b\r\n" * 1000), id="in headers"),
        pytest.param(flood(b""), id="before the status"),
    ],
)
def test_memory_is_flat_whatever_is_sent(serve: Serve, ask: Ask, answer: Answer) -> None:
    server = serve(answer)
    tracemalloc.start()
    try:
        seen = ask(server)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * 1024 * 1024
    assert seen.outcome is Outcome.ERROR
    assert len(seen.answer) <= 8192


@both
@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 ", "does not answer as HTTP does"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer as HTTP does"),
        (OK + b"Content-Length: 100\r\n\r\nfine", "closed the connection within its answer, after 4 bytes"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nfine", "closed the connection within its answer"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "closed the connection within its answer"),
    ],
)
def test_an_answer_that_is_cut_is_an_error(serve: Serve, ask: Ask, sent: bytes, reason: str) -> None:
    server = serve(lambda connection, _: connection.sendall(sent))
    seen = ask(server, deadline="5 s")  # type: ignore[call-arg]
    assert seen.outcome is Outcome.ERROR
    assert reason in seen.reason
    assert len(server.requests) == 1


# Where it points to


@both
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "it redirects from http to file, which is not followed"),
        ("https://127.0.0.1/", "it redirects from http to https, which is not followed"),
        ("ftp://127.0.0.1/", "it redirects from http to ftp, which is not followed"),
        ("http://[", "it redirects to what is no address"),
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(serve: Serve, ask: Ask, target: str, reason: str) -> None:
    server = serve(redirect(target))
    seen = ask(server)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, reason)
    assert len(server.requests) == 1


@both
def test_a_circle_of_redirects_ends(serve: Serve, ask: Ask) -> None:
    server = serve(redirect("/again", 307))
    seen = ask(server)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "more than 3 redirects")
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "source",
    [
        {"bearer_env": "SECRET"},
        {"basic_env": "SECRET"},
        {"header": "X-Scope", "header_env": "SECRET"},
    ],
)
def test_no_credential_leaves_its_host(serve: Serve, status: int, source: dict[str, str]) -> None:
    elsewhere = serve(reply("{}"))
    server = serve(redirect(elsewhere.url, status))
    sources = {"prod": Source(prometheus=server.url, **source)}
    asked = probe(source="prod", query="up", expect="> 0")
    seen = looked(asked, sources=sources, environ={"SECRET": f"user:{TOKEN}"})
    assert seen.outcome is Outcome.ERROR
    assert seen.reason == "it redirects to another host, 127.0.0.1, which must not see the credentials"
    assert len(server.requests) == 1
    assert elsewhere.requests == []


def test_on_its_own_host_a_redirect_is_followed_with_the_query_and_the_credentials(serve: Serve) -> None:
    def answer(connection: socket.socket, request: bytes) -> None:
        moved = redirect("/prometheus/api/v1/query") if b"/prometheus" not in request else told([time.time(), "1"])
        moved(connection, request)

    server = serve(answer)
    assert by_query(server).outcome is Outcome.PASS
    assert [request.partition(b" HTTP")[0] for request in server.requests] == [
        b"POST /api/v1/query",
        b"POST /prometheus/api/v1/query",
    ]
    for request in server.requests:
        assert f"Authorization: Bearer {TOKEN}".encode() in request
        assert b"query=up&" in request


def test_without_credentials_another_host_may_answer(serve: Serve) -> None:
    elsewhere = serve(reply("ok"))
    seen = looked(probe(http=serve(redirect(elsewhere.url)).url, contains="ok"))
    assert seen.outcome is Outcome.PASS
    assert len(elsewhere.requests) == 1


# What is asked again


def busy(status: int, times: int, then: Answer) -> Answer:
    left = [status] * times

    def answer(connection: socket.socket, request: bytes) -> None:
        (reply("later", left.pop()) if left else then)(connection, request)

    return answer


@pytest.mark.parametrize(("status", "requests"), [(429, 3), (503, 3), (500, 1), (400, 1), (401, 1)])
def test_only_what_may_pass_is_asked_again_and_twice(serve: Serve, status: int, requests: int) -> None:
    server = serve(busy(status, 9, reply("")))
    seen = by_query(server, deadline="5 s")
    assert seen.outcome is Outcome.ERROR
    assert seen.reason.startswith(str(status))
    assert (seen.code, len(server.requests)) == (status, requests)


def test_what_passes_passes(serve: Serve) -> None:
    server = serve(busy(502, 2, told([time.time(), "1"])))
    assert by_query(server, deadline="5 s").outcome is Outcome.PASS
    assert len(server.requests) == 3


def test_no_connection_is_asked_again_within_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    begun = time.monotonic()
    seen = looked(probe(http=f"http://127.0.0.1:{port}/", deadline="0.25 s"))
    assert 0.15 < time.monotonic() - begun < 0.25 + SLACK
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, f"no connection to 127.0.0.1:{port}: Connection refused")


@both
def test_a_system_that_has_no_thread_left_is_an_error(ask: Ask, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    server = serve(OK)
    monkeypatch.setattr(threading.Thread, "start", start)
    seen = ask(server)
    assert (seen.outcome, seen.reason) == (Outcome.ERROR, "it can't be asked: can't start new thread")


def test_a_fail_is_never_asked_again(serve: Serve) -> None:
    server = serve(reply("down", 503))
    seen = looked(probe(http=server.url))
    assert (seen.outcome, seen.reason) == (Outcome.FAIL, "status 503 Service Unavailable, asked for 200")
    server_with_breach = serve(told([time.time(), "0"]))
    assert by_query(server_with_breach).outcome is Outcome.FAIL
    assert (len(server.requests), len(server_with_breach.requests)) == (1, 1)
