"""Stable ids: an item's own if the plan gives one, else made from its section and title, never from its place."""

import re
import unicodedata

from .model import ChecklistItem, FeatureFlag, Metric, MigrationStep, Phase, Scenario

_LONGEST = 60

# Stages that every run has; a phase may not take one of these names.
PRE_DEPLOYMENT = "pre-deployment"
MIGRATION = "migration"
BACKFILL = "backfill"
POST_DEPLOYMENT = "post-deployment"
CLEANUP = "cleanup"
CLOSE = "close"
ROLLBACK = "rollback"
RESERVED = frozenset({PRE_DEPLOYMENT, MIGRATION, BACKFILL, POST_DEPLOYMENT, CLEANUP, CLOSE, ROLLBACK})


def slug(text: str) -> str:
    """Make an id of a title: small letters and digits of any script, joined by hyphens."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
    return "-".join(words)[:_LONGEST].strip("-") or "item"


def made(title: str, own: str = "", stage: str = "") -> str:
    """Give an item's own id, which stands alone, or make one of its title behind the stage that it is told by."""
    return own or (f"{stage}/" if stage else "") + slug(title)


def checklist_id(stage: str, item: ChecklistItem) -> str:
    """The id of a pre-deployment or post-deployment item."""
    return made(item.title, item.id, stage)


def phase_id(phase: Phase) -> str:
    return slug(phase.name)


def flag_id(flag: FeatureFlag) -> str:
    return slug(flag.name)


def step_id(step: MigrationStep) -> str:
    return made(step.action, step.id)


def scenario_id(scenario: Scenario) -> str:
    return made(scenario.scenario, scenario.id)


def metric_id(metric: Metric) -> str:
    return made(metric.metric, metric.id)
