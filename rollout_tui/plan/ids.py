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


def checklist_id(section: str, item: ChecklistItem) -> str:
    """The id of a pre-deployment or post-deployment item; an id of its own stands alone."""
    return item.id or f"{section}/{slug(item.title)}"


def phase_id(phase: Phase) -> str:
    return slug(phase.name)


def flag_id(flag: FeatureFlag) -> str:
    return slug(flag.name)


def step_id(step: MigrationStep) -> str:
    return step.id or slug(step.action)


def scenario_id(scenario: Scenario) -> str:
    return scenario.id or slug(scenario.scenario)


def metric_id(metric: Metric) -> str:
    return metric.id or slug(metric.metric)
