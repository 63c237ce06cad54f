"""A look back: a probe judges what a source tells of the past as it would have then; what is not told is unknown."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from rollout_tui.plan.probe import Source
from rollout_tui.plan.quantities import Comparison
from rollout_tui.probes import Look, Outcome, look_back
from tests.probes.asking import TOKEN
from tests.probes.conftest import Serve
from tests.probes.looking import probe
from tests.probes.real_prometheus import MISSING, Prometheus
from tests.probes.server import Answer, reply

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def looked_back(
    sources: dict[str, Source],
    query: str,
    *,
    minutes: float = 4,
    since: datetime = NOON,
    threshold: str = "> 1",
    max_age: timedelta | None = None,
    now: datetime = NOON + timedelta(days=30),
    environ: dict[str, str] | None = None,
    **fields: Any,
) -> tuple[Look, ...]:
    looks = look_back(
        probe(source="prod", query=query, **{"deadline": "5 s"} | fields),
        sources,
        Comparison.parse(threshold),
        since,
        since + timedelta(minutes=minutes),
        folder=Path(),
        environ=environ or {},
        now=now,
        max_age=max_age,
    )
    assert looks is not None
    return looks


def brief(looks: tuple[Look, ...]) -> list[tuple[str, float | None]]:
    return [(look.outcome.value, look.value) for look in looks]


@pytest.mark.parametrize("fields", [{"http": "http://127.0.0.1:1/"}, {"command": ("false",)}])
def test_what_keeps_no_history_gives_none(fields: dict[str, Any]) -> None:
    assert look_back(probe(**fields), {}, None, NOON, NOON + MINUTE, folder=Path(), environ={}, now=NOON) is None


# A real one


def written(folder: Path) -> Path:
    """Write a history of 20 minutes, a sample each 15 s; after 10 the errors rise, and something is no number."""

    def lines(series: str, value: Callable[[int], object]) -> str:
        return "".join(f"{series} {value(second)} {NOON.timestamp() + second}\n" for second in range(0, 1201, 15))

    (path := folder / "history").write_text(
        "# TYPE errors gauge\n"
        + lines("errors", lambda second: 3 if second >= 600 else 0.5)
        + "# TYPE odd gauge\n"
        + lines("odd", lambda second: "NaN" if second >= 600 else 0)
        + "# TYPE pod gauge\n"
        + lines('pod{name="a"}', lambda _: 1)
        + lines('pod{name="b"}', lambda _: 2)
        + "# TYPE asked counter\n"
        + lines("asked_total", lambda second: second)
        + "# EOF\n"
    )
    return path


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Source]]:
    folder = tmp_path_factory.mktemp("past")
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(written(folder)), str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True)
    with Prometheus(folder, "--storage.tsdb.retention.time=50y") as server:
        yield {"prod": Source(prometheus=f"http://127.0.0.1:{server.port}")}


real = pytest.mark.skipif(bool(MISSING) or not shutil.which("promtool"), reason=MISSING or "promtool is not installed")


@pytest.mark.slow
@real
def test_each_step_of_the_past_is_judged_as_it_would_have_been_then(past: dict[str, Source]) -> None:
    def at(minute: float, query: str, **fields: Any) -> list[tuple[str, float | None]]:
        return brief(looked_back(past, query, since=NOON + minute * MINUTE, minutes=1, **fields))

    assert {
        "a breach begins": at(9, "errors"),
        "a scalar": at(9, "scalar(errors)"),
        "before the data": at(-1, "errors"),
        "the data end": at(26, "errors"),
        "NaN": at(9, "odd"),
        "several series": at(5, "pod"),
        "the largest": at(5, "pod", reduce="max"),
        "the sum in halves": at(5, "pod", reduce="sum", every="30 s"),
        "enough samples": at(5, "errors", samples="asked_total", min_samples=360),
        "no samples": at(5, "errors", samples="nothing"),
        "none, which is zero": at(5, "nothing or vector(0)"),
        "none, which would be zero": at(5, "nothing or vector(0)", max_age=MINUTE),
        "what goes on": at(23, "present_over_time(asked_total[15m])"),
        "what goes on without a sample": at(23, "present_over_time(asked_total[15m])", max_age=MINUTE),
        "what is gone": at(30, "present_over_time(asked_total[15m])", max_age=MINUTE),
        "a rate of what goes on": at(10, "rate(asked_total[5m])", max_age=MINUTE),
    } == {
        "a breach begins": [("pass", 0.5), ("fail", 3.0)],
        "a scalar": [("pass", 0.5), ("fail", 3.0)],
        "before the data": [("unknown", None), ("pass", 0.5)],
        "the data end": [("unknown", None), ("unknown", None)],
        "NaN": [("pass", 0.0), ("unknown", None)],
        "several series": [("error", None), ("error", None)],
        "the largest": [("fail", 2.0), ("fail", 2.0)],
        "the sum in halves": [("fail", 3.0)] * 3,
        "enough samples": [("unknown", None), ("pass", 0.5)],
        "no samples": [("unknown", None), ("unknown", None)],
        "none, which is zero": [("pass", 0.0), ("pass", 0.0)],
        "none, which would be zero": [("unknown", None), ("unknown", None)],
        "what goes on": [("pass", 1.0), ("pass", 1.0)],
        "what goes on without a sample": [("unknown", None), ("unknown", None)],
        "what is gone": [("unknown", None), ("unknown", None)],
        "a rate of what goes on": [("pass", 1.0), ("pass", 1.0)],
    }


# One that lies

START = int(NOON.timestamp())
STEPS = [START + 60 * number for number in range(5)]


def matrix(*series: Any, kind: str = "matrix", code: int = 200, **more: Any) -> Answer:
    result = [{"metric": {}, "values": points} for points in series]
    return reply(json.dumps({"status": "success", "data": {"resultType": kind, "result": result}} | more), code)


def lied(serve: Serve, answer: Answer, **fields: Any) -> tuple[Look, ...]:
    server = serve(answer)
    sources = {"prod": Source(prometheus=server.url, bearer_env="PROM_TOKEN")}
    return looked_back(sources, "up", **{"environ": {"PROM_TOKEN": TOKEN}} | fields)


def test_only_the_steps_that_were_asked_for_are_seen_and_what_is_no_number_is_unknown(serve: Serve) -> None:
    points = [(STEPS[0], "0.5"), (STEPS[1], "NaN"), (STEPS[2] + 0.4, "0"), (STEPS[3], 2), (STEPS[4] + 60, "0")]
    looks = lied(serve, matrix(points))
    assert brief(looks) == [("pass", 0.5), ("unknown", None), ("unknown", None), ("fail", 2.0), ("unknown", None)]
    assert [look.at.timestamp() for look in looks] == STEPS
    assert [look.reason for look in looks][1:4] == [
        "NaN is no value to judge",
        "empty: no series has a value (`or vector(0)` in the query says that none means zero)",
        "2 breaches > 1",
    ]
    assert {(look.asked, look.code, look.answer[:8], len(look.sha256)) for look in looks} == {
        ("up", 200, '{"status', 64)
    }


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (reply("<html>Please log in</html>"), "error", "it answers, but not as Prometheus does"),
        (matrix([[STEPS[0], "0"]], kind="vector"), "error", "the query gives a vector, not a number"),
        (matrix([[STEPS[0], "0"]], code=503, status="error", error="busy"), "error", "503 Service Unavailable: busy"),
        (matrix([[STEPS[0], "0"]], status="error", error="no"), "error", "200 OK: no"),
        (matrix([[1e30, "0"]]), "error", "it answers, but not"),
        (matrix([[STEPS[0], None]]), "error", "it answers, but not"),
        (matrix([[STEPS[0]]]), "error", "it answers, but not"),
        (matrix([[STEPS[0], "0"]], warnings=["a store is gone"]), "unknown", "the server says that its answer may not"),
        (reply(b" " * (4 * 1024 * 1024 + 1)), "error", "an answer of more than 4096 KiB"),
        (reply(f"no such token: {TOKEN}", 418), "error", "418 I'm a Teapot: no such token: •••"),
    ],
)
def test_an_answer_that_is_none_is_one_look_at_now(serve: Serve, answer: Answer, outcome: str, reason: str) -> None:
    now = NOON + timedelta(days=1)
    (look,) = lied(serve, answer, now=now, deadline="0.3 s")
    assert (look.outcome, look.value, look.at) == (outcome, None, now)
    assert look.reason.startswith(reason)


def stalled(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


def test_an_end_of_the_deadline_and_a_variable_that_is_not_set_are_one_look_too(serve: Serve) -> None:
    (late,) = lied(serve, stalled, deadline="0.1 s")
    assert (late.outcome, late.reason) == (Outcome.ERROR, "no whole answer within 0.1 s")
    (unset,) = lied(serve, matrix([]), environ={})
    assert (unset.outcome, unset.reason) == (Outcome.ERROR, "the environment variable PROM_TOKEN is not set")


def test_a_long_time_is_asked_for_in_parts_and_nothing_after_now(serve: Serve) -> None:
    server = serve(matrix([]))
    sources = {"prod": Source(prometheus=server.url)}
    since, now = NOON + timedelta(seconds=1), NOON + timedelta(minutes=11_003, seconds=30)
    looks = looked_back(sources, "up", since=since, minutes=20_000, now=now)
    assert (len(looks), looks[0].at, looks[-1].at) == (11_003, NOON + MINUTE, NOON + 11_003 * MINUTE)
    forms = [parse_qs(request.partition(b"\r\n\r\n")[2].decode()) for request in server.requests]
    assert [(form["start"], form["end"], form["step"]) for form in forms] == [
        ([f"{START + 60}.000"], [f"{START + 60 * 11_000}.000"], ["60.000"]),
        ([f"{START + 60 * 11_001}.000"], [f"{START + 60 * 11_003}.000"], ["60.000"]),
    ]
    assert looked_back(sources, "up", minutes=0.5, since=since) == ()


def test_what_went_between_two_distant_steps_counts_with_its_age(serve: Serve) -> None:
    """A step of an hour is longer than what Prometheus looks back for."""
    died = START + 3600 - 200

    def answer(connection: socket.socket, request: bytes) -> None:
        form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
        begin, end, step = (int(float(form[name][0])) for name in ("start", "end", "step"))
        is_age = "timestamp" in form["query"][0]
        points = [(at, str(at if is_age else 0)) for at in range(begin, end + 1, step) if not is_age or at <= died]
        matrix(points)(connection, request)

    for max_age, outcome in ((timedelta(seconds=239), "unknown"), (timedelta(seconds=300), "pass")):
        looks = lied(serve, answer, minutes=120, every="1 h", max_age=max_age)
        assert [look.outcome.value for look in looks] == ["pass", outcome, "unknown"]
        assert looks[1].sampled == datetime.fromtimestamp(died - died % 60, UTC)
