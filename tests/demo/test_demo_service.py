"""The demo's service: probes see the shop through it, and it ends with whoever started it, however that ends."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from rollout_tui.demo.started import started
from rollout_tui.errors import RolloutError
from rollout_tui.probes import Outcome
from tests.probes.looking import looked, probe
from tests.probes.real_prometheus import MISSING, wait_for


def got(place: str, path: str) -> str:
    with closing(HTTPConnection(place, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def is_gone(place: str) -> bool:
    try:
        got(place, "/")
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize(
    "kind",
    [
        "stand-in",
        pytest.param("real", marks=[pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]),
    ],
)
def test_probes_see_the_shop_and_all_ends_with_the_block(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "stand-in":
        monkeypatch.setenv("PATH", str(tmp_path))
    with started() as service:
        assert service.stand_in == ("prometheus is not installed" if kind == "stand-in" else "")
        assert looked(probe(http=f"http://{service.shop}/health", contains="ok")).outcome is Outcome.PASS
        assert 'http_requests_total{version="2.5.0"} 0.0\n' in got(service.shop, "/metrics")
        assert got(service.shop, "/elsewhere") == "not here\n"
        service.expose(10)
        wait_for(lambda: got(service.shop, "/flags/price-engine") == "price-engine: 10 %\n")
        assert "ready" in got(service.prometheus, "/-/ready").lower()
    assert is_gone(service.shop)
    assert is_gone(service.prometheus)
    service.expose(20)


@pytest.mark.slow
def test_it_ends_though_who_started_it_was_killed(tmp_path: Path) -> None:
    program = (
        "import time; from rollout_tui.demo.started import started\n"
        "with started() as service:\n"
        "    print(service.shop, service.prometheus, flush=True)\n"
        "    time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        places = process.stdout.readline().split()
        assert len(places) == 2
        assert not any(map(is_gone, places))
        process.kill()
    wait_for(lambda: all(map(is_gone, places)) and not any(tmp_path.iterdir()))


def test_one_that_does_not_come_up_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollout_tui.demo.started._PROGRAM", "raise OSError('no port is free')")
    with pytest.raises(RolloutError, match="did not start") as refused, started():
        pass
    assert refused.value.hint == "OSError: no port is free"
