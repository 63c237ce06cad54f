"""The two kinds that ask a server, aimed at one that a test has made; neither may pass unless the test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rollout_tui.plan.probe import Source
from rollout_tui.probes import Look
from tests.probes.looking import looked, probe
from tests.probes.server import Server

TOKEN = "token-7f3a9c"

Ask = Callable[[Server], Look]


def by_http(server: Server, **fields: Any) -> Look:
    return looked(probe(http=f"{server.url}/health", contains="never said", **{"deadline": "0.25 s"} | fields))


def by_query(server: Server, deadline: str = "0.25 s", **source: str) -> Look:
    sources = {"prod": Source(prometheus=server.url, bearer_env="PROM_TOKEN", **source)}
    asked = probe(source="prod", query="up", expect="> 0", deadline=deadline)
    return looked(asked, sources=sources, environ={"PROM_TOKEN": TOKEN})


def both(test: Any) -> Any:
    return pytest.mark.parametrize("ask", [by_http, by_query])(test)
