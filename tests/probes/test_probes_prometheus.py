"""Against a real Prometheus: what each of its answers comes to, and that none but a value that holds is a pass."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rollout_tui.plan.probe import Source
from rollout_tui.probes import Look, Outcome
from tests.probes.conftest import Certificates
from tests.probes.looking import looked, probe
from tests.probes.real_prometheus import MISSING, Exporter, Prometheus, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

# `probe:wachtwoord`, as bcrypt has it.
USERS = "basic_auth_users: {probe: $2b$04$abcdefghijklmnopqrstuuzgIdprmCfpWS7vAMKSlI0AEJh84l9BK}"


@dataclass(frozen=True)
class World:
    """Two servers and what they scrape; one is open, the other wants TLS and a login, and has no time."""

    folder: Path
    victim: Exporter
    sources: dict[str, Source]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[World]:
    steady = Exporter(
        'errors_total 5\nrequests_total 1000\nidle 0\npod{name="a"} 1\npod{name="b"} 2\n'
        "not_a_number NaN\ninfinite +Inf\n"
        # A time of its own that stands still: a scrape that has stopped, and left no marker.
        f"stalled_total 7 {int((time.time() - 100) * 1000)}\n"
    )
    victim = Exporter("victim_total 5\n")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "open").mkdir()
    (folder / "closed").mkdir()
    tls = f"tls_server_config: {{cert_file: {certificates.folder}/good.pem, key_file: {certificates.folder}/key.pem}}"
    with (
        Prometheus(folder / "closed", "--query.timeout=200ms", web=f"{tls}\n{USERS}\n") as closed,
        Prometheus(folder / "open", scrapes=(steady, victim)) as opened,
    ):
        plain, safe, ca_file = f"127.0.0.1:{opened.port}", f"127.0.0.1:{closed.port}", certificates.authority
        sources = {
            "prod": Source(prometheus=f"http://{plain}/"),
            "wrong path": Source(prometheus=f"http://{plain}/prometheus"),
            "tls to plain": Source(prometheus=f"https://{plain}"),
            "plain to tls": Source(prometheus=f"http://{safe}"),
            "unknown authority": Source(prometheus=f"https://{safe}"),
            "no login": Source(prometheus=f"https://{safe}", ca_file=ca_file),
            "login": Source(prometheus=f"https://{safe}", ca_file=ca_file, basic_env="LOGIN"),
            "bearer": Source(prometheus=f"https://{safe}", ca_file=ca_file, bearer_env="TOKEN"),
        }
        world = World(folder, victim, sources)
        wait_for(lambda: seen(world, "errors_total + idle + on() victim_total").outcome is Outcome.PASS)
        yield world
    steady.kill()


def seen(
    world: World,
    query: str,
    source: str = "prod",
    *,
    expect: str = ">= 0",
    reduce: str | None = None,
    samples: str = "",
    min_samples: int = 0,
    max_age: float = 30,
) -> Look:
    asked = probe(
        source=source, query=query, expect=expect, reduce=reduce, samples=samples, min_samples=min_samples,
        deadline="5 s",
    )  # fmt: skip
    return looked(
        asked,
        sources=world.sources,
        environ={"LOGIN": "probe:wachtwoord", "TOKEN": "wachtwoord"},
        max_age=timedelta(seconds=max_age),
    )


def test_every_answer_has_its_outcome_and_its_words(world: World) -> None:
    heavy = "count_over_time(vector(time())[1h:1ms])"
    told = {
        "a value": seen(world, "errors_total"),
        "a value that does not hold": seen(world, "errors_total", expect="< 5"),
        "a scalar": seen(world, "scalar(errors_total)"),
        "a ratio": seen(world, "100 * sum(errors_total) / sum(requests_total)", expect="< 1"),
        "an unknown metric": seen(world, "nothing_total"),
        "a comparison that holds nowhere": seen(world, "errors_total > 10"),
        "before the data": seen(world, "errors_total offset 1d"),
        "0/0": seen(world, "idle / idle"),
        "NaN": seen(world, "not_a_number"),
        "infinite": seen(world, "infinite"),
        "1/0": seen(world, "-errors_total / on() idle"),
        "several series": seen(world, "pod"),
        "the largest": seen(world, "pod", reduce="max"),
        "the least": seen(world, "pod", reduce="min"),
        "the sum": seen(world, "pod", reduce="sum", expect="< 3"),
        "the largest of NaN": seen(world, '{__name__=~"pod|not_a_number"}', reduce="max"),
        "a range": seen(world, "errors_total[5m]"),
        "a text": seen(world, '"five"'),
        "bad syntax": seen(world, "sum(errors_total"),
        "many to many": seen(world, "pod * on() pod"),
        "a stalled scrape": seen(world, "stalled_total"),
        "a stalled scrape under a sum": seen(world, "sum(stalled_total) / sum(requests_total)"),
        "a stalled scrape that may be so old": seen(world, "stalled_total", max_age=1000),
        "zero is meant": seen(world, "sum(nothing_total) or vector(0)", samples="sum(requests_total)"),
        "zero of nothing": seen(world, "sum(nothing_total) or vector(0)"),
        "zero of a stalled scrape": seen(world, "sum(nothing_total) or vector(0)", samples="stalled_total"),
        "samples": seen(world, "errors_total", samples="requests_total", min_samples=1000),
        "too few samples": seen(world, "errors_total", samples="requests_total", min_samples=1001),
        "no samples": seen(world, "errors_total", samples="idle"),
        "no series of samples": seen(world, "errors_total", samples="nothing_total"),
        "bad syntax of samples": seen(world, "errors_total", samples="sum("),
        "wrong path": seen(world, "errors_total", "wrong path"),
        "tls to plain": seen(world, "vector(1)", "tls to plain"),
        "plain to tls": seen(world, "vector(1)", "plain to tls"),
        "unknown authority": seen(world, "vector(1)", "unknown authority"),
        "no login": seen(world, "vector(1)", "no login"),
        "a wrong login": seen(world, "vector(1)", "bearer"),
        "a login": seen(world, "vector(1)", "login"),
        "out of time": seen(world, heavy, "login"),
    }
    nothing = "empty: no series has a value (`or vector(0)` in the query says that none means zero)"
    bad_syntax = '400 Bad Request: invalid parameter "query": 1:{}: parse error: unclosed left parenthesis'
    login = "401 Unauthorized: it wants another login"
    # It says so and hangs up before it has read the whole question, which may undo what it said.
    wrong_scheme = "400 Bad Request: Client sent an HTTP request to an HTTPS server."
    if "reset by peer" in told["plain to tls"].reason:
        wrong_scheme = "no answer from PLACE: [Errno 104] Connection reset by peer"
    assert {name: (look.outcome.value, _masked(look.reason)) for name, look in told.items()} == {
        "a value": ("pass", ""),
        "a value that does not hold": ("fail", "5, expected < 5"),
        "a scalar": ("pass", ""),
        "a ratio": ("pass", ""),
        "an unknown metric": ("unknown", nothing),
        "a comparison that holds nowhere": ("unknown", nothing),
        "before the data": ("unknown", nothing),
        "0/0": ("unknown", "NaN is no value to judge"),
        "NaN": ("unknown", "NaN is no value to judge"),
        "infinite": ("unknown", "+Inf is no value to judge"),
        "1/0": ("unknown", "-Inf is no value to judge"),
        "several series": ("error", "2 series where one is judged: aggregate, or give `reduce`"),
        "the largest": ("pass", ""),
        "the least": ("pass", ""),
        "the sum": ("fail", "3, expected < 3"),
        "the largest of NaN": ("unknown", "NaN is no value to judge"),
        "a range": (
            "error",
            "the query gives a matrix, not a number: a range needs a function such as rate() around it",
        ),
        "a text": (
            "error",
            "the query gives a string, not a number: a range needs a function such as rate() around it",
        ),
        "bad syntax": ("error", bad_syntax.format(17)),
        "many to many": (
            "error",
            "422 Unprocessable Entity: found duplicate series for the match group",
        ),
        "a stalled scrape": ("unknown", "its newest sample is AGE old"),
        "a stalled scrape under a sum": ("unknown", "its newest sample is AGE old"),
        "a stalled scrape that may be so old": ("pass", ""),
        "zero is meant": ("pass", ""),
        "zero of nothing": (
            "unknown",
            "no sample under it (a query that is for what is not there needs `samples`)",
        ),
        "zero of a stalled scrape": ("unknown", "its newest sample is AGE old"),
        "samples": ("pass", ""),
        "too few samples": ("unknown", "1000 samples, of which there have to be 1001"),
        "no samples": ("unknown", "0 samples, of which there have to be 1"),
        "no series of samples": ("unknown", "0 samples, of which there have to be 1"),
        "bad syntax of samples": ("error", "samples: " + bad_syntax.format(5)),
        "wrong path": ("error", "404 Not Found: no Prometheus at this address, which is the part before /api/v1"),
        "tls to plain": ("error", "PLACE speaks no TLS: is its address http, not https?"),
        "plain to tls": ("error", wrong_scheme),
        "unknown authority": (
            "error",
            "the certificate of PLACE is not trusted: unable to get local issuer certificate",
        ),
        "no login": ("error", login),
        "a wrong login": ("error", login),
        "a login": ("pass", ""),
        "out of time": ("error", "503 Service Unavailable: query timed out in expression evaluation"),
    }
    assert all(look.value is None for look in told.values() if look.outcome not in {Outcome.PASS, Outcome.FAIL})


def _masked(reason: str) -> str:
    """Leave out what differs from run to run."""
    return re.sub(r"127\.0\.0\.1:\d+", "PLACE", re.sub(r"1 min \d+ s old", "AGE old", reason)).partition(" {}")[0]


def test_the_evidence_says_what_was_asked_and_answered_and_when(world: World) -> None:
    look = seen(world, "errors_total", samples="requests_total", expect="< 5")
    assert (look.value, look.samples, look.code, look.asked) == (5.0, 1000, 200, "errors_total")
    assert look.answer.startswith('{"status":"success","data":{"resultType":"vector"')
    assert len(look.sha256) == 64
    assert look.sampled
    assert abs(datetime.now(UTC) - look.sampled) < timedelta(seconds=20)
    assert abs(datetime.now(UTC) - look.at) < timedelta(seconds=20)
    failed = seen(world, "errors_total", samples="sum(")
    assert (failed.asked, failed.code) == ("sum(", 400)


def test_a_program_that_dies_is_unknown_though_its_rate_goes_on(world: World) -> None:
    rate = "rate(victim_total[1m])"
    wait_for(lambda: seen(world, rate).outcome is Outcome.PASS)
    world.victim.kill()
    wait_for(lambda: seen(world, "victim_total").outcome is Outcome.UNKNOWN)
    assert seen(world, rate, max_age=60).outcome is Outcome.PASS  # the server goes on for a minute
    wait_for(lambda: seen(world, rate, max_age=1).outcome is Outcome.UNKNOWN)
    assert "its newest sample is" in seen(world, rate, max_age=1).reason
