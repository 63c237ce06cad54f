"""Queries read offline: what a server would refuse is a mistake, and what gives nothing when all is well is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rollout_tui.cli.checked import Checked, check_all
from tests.plan.test_plan_mistakes import PLAN

SOURCES = '[sources.prod]\nprometheus = "https://prom.example.com"\n'


def checked(tmp_path: Path, query: str, more: str = "") -> Checked:
    path = tmp_path / "x.toml"
    metric = (
        f'[[monitoring]]\nmetric = "Errors"\nthreshold = "> 1 %"\nprobe = {{ source = "prod", unit = "%"{more}, query'
    )
    path.write_text(f"{PLAN}{SOURCES}{metric} = '{query}' }}\n")
    return check_all([path])[0]


REFUSED = {
    "sum(rate(http[5m])": "unclosed left parenthesis",
    "rate(http)": "expected type matrix in call to function 'rate', got vector",
    "nosuch(http)": "unknown function with name 'nosuch'",
    "http{": "unexpected end of input inside braces",
    "1 > 2": "comparisons between scalars must use BOOL modifier",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_a_server_would_refuse_is_a_mistake_at_its_place(tmp_path: Path, query: str) -> None:
    (mistake,) = checked(tmp_path, query).mistakes
    assert (mistake.line, mistake.key) == (16, "monitoring[0].probe.query")
    assert mistake.found == f'"{query}": {REFUSED[query]}'


@pytest.mark.parametrize(("query", "gives"), [("http[5m]", "a range of samples"), ('"x"', "a text")])
def test_what_gives_no_number_is_a_mistake(tmp_path: Path, query: str, gives: str) -> None:
    (mistake,) = checked(tmp_path, query).mistakes
    assert (mistake.found, mistake.expected) == (f'"{query}", {gives}', "a query that gives a number")


def test_the_query_that_counts_is_read_too(tmp_path: Path) -> None:
    (mistake,) = checked(tmp_path, "http", ', samples = "rate(http)", min_samples = 2').mistakes
    assert mistake.key == "monitoring[0].probe.samples"


@pytest.mark.parametrize("query", ["up == 0", "(http > 5)", "count(up == 0)", "sum by (job) ((http != 1))"])
def test_a_comparison_that_is_empty_when_all_is_well_is_a_doubt(tmp_path: Path, query: str) -> None:
    (doubt,) = checked(tmp_path, query).doubtful
    assert (doubt.line, doubt.finding.path) == (16, ("monitoring", 0, "probe", "query"))
    assert doubt.finding.message.startswith(f'"{query}" gives nothing where it holds nowhere')


@pytest.mark.parametrize(
    "query", ["up == bool 0", "up == 0 or vector(0)", "http / 5", "sum(up)", "a and b", "1", "-up"]
)
def test_any_other_query_is_none(tmp_path: Path, query: str) -> None:
    found = checked(tmp_path, query)
    assert not found.mistakes
    assert not found.doubtful


@pytest.mark.parametrize(
    ("path", "wrong"),
    [("queue[", "Invalid jmespath expression: Incomplete expression"), ("(" * 3000, "too many brackets")],
)
def test_a_path_that_can_not_be_read_is_a_mistake(tmp_path: Path, path: str, wrong: str) -> None:
    plan = tmp_path / "x.toml"
    looks = f'probe = {{ http = "https://a.example.com", json = "{path}" }}'
    plan.write_text(f'{PLAN}[[pre_deployment]]\ntitle = "Up"\n{looks}\n')
    (mistake,) = check_all([plan])[0].mistakes
    assert (mistake.line, mistake.key) == (13, "pre_deployment[0].probe.json")
    assert mistake.found.endswith(f": {wrong}")


def test_a_query_too_long_to_be_read_is_left_to_the_server(tmp_path: Path) -> None:
    assert not checked(tmp_path, "sum(" * 30_000 + "a" + ")" * 30_000).mistakes


def test_without_the_package_no_query_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "promql_parser", None)
    monkeypatch.setitem(sys.modules, "jmespath", None)
    assert not checked(tmp_path, "rate(http)").mistakes
    assert not checked(tmp_path, "up == 0").doubtful


def test_a_path_that_nothing_here_can_read_is_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jmespath", None)
    plan = tmp_path / "x.toml"
    looks = 'probe = { http = "https://a.example.com", json = "up" }'
    plan.write_text(f'{PLAN}[[pre_deployment]]\ntitle = "Up"\n{looks}\n')
    (doubt,) = check_all([plan])[0].doubtful
    assert doubt.finding.message.startswith("A path into JSON needs jmespath, which is not here")


def test_a_probe_of_a_value_that_stays_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    looks = 'probes = { "Phase 1" = { command = ["./f"] } }'
    path.write_text(f'{PLAN}[[feature_flags]]\nname = "f"\nrollout = {{ "Phase 1" = false }}\n{looks}\n')
    (doubt,) = check_all([path])[0].doubtful
    assert (doubt.line, doubt.finding.message[:29]) == (14, "Phase 1 leaves f at false: th")


def test_a_source_that_nothing_asks_is_a_doubt(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f"{PLAN}{SOURCES}")
    (doubt,) = check_all([path])[0].doubtful
    assert (doubt.line, doubt.finding.message) == (11, "No probe asks the source prod.")
