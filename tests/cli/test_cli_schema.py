"""`rollout schema` prints what the repository's plans point to."""

import json

from tests.cli.program import PLAN, Program


def test_the_schema_is_printed(rollout: Program) -> None:
    printed = json.loads(rollout("schema"))
    assert printed == json.loads((PLAN.parents[2] / "plans" / "plan.schema.json").read_text())
    assert printed["properties"]["plan"]["description"]
