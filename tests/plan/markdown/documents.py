"""The documents of this room, and one read as `rollout import` reads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rollout_tui.plan import toml
from rollout_tui.plan.markdown.importing import Imported, import_document
from rollout_tui.plan.model import Plan
from rollout_tui.plan.writing import write_plan

FOLDER = Path(__file__).with_name("documents")
TEMPLATE = (FOLDER / "template.md").read_text()

_FILLED = (
    ("[Rolling update / Blue-green / Canary]", "Canary"), ("[Zero downtime / Maintenance window]", "Zero downtime"),
    ("< [X] minutes", "< 5 minutes"), ("[Yes/No — list flags]", "Yes — new_basket"),
    ("[Before/During/After deploy]", "Before deploy"), ("[X]% of users", "25% of users"), ("[X] days", "2 days"),
    ("[Criteria]", "Baskets convert as before"), ("[Trigger]", "Baskets are lost"), ("[flag_name]", "new_basket"),
    ("[Apa yang di-toggle]", "The new basket"), ("[Add new field with default]", "Add the field basket.state"),
    ("[Deploy new code]", "Deploy new code"), ("[Backfill data]", "Backfill basket.state"), ("[Duration]", "2 h"),
    ("[Remove old field]", "Remove basket.open"), ("[DevOps]", "Erik"), ("[DBA + DevOps]", "Dana"),
    ("[On-call engineer]", "Erik"), ("[Security + DevOps]", "Farah"), ("[X]", "5"),
    ("[Slack/PagerDuty]", "PagerDuty"), ("[Slack]", "#shop"), ("[Monitoring]", "#shop"),
)  # fmt: skip


def filled() -> str:
    """The template with real values, and front matter for what it has no place for."""
    text = TEMPLATE
    for placeholder, value in _FILLED:
        text = text.replace(placeholder, value)
    return f"---\nname: New basket\nservice: shop\nrelease: 3.2.0\n---\n\n{text}"


def imported(text: str, stem: str = "") -> tuple[Imported, str, Plan]:
    """Import a document: what came of it, the TOML, and the plan in that, which has no mistake."""
    found = import_document(text, stem)
    written = write_plan(found.data, found.comments)
    plan = toml.parse(written, "plan.toml")
    assert isinstance(plan, Plan), plan
    return found, written, plan


def counts(plan: Plan) -> Sequence[int]:
    """Items before, phases, criteria, triggers, flags, steps, scenarios, metrics, items after; each text once."""
    return (
        len(plan.pre_deployment),
        len(plan.phases),
        len({(phase.name, text) for phase in plan.phases for text in phase.success_criteria}),
        len({text for phase in plan.phases for text in phase.rollback_triggers}),
        len(plan.feature_flags),
        len(plan.migration),
        len(plan.rollback),
        len(plan.monitoring),
        len(plan.post_deployment),
    )


def values(plan: Plan, section: str, key: str) -> list[Any]:
    return [getattr(element, key) for element in getattr(plan, section)]
