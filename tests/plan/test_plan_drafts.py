"""Plans to fill in: what of the template and of an older plan is kept, renewed, and left open."""

import re
from pathlib import Path

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings

from rollout_tui.plan import ids
from rollout_tui.plan.drafts import from_older, from_template
from rollout_tui.plan.model import Plan, Window
from rollout_tui.plan.placeholders import placeholders
from rollout_tui.plan.rules import check
from rollout_tui.plan.toml import LoadedPlan, load, parse
from tests.plan.plan_strategies import as_document, plans
from tests.share import share

PLANS = Path(__file__).parents[2] / "plans"


def parsed(text: str) -> Plan:
    plan = parse(text, "x.toml")
    assert isinstance(plan, Plan), plan
    return plan


def older(text: str) -> LoadedPlan:
    return LoadedPlan(Path("old.toml"), text, parsed(text))


def left(plan: Plan) -> list[str]:
    return [".".join(map(str, finding.path)) for finding in placeholders(plan)]


def test_the_template_takes_what_is_known() -> None:
    plan = parsed(from_template('A "new" way', "shop", ""))
    assert (plan.header.name, plan.header.service) == ('A "new" way', "shop")
    assert plan.header.owner == "[Release manager]"
    assert check(plan) == ()


def test_the_template_shows_how_to_name_what_is_installed() -> None:
    text = from_template("Shop", "shop", "")
    plan = parsed(re.sub(r"(?m)^# ((previous_)?artifacts = )", r"\1", text))
    assert (plan.header.artifacts, plan.header.previous_artifacts) == (
        ("[Artifact]",),
        ("[Artifact that is live now]",),
    )
    assert set(left(plan)) - set(left(parsed(text))) == {"plan.artifacts.0", "plan.previous_artifacts.0"}
    assert check(plan) == ()


def test_an_older_plan_keeps_its_comments_and_asks_for_what_is_new() -> None:
    text = (PLANS / "checkout.toml").read_text()
    renewed = from_older(load(PLANS / "checkout.toml"), "Checkout v3", "Zoe")
    plan = parsed(renewed)
    assert (plan.header.name, plan.header.owner, plan.header.service) == ("Checkout v3", "Zoe", "checkout")
    assert (plan.header.release, plan.header.previous_release) == ("[version]", "2.4.0")
    assert left(plan) == [
        "plan.release", "plan.ticket", "plan.links.2", "pre_deployment.0.link", "pre_deployment.3.link",
        *(f"migration.{place}.action" for place in range(4)),
    ]  # fmt: skip
    assert check(plan) == ()
    comments = [line for line in text.splitlines() if line.startswith("# ")]
    assert [line for line in renewed.splitlines() if line.startswith("# ")][1:] == comments
    assert "Redeploy 2.4.0" in plan.rollback[0].steps
    assert "2.3.6" not in str(plan), "comments may name it, since nobody knows what they mean"


def test_the_window_loses_its_times_and_keeps_its_reason() -> None:
    older = load(PLANS / "ledger.toml")
    renewed = from_older(older, "Ledger", "")
    plan = parsed(renewed)
    assert older.plan.strategy.window
    assert plan.strategy.window == Window(reason=older.plan.strategy.window.reason)
    assert [found.path[-1] for found in check(plan)] == ["start", "end"]
    assert not re.search(r"\d{4}-\d\d-\d\d", renewed)
    assert plan.header.owner == "Ines Moreau"


MINIMAL = """\
format = 1
plan.name = "A"
plan.service = "a"
plan.release = "1.0.0" # the first
[strategy]
kind = "canary"
"""
PHASE = '[[phases]]\nname = "Phase 1"\naudience = "Everyone"\n'
STEPS = MINIMAL + 'database_migration = "after"\n' + PHASE
WINDOW = """\
downtime = "maintenance-window"
window = { start = 2026-12-05T22:00:00Z, end = 2026-12-05T23:00:00Z, reason = "Since 2026-01-01, 1.0.0" }
"""

# name: (the older plan, a piece that its successor has)
RENEWED = {
    "dotted keys": (MINIMAL + PHASE, 'plan.release = "[version]"\nplan.previous_release = "1.0.0" # the first\n'),
    "an inline header": (
        'format = 1\nplan = { name = "A", service = "a", release = "1.0.0" }\n[strategy]\nkind = "canary"\n' + PHASE,
        'plan = { name = "New", service = "a", release = "[version]", previous_release = "1.0.0" }',
    ),
    "an inline window": (MINIMAL + WINDOW + PHASE, 'window = { reason = "Since [date], [version]" }'),
    "a window without a reason": (
        MINIMAL + WINDOW.replace(', reason = "Since 2026-01-01, 1.0.0"', "") + PHASE,
        "window = {  }",
    ),
    "a date in a text": (
        f'{MINIMAL}{PHASE}[[post_deployment]]\ntitle = "Report of 2026-03-04 sent"\n',
        'title = "Report of [date] sent"',
    ),
    "a release within another": (
        f'{MINIMAL}{PHASE}[[post_deployment]]\ntitle = "1.0.0, not 1.0.0.1, 21.0.0 or 1.0.0-rc1; 1.0.0."\n',
        'title = "[version], not 1.0.0.1, 21.0.0 or 1.0.0-rc1; [version]."',
    ),
    "a release that may be any number": (
        f'{MINIMAL}{PHASE}[[post_deployment]]\ntitle = "Below 2.5 s"\n'.replace("1.0.0", "2.5"),
        'title = "Below 2.5 s"',
    ),
    "a phase named by its release": (
        f'{MINIMAL}{PHASE}[[feature_flags]]\nname = "f"\nrollout."To 1.0.0" = "1.0.0"\n'.replace("Phase 1", "To 1.0.0"),
        'rollout."To 1.0.0" = "1.0.0"',
    ),
    "a phase named as a field": (
        f'{MINIMAL}{PHASE}[[feature_flags]]\nname = "f"\nrollout.title = "1.0.0"\n'.replace("Phase 1", "title"),
        'rollout.title = "1.0.0"',
    ),
    "a link to the ticket": (
        MINIMAL.replace("plan.name", 'plan.ticket = "T-1"\nplan.links = ["https://a/T-1", "https://b"]\nplan.name')
        + PHASE,
        'plan.links = ["[Link]", "https://b"]',
    ),
    "a step that a scenario refers to by its words": (
        STEPS
        + '[[migration]]\naction = "Add it"\nkind = "schema"\nreversible = true\n'
        + '[[rollback]]\nscenario = "Bug"\nkind = "code"\ntime = "1 min"\naction = "Back"\nuntil = "add-it"\n',
        'action = "[Still needed?] Add it"\nid = "add-it"\n',
    ),
    "paragraphs": (
        f'{MINIMAL}{PHASE}[[post_deployment]]\ntitle = "T"\ndescription = """\nFirst 1.0.0,\nthen "it"."""\n',
        'description = """\nFirst [version],\nthen "it"."""',
    ),
    "what a probe asks of the last release": (
        f'{MINIMAL}{PHASE}success_criteria = [{{ text = "1.0.0 is on", probe = {{ command = ["./on", "1.0.0"] }} }}]\n',
        'success_criteria = [{ text = "[version] is on", probe = { command = ["./on", "[version]"] } }]',
    ),
    "a schema's line": (f"#:schema ../plan.schema.json\n{MINIMAL}{PHASE}", 'own.\nformat = 1\nplan.name = "New"'),
    "a schema's address": (f"#:schema https://example.com/s.json\n{MINIMAL}{PHASE}", "#:schema https://example.com/"),
    "notes": (f'{MINIMAL}{PHASE}[notes]\nplan = ["Began with 1.0.0"]\n', 'plan = ["Began with [version]"]'),
}


@pytest.mark.parametrize("name", RENEWED)
def test_an_older_plan_is_renewed_as_it_is_written(name: str) -> None:
    text, piece = RENEWED[name]
    renewed = from_older(older(text), "New", "")
    assert piece in renewed
    assert parsed(renewed).header.name == "New"


@settings(max_examples=share(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(plans())
def test_every_plan_can_be_renewed(plan: Plan) -> None:
    renewed = parsed(from_older(older(tomli_w.dumps(as_document(plan))), "New", "Zoe"))
    assert (renewed.header.name, renewed.header.release, renewed.header.owner) == ("New", "[version]", "Zoe")
    assert renewed.header.previous_release == plan.header.release
    assert renewed.phases == plan.phases
    assert renewed.monitoring == plan.monitoring
    assert [way.until for way in renewed.rollback] == [way.until for way in plan.rollback]
    window = renewed.strategy.window
    assert window is None or (window.start, window.end) == (None, None)
    referred = {ids.reversed_by(part)[0] for way in plan.rollback for part in (way.until, *way.reverses)}
    for old, new in zip(plan.migration, renewed.migration, strict=True):
        assert new.action == f"[Still needed?] {old.action}" or (ids.step_id(old) in referred and not old.id)
