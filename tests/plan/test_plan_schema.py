"""The schema that editors use: it knows every field, takes every plan, and refuses what people mistype."""

import json
import subprocess
import sys
import tomllib
import typing
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from rollout_tui.plan.fields import FIELDS
from rollout_tui.plan.model import Plan, file_key
from rollout_tui.plan.quantities import Quantity
from rollout_tui.plan.schema import schema
from rollout_tui.plan.toml import parse
from tests.plan.plan_strategies import as_document, plans
from tests.share import share

PLANS = Path(__file__).parents[2] / "plans"
TEMPLATE = Path(__file__).parents[2] / "rollout_tui" / "plan" / "template.toml"
TOMBI = Path(sys.executable).with_name("tombi")
SCHEMA_LINE = "#:schema ./plan.schema.json\n"

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def as_json(value: Any) -> Any:
    """A parsed TOML document as JSON has it: a time is a text."""
    return json.loads(json.dumps(value, default=datetime.isoformat))


def errors(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_json(tomllib.loads(text)))]


def test_the_files_beside_the_plans_are_those_of_the_package() -> None:
    told = "made from the package by: make generated"
    assert json.loads((PLANS / "plan.schema.json").read_text()) == SCHEMA, told
    assert (PLANS / "template.toml").read_text() == SCHEMA_LINE + TEMPLATE.read_text(), told


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("owner", FIELDS, ids=lambda owner: owner.__name__)
def test_every_field_is_described_with_examples_that_fit(owner: type) -> None:
    assert set(FIELDS[owner]) == {item.name for item in fields(owner)}
    hints = typing.get_type_hints(owner)
    told = (SCHEMA if owner is Plan else SCHEMA["$defs"][owner.__name__])["properties"]
    for name, described in FIELDS[owner].items():
        found = told["plan" if owner is Plan and name == "header" else file_key(name)]
        assert described.text.endswith(".")
        assert found["description"] == described.text
        assert found["examples"]
        for example in found["examples"]:
            assert not list(VALIDATOR.evolve(schema=found | {"$defs": SCHEMA["$defs"]}).iter_errors(example))
            if isinstance(hints[name], type) and issubclass(hints[name], Quantity):
                hints[name].parse(example)


def test_every_table_of_the_model_is_described() -> None:
    assert {owner.__name__ for owner in FIELDS} == {"Plan", *SCHEMA["$defs"]}


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_plans_of_the_repository_fit(path: Path) -> None:
    assert path.read_text().startswith(SCHEMA_LINE)
    assert errors(path.read_text()) == []


@settings(max_examples=share(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(plans())
def test_every_plan_fits(plan: Plan) -> None:
    assert list(VALIDATOR.iter_errors(as_json(as_document(plan)))) == []


# name: (what the hotfix plan says, what is written in its place)
MISTAKES = {
    "no format": ("format = 1\n", ""),
    "another format": ("format = 1", "format = 2"),
    "a header by another name": ("[plan]", "[header]"),
    "a table mistyped": ("[strategy]", "[stratgy]"),
    "a key mistyped": ("success_criteria", "sucess_criteria"),
    "a key missing": ('service = "invoicing"\n', ""),
    "a word that is not one of them": ('"rolling-update"', '"rolling_update"'),
    "a number for a text": ('"5.11.3"', "5.11"),
    "an empty name": ('"invoicing"', '""'),
    "a text for a list": ('["Ten new invoices add up to the cent"]', '"Ten new invoices"'),
    "an empty element of a list": ('["Ten new invoices add up to the cent"]', '[""]'),
    "a number for a duration": ('max_age = "10 min"', "max_age = 10"),
    "three approvals": ('title = "All tests passing"', 'title = "All tests passing"\napprovals = 3'),
    "approvals in quotes": ('title = "All tests passing"', 'title = "All tests passing"\napprovals = "2"'),
    "an id with spaces": ('title = "All tests passing"', 'title = "All tests passing"\nid = "all tests"'),
    "proof of another thing": ('"monitoring-ready"', '"monitoring ready"'),
    "a phase without an audience": ('audience = "100% of users"\n', ""),
    "a table where a list belongs": ("[[phases]]", "[phases]"),
    "another time": ('time = "< 3 min"\nowner', 'target = "< 3 min"\nowner'),
    "a window with another key": ('rollback_time = "< 3 min"', 'window = { begin = "22:00" }'),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_does_not_fit_and_is_told_by_check_too(name: str) -> None:
    was, now = MISTAKES[name]
    text = (PLANS / "hotfix.toml").read_text()
    assert was in text
    text = text.replace(was, now, 1)
    assert errors(text)
    assert not isinstance(parse(text, "x.toml"), Plan)


def lint(*paths: Path) -> subprocess.CompletedProcess[str]:
    """Check files as an editor with tombi does; skips where its program does not run on this machine."""
    try:
        return subprocess.run(
            [TOMBI, "lint", "--offline", "--error-on-warnings", *paths],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={"NO_COLOR": "1"},
        )
    except OSError as error:
        pytest.skip(f"tombi does not run here: {error}")


def test_an_editor_finds_nothing_in_the_plans_of_the_repository() -> None:
    done = lint(*sorted(PLANS.glob("*.toml")))
    assert done.returncode == 0, done.stderr


def test_an_editor_marks_mistakes_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "plan.schema.json").write_text(json.dumps(SCHEMA))
    plan = tmp_path / "plan.toml"
    plan.write_text((PLANS / "ledger.toml").read_text().replace("2026-12-05T22:00:00+01:00", '"in the evening"'))
    done = lint(plan)
    line = plan.read_text().splitlines().index('start = "in the evening"') + 1
    assert done.returncode == 1
    assert f"plan.toml:{line}:9" in done.stderr
