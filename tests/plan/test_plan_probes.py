"""Probes in a plan: where one may stand, and what is said of one that would see nothing or let everything pass."""

from __future__ import annotations

import tomllib

import pytest

from rollout_tui.plan.model import Plan, build
from rollout_tui.plan.probe import Criterion, Probe, Trigger
from rollout_tui.plan.quantities import Comparison, Duration
from rollout_tui.plan.toml import parse, render
from rollout_tui.plan.writing import write_plan
from tests.plan.test_plan_mistakes import PLAN, mistakes

SOURCE = '[sources.prod]\nprometheus = "https://prom.example.com"\n'
METRIC = '[[monitoring]]\nmetric = "Errors"\nthreshold = "> 1 %"\n'
ITEM = '[[pre_deployment]]\ntitle = "Tests pass"\n'

# In the place of a criterion: what its probe asks for more.
READS = 'probe = { source = "prod", query = "up"'


def criterion(more: str, beside: str = "") -> str:
    return f'{PLAN}success_criteria = [{{ text = "Good", probe = {{ {more} }}{beside} }}]\n{SOURCE}'


def trigger(more: str, beside: str) -> str:
    return f'{PLAN}rollback_triggers = [{{ text = "Bad", probe = {{ command = ["./bad"]{more} }}{beside} }}]\n'


def test_criteria_and_triggers_are_texts_or_tables_side_by_side() -> None:
    text = (
        f'{PLAN}success_criteria = ["Good", {{ text = "Fine", probe = {{ command = ["./f"] }}, max_age = "5 min" }}]\n'
        'rollback_triggers = ["Bad", { text = "Else", probe = { command = ["./b"] }, for = "1 h", on_fire = "hold" }]\n'
        '[[feature_flags]]\nname = "f"\nrollout = { "Phase 1" = "on" }\n'
        'probes = { "Phase 1" = { http = "https://flags.example.com/f", json = "on" } }\n'
    )
    plan = parse(text, "x.toml")
    assert isinstance(plan, Plan)
    assert plan.phases[0].success_criteria == (
        Criterion("Good"),
        Criterion("Fine", Probe(command=("./f",)), Duration.parse("5 min")),
    )
    assert plan.phases[0].rollback_triggers == (
        Trigger("Bad"),
        Trigger("Else", Probe(command=("./b",)), Duration.parse("1 h"), "hold"),
    )
    assert [str(each) for each in plan.phases[0].rollback_triggers] == ["Bad", "Else"]
    assert plan.feature_flags[0].probes == {"Phase 1": Probe(http="https://flags.example.com/f", json="on")}
    written = write_plan(plan)
    assert parse(written, "x.toml") == build(tomllib.loads(text)) == plan
    assert 'success_criteria = ["Good", { text = "Fine", probe = { command = ["./f"] }, max_age = "5 min" }]' in written


def test_a_query_may_have_several_lines() -> None:
    plan = parse(
        f'{PLAN}{SOURCE}{METRIC}probe = {{ source = "prod", unit = "%", query = """\n100 *\n  a""" }}\n', "x.toml"
    )
    assert isinstance(plan, Plan)
    assert plan.monitoring[0].probe == Probe(source="prod", unit="%", query="100 *\n  a")
    assert plan.monitoring[0].probe.text == "source prod, query 100 * a, unit %"


WHERE = "phases[0].success_criteria[0]"

# name: (the text, the beginning of its one mistake as it is rendered, without its place)
ONE_MISTAKE = {
    "nothing asked": (criterion('unit = "%"'), f"{WHERE}.probe: found neither query, http nor command, expected one"),
    "two things asked": (
        criterion('http = "https://a.example.com", command = ["./a"]'),
        f"{WHERE}.probe: found http beside command, expected one of the three",
    ),
    "a key of another kind": (
        criterion('command = ["./a"], status = 204'),
        f"{WHERE}.probe.status: found status in a probe of command, expected status only beside http",
    ),
    "an unknown key": (
        criterion('command = ["./a"], dedline = "5 s"'),
        f"{WHERE}.probe.dedline: found an unknown key, expected one of source, query,",
    ),
    "a key of a trigger on a criterion": (
        criterion('command = ["./a"]', ', for = "5 min"'),
        f"{WHERE}.for: found an unknown key, expected one of max_age",
    ),
    "a key as Python has it": (
        trigger("", ', for_ = "5 min"'),
        "phases[0].rollback_triggers[0].for_: found an unknown key, expected one of for, on_fire (did you mean for?)",
    ),
    "a number in place of a criterion": (
        f'{PLAN}success_criteria = ["Good", 7]\n',
        'phases[0].success_criteria[1]: found 7, expected a text in quotes, or with a probe { text = "…", probe = ',
    ),
    "a text in place of the list": (
        f'{PLAN}success_criteria = "Good"\n',
        'phases[0].success_criteria: found "Good", expected a list of texts',
    ),
    "a table without a text": (
        f'{PLAN}success_criteria = [{{ probe = {{ command = ["./a"] }} }}]\n',
        f"{WHERE}.text: found nothing, expected a text in quotes",
    ),
    "a table with an empty text": (
        f'{PLAN}success_criteria = [{{ text = " " }}]\n',
        f"{WHERE}.text: found an empty text, expected some text",
    ),
    "two alike, one of them a table": (
        f'{PLAN}success_criteria = ["Good", {{ text = "good!" }}]\n',
        'phases[0].success_criteria[1]: found "good!", which phases[0].success_criteria[0] says too',
    ),
    "a window without a probe": (
        f'{PLAN}rollback_triggers = [{{ text = "Bad", for = "5 min" }}]\n',
        "phases[0].rollback_triggers[0].for: found for alone, expected a probe with it",
    ),
    "an age without a probe": (
        f'{PLAN}{ITEM}max_age = "5 min"\n',
        "pre_deployment[0].max_age: found max_age alone, expected a probe with it",
    ),
    "a window shorter than what lies between two looks": (
        trigger("", ', for = "30 s"'),
        'phases[0].rollback_triggers[0].for: found "30 s", expected at least 60 s',
    ),
    "a trigger that holds a tick": (
        trigger(', holds = "always"', ""),
        "phases[0].rollback_triggers[0].probe.holds: found holds in a probe that ticks nothing",
    ),
    "another answer to a fire": (
        trigger("", ', on_fire = "rollback"'),
        'phases[0].rollback_triggers[0].on_fire: found "rollback", expected "tell" or "hold"',
    ),
    "no source of that name": (
        criterion('source = "prd", query = "up", expect = "> 0"'),
        f'{WHERE}.probe.source: found "prd", expected a source of the plan: "prod" (did you mean "prod"?)',
    ),
    "no source": (criterion('query = "up", expect = "> 0"'), f"{WHERE}.probe: found no source, expected a source of"),
    "an empty query": (
        criterion('source = "prod", query = " ", expect = "> 0"'),
        f"{WHERE}.probe.query: found an empty text, expected a query in PromQL",
    ),
    "samples without their least number": (
        criterion('source = "prod", query = "up", samples = "n", expect = "> 0"'),
        f"{WHERE}.probe.samples: found samples alone, expected min_samples with it",
    ),
    "a query that nothing judges": (
        criterion('source = "prod", query = "up"'),
        f"{WHERE}.probe: found no expect, expected what has to hold of the value",
    ),
    "a metric that is judged twice": (
        f'{PLAN}{SOURCE}{METRIC}{READS}, unit = "%", expect = "< 1 %" }}\n',
        "monitoring[0].probe.expect: found expect in a metric's probe, expected none: its threshold judges it",
    ),
    "a metric read from a page": (
        f'{PLAN}{METRIC}probe = {{ http = "https://a.example.com" }}\n',
        "monitoring[0].probe: found http without json, expected json, which gives the value",
    ),
    "what is expected of a page": (
        criterion('http = "https://a.example.com", expect = "> 0"'),
        f"{WHERE}.probe: found expect without json, expected json, which gives the value",
    ),
    "a ratio against a percentage": (
        f"{PLAN}{SOURCE}{METRIC}{READS} }}\n",
        'monitoring[0].probe: found no unit, expected unit = "%", that of > 1 %, if its value is in it; nothing is',
    ),
    "a unit that is expected in another": (
        criterion('command = ["./lag"], expect = "< 5 s", unit = "ms"'),
        f'{WHERE}.probe.unit: found unit = "ms", expected unit = "s", that of < 5 s, if its value is in it',
    ),
    "a unit of a flag's value": (
        f'{PLAN}[[feature_flags]]\nname = "f"\nrollout = {{ "Phase 1" = "on" }}\n'
        'probes = { "Phase 1" = { command = ["./f"], expect = "> 5 %" } }\n',
        'feature_flags[0].probes."Phase 1": found no unit, expected unit = "%"',
    ),
    "a probe of a value that is not set": (
        f'{PLAN}[[feature_flags]]\nname = "f"\nprobes = {{ "Phase 1" = {{ command = ["./f"] }} }}\n',
        'feature_flags[0].probes."Phase 1": found a phase that sets no value, expected a phase that `rollout` gives',
    ),
    "a probe of another phase": (
        f'{PLAN}[[feature_flags]]\nname = "f"\nrollout = {{ "Phase 1" = "on" }}\n'
        'probes = { "Phase1" = { command = ["./f"] } }\n',
        'feature_flags[0].probes.Phase1: found no phase of that name, expected one of "Phase 1" (did you mean',
    ),
    "an address of a file": (
        criterion('http = "file:///etc/passwd"'),
        f'{WHERE}.probe.http: found "file:///etc/passwd", expected an address that begins with https:// or http://',
    ),
    "no program": (criterion('command = [" "]'), f"{WHERE}.probe.command[0]: found an empty text, expected a program"),
    "no deadline": (
        criterion('command = ["./a"], deadline = "0 s"'),
        f'{WHERE}.probe.deadline: found "0 s", expected a time above zero',
    ),
    "a deadline that keeps everybody": (
        criterion('command = ["./a"], deadline = "11 min"'),
        f'{WHERE}.probe.deadline: found "11 min", expected a time above zero, at most 10 min',
    ),
    "looks without a pause": (
        criterion('command = ["./a"], every = "0.9 s"'),
        f'{WHERE}.probe.every: found "0.9 s", expected at least 1 s',
    ),
    "a status that is none": (
        criterion('http = "https://a.example.com", status = 20'),
        f"{WHERE}.probe.status: found 20, expected a number from 100 to 599",
    ),
    "a status in quotes": (
        criterion('http = "https://a.example.com", status = "200"'),
        f'{WHERE}.probe.status: found "200", expected a whole number',
    ),
    "a login in an address": (
        f'{PLAN}[sources.prod]\nprometheus = "https://me:secret@prom.example.com"\n',
        "sources.prod.prometheus: found a login in an address, expected an address that begins with https:// or",
    ),
    "a secret in place of a variable": (
        f'{PLAN}{SOURCE}bearer_env = "eyJhbGciOi.J9"\n',
        "sources.prod.bearer_env: found no name of a variable, expected the name of an environment variable",
    ),
    "a variable of a program": (
        criterion('command = ["./a"], env = ["CI_TOKEN=x"]'),
        f"{WHERE}.probe.env[0]: found no name of a variable",
    ),
    "two logins": (
        f'{PLAN}{SOURCE}bearer_env = "A"\nbasic_env = "B"\n',
        "sources.prod.basic_env: found basic_env beside bearer_env, expected one of the two logins",
    ),
    "a header without its value": (
        f'{PLAN}{SOURCE}header = "X-Scope"\n',
        "sources.prod.header: found header alone, expected header_env with it",
    ),
    "a source of another name": (
        f'{PLAN}[sources."in prod"]\nprometheus = "https://prom.example.com"\n',
        'sources."in prod": found the name "in prod", expected letters, digits, hyphens and underscores',
    ),
    "an item that can't be told from a metric": (
        f'{PLAN}{ITEM}id = "errors"\nprobe = {{ command = ["./a"] }}\n{METRIC}',
        'monitoring[0].metric: found the id "errors", which pre_deployment[0] has too, expected an id of its own: a',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_a_mistake_is_told_with_its_place(name: str) -> None:
    text, beginning = ONE_MISTAKE[name]
    (mistake,) = mistakes(text)
    assert render(mistake).split(" ", maxsplit=1)[1].startswith(beginning)


def test_a_mistake_in_a_table_within_a_list_is_placed_in_its_line() -> None:
    (mistake,) = mistakes(f'{PLAN}rollback_triggers = [\n  "Bad",\n  {{ text = "Worse", for = "5 min" }},\n]\n')
    assert (mistake.line, mistake.column, mistake.key) == (13, 21, "phases[0].rollback_triggers[1].for")


def test_a_secret_that_stands_in_the_plan_is_not_told_again() -> None:
    for name in ("a login in an address", "a secret in place of a variable"):
        (mistake,) = mistakes(ONE_MISTAKE[name][0])
        assert "me:secret" not in render(mistake)
        assert "eyJ" not in render(mistake)


@pytest.mark.parametrize("unit", ["%", "% of orders"])
def test_a_unit_is_its_first_word(unit: str) -> None:
    text = f'{PLAN}{SOURCE}{METRIC.replace("> 1 %", "> 1 % of requests")}{READS}, unit = "{unit}" }}\n'
    assert isinstance(parse(text, "x.toml"), Plan)


def test_an_id_in_common_is_none_of_a_run_s_business_without_a_probe() -> None:
    assert isinstance(parse(f'{PLAN}{ITEM}id = "errors"\n{METRIC}', "x.toml"), Plan)


def test_what_is_expected_is_what_holds() -> None:
    plan = parse(criterion('command = ["./lag"], expect = "< 5 s", unit = "s"'), "x.toml")
    assert isinstance(plan, Plan)
    seen = plan.phases[0].success_criteria[0].probe
    assert seen is not None
    assert seen.expect == Comparison.parse("< 5 s")
