"""The demo's numbers: the stand-in gives for the plan's queries what a real Prometheus makes of the same counters."""

from __future__ import annotations

import http.client
import json
import math
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from rollout_tui.demo.past import NotKnown, Past
from rollout_tui.demo.shop import NEW, Shop
from rollout_tui.demo.stand_in import answer
from rollout_tui.plan.probes_of import probes_of
from rollout_tui.plan.toml import load
from rollout_tui.probes.promql import newest, selectors
from tests.probes.real_prometheus import MISSING, Prometheus

CANARY = Path(__file__).parents[2] / "plans" / "canary.toml"
BEGIN = 1_770_000_000

PROBES = [probe for _, probe in probes_of(load(CANARY).plan) if probe.query]
QUERIES = sorted({
    query
    for probe in PROBES
    for query in (probe.query, probe.samples, newest(selectors(probe.query, probe.samples)))
    if query
})  # fmt: skip


def scrapes() -> list[tuple[float, dict[str, float]]]:
    """A minute and a half of the shop, of which users get to the new version from the twentieth second on."""
    shop, kept = Shop(BEGIN), []
    for second in range(90):
        if second == 20:
            shop.expose(10, BEGIN + second)
        at = BEGIN + second + 0.003 * (second % 5)
        kept.append((at, shop.counters(at)))
    return kept


@pytest.fixture(scope="module")
def past() -> Past:
    past = Past()
    for at, counters in scrapes():
        past.add(at, counters)
    return past


def told(past: Past, path: str, **form: Any) -> Any:
    status, body = answer(past, path, {name: str(each) for name, each in form.items()}, BEGIN)
    return json.loads(body) | {"code": status}


def test_users_make_the_new_version_go_wrong_after_a_while_and_without_them_it_is_well() -> None:
    shop = Shop(0)
    failing: list[float] = []
    before = shop.counters(0)
    for percent in (0, 10, 10, 0):
        shop.expose(percent, 15 * len(failing))
        after = shop.counters(15 * (len(failing) + 1))
        errors, requests = (
            sum(after[name] - before[name] for name in after if name.startswith(f"http_{kind}_total"))
            for kind in ("errors", "requests")
        )
        failing.append(round(100 * errors / requests, 1))
        before = after
    assert failing == [0.2, 0.2, 3.0, 0.2]
    assert any(NEW in name for name in before)


def test_a_query_of_another_plan_is_refused_and_so_is_what_can_not_be_asked(past: Past) -> None:
    with pytest.raises(NotKnown):
        past.ask("up", BEGIN)
    for form in ({"query": "up"}, {}, {"query": QUERIES[0], "time": "soon"}):
        refused = told(past, "/api/v1/query", **form)
        assert (refused["code"], refused["status"], refused["errorType"]) == (400, "error", "bad_data")
    for end in (BEGIN - 1, BEGIN + 20_000):
        assert told(past, "/api/v1/query_range", query=QUERIES[0], start=BEGIN, end=end, step=1)["code"] == 400
    assert answer(past, "/api/v1/series", {}, BEGIN)[0] == 404


def test_where_nobody_gets_to_a_version_its_share_of_errors_is_no_number(past: Past) -> None:
    query = (
        f'sum(rate(http_errors_total{{version="{NEW}"}}[10s])) / sum(rate(http_requests_total{{version="{NEW}"}}[10s]))'
    )
    (point,) = told(past, "/api/v1/query", query=query, time=BEGIN + 15)["data"]["result"]
    assert point == {"metric": {}, "value": [BEGIN + 15, "NaN"]}


# Beside a real one


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("shop")
    kept = scrapes()
    lines = []
    for series in sorted(kept[0][1]):
        family = series.partition("_total")[0]
        if f"# TYPE {family} counter" not in lines:
            lines.append(f"# TYPE {family} counter")
        lines += [f"{series} {counters[series]!r} {at:.3f}" for at, counters in kept]
    (folder / "history").write_text("\n".join([*lines, "# EOF\n"]))
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(folder / "history"), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True)
    with Prometheus(folder, "--storage.tsdb.retention.time=50y") as server:
        yield server.port


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING) or not shutil.which("promtool"), reason=MISSING or "promtool is not installed")
def test_the_stand_in_gives_what_a_real_prometheus_gives(past: Past, real: int) -> None:
    assert len(QUERIES) > 5
    for query in QUERIES:
        form = {"query": query, "start": BEGIN - 2, "end": BEGIN + 400, "step": 1.5}
        connection = http.client.HTTPConnection("127.0.0.1", real)
        connection.request("GET", f"/api/v1/query_range?{urlencode(form)}")
        theirs = json.loads(connection.getresponse().read())["data"]
        connection.close()
        ours = told(past, "/api/v1/query_range", **form)["data"]
        assert ours["resultType"] == theirs["resultType"] == "matrix"
        assert [each["metric"] for each in ours["result"]] == [each["metric"] for each in theirs["result"]], query
        for mine, other in zip(ours["result"], theirs["result"], strict=True):
            assert [at for at, _ in mine["values"]] == [at for at, _ in other["values"]], query
            for (at, one), (_, two) in zip(mine["values"], other["values"], strict=True):
                numbers = float(one), float(two)
                assert math.isclose(*numbers, rel_tol=1e-9) or all(map(math.isnan, numbers)), (query, at, one, two)
