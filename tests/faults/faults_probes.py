"""Probes that ask servers which never end, point elsewhere, flood or cut: on time, and without their weight."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from rollout_tui.probes import Outcome
from tests.faults.fault import Fault, Scale
from tests.probes.asking import Ask, by_http, by_query
from tests.probes.endless import GIGABYTE, OK, drip, flood, stall
from tests.probes.server import Answer, Server, redirect, reply

_KINDS: Mapping[str, Ask] = {"http": by_http, "prometheus": by_query}
_TURNS = 5
_AT_ONCE = 6

# On an idle machine it is a few milliseconds; a test run shares its processors, and only shows that they end.
_LATE_SECONDS = {"whole": 0.2, "share": 5.0}
_GROWN_KIB = 4 * 1024

_ENDLESS: Mapping[str, Answer] = {
    "drips before the status": drip(b"", pause=1),
    "drips in a header": drip(OK + b"A: ", pause=1),
    "drips its body": drip(OK + b"Content-Length: 1000\r\n\r\n", pause=1),
    "drips chunks": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\nx\r\n", pause=1),
    "drips a hundred times a second": drip(OK + b"Content-Length: 1000\r\n\r\n", pause=0.01),
    "says continue for ever": drip(b"", drop=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "stalls before the status": stall(b""),
    "stalls in the headers": stall(OK + b"Content-"),
    "stalls in the body": stall(OK + b"Content-Length: 1000\r\n\r\n{"),
}
_ELSEWHERE: Mapping[str, Answer] = {
    "redirects to file:": redirect("file:///etc/passwd"),
    "redirects in a circle": redirect("/again", 307),
    "closes within its answer": lambda connection, _: connection.sendall(OK + b"Content-Length: 100\r\n\r\nfine"),
    "closes without one": lambda connection, _: connection.close(),
}
_GIGABYTES: Mapping[str, Answer] = {
    "1 GB with a length": flood(OK + b"Content-Length: %d\r\n\r\n" % GIGABYTE),
    "1 GB without": flood(OK + b"\r\n"),
    "1 GB in chunks": flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "1 GB in a header": flood(OK + b"A: "),
    "1 GB before the status": flood(b""),
}


def _late(scale: Scale, _: Path) -> Iterator[str]:
    answers = {**_ELSEWHERE, **_GIGABYTES, **_ENDLESS}
    if scale == "share":
        answers = {name: answers[name] for name in (*_ELSEWHERE, "drips its body")}
    seconds, turns = (2.0, _TURNS) if scale == "whole" else (0.25, 1)

    def tried(server: Server, name: str, kind: str) -> str:
        begun = time.monotonic()
        seen = _KINDS[kind](server, deadline=f"{seconds} s")  # type: ignore[call-arg]
        late = time.monotonic() - begun - seconds
        if seen.outcome is Outcome.PASS:
            return f"{kind}, {name}: {seen.outcome} {seen.reason}"
        return f"{kind}, {name}: {late:.2f} s late" if late > _LATE_SECONDS[scale] else ""

    with ExitStack() as stack, ThreadPoolExecutor(_AT_ONCE) as threads:
        elsewhere = stack.enter_context(Server(reply("ok")))
        answers |= {"redirects to another host": redirect(elsewhere.url.replace("127.0.0.1", "localhost"))}
        servers = {name: stack.enter_context(Server(answer)) for name, answer in answers.items()}
        cases = [(servers[name], name, kind) for name in servers for kind in _KINDS for _ in range(turns)]
        yield from threads.map(lambda case: tried(*case), cases)
        told = [request for request in elsewhere.requests if b"Authorization" in request]
        yield f"a credential went to another host: {told[0]!r}" if told else ""


_GROWS = """
import json, resource, sys
from types import SimpleNamespace
from tests.probes.asking import by_http, by_query

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

name, warm, *urls = sys.argv
for ask in (by_http, by_query):
    ask(SimpleNamespace(url=warm), deadline="5 s")
grown = []
for url in urls:
    before = most()
    outcomes = [str(ask(SimpleNamespace(url=url), deadline="5 s").outcome) for ask in (by_http, by_query)]
    grown.append([most() - before, outcomes])
print(json.dumps(grown))
"""


def _heavy(scale: Scale, _: Path) -> Iterator[str]:
    """Ask in a process of its own, in which nothing else grows."""
    answers = _GIGABYTES if scale == "whole" else dict([*_GIGABYTES.items()][:1])
    with ExitStack() as stack:
        warm, *servers = [stack.enter_context(Server(each)) for each in (reply("ok"), *answers.values())]
        urls = [each.url for each in servers]
        asked = subprocess.run(
            [sys.executable, "-c", _GROWS, warm.url, *urls], capture_output=True, text=True, check=True, timeout=120
        )
    for name, (grown, outcomes) in zip(answers, json.loads(asked.stdout), strict=True):
        wrong = grown > _GROWN_KIB or set(outcomes) != {"error"}
        yield f"{name}: {grown} KiB more, {outcomes}" if wrong else ""


FAULTS = (
    Fault("A probe, where a server drips, stalls, redirects, floods or cuts", "no pass, at most 0.2 s late", _late),
    Fault("A probe's memory, where a server sends a gigabyte", "at most 4 MiB more", _heavy),
)
