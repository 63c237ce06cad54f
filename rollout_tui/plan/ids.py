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


# What the id of a flag begins with where it stands beside migration steps.
FLAG = "flag:"


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


def reversed_by(text: str) -> tuple[str, int]:
    """Read what a scenario reverses: a step's id or `flag:` and the flag's, and the number of the step that does it.

    The number is 0 where all steps do together.
    """
    numbered = re.fullmatch(r"\s*(?:(\d{1,4})\s*:)?\s*(.*?)\s*", text, re.DOTALL)
    assert numbered is not None
    part = numbered[2]
    flag = part.removeprefix(FLAG)
    return (part if flag == part else FLAG + slug(flag)), int(numbered[1] or 0)


def scenario_id(scenario: Scenario) -> str:
    return made(scenario.scenario, scenario.id)


def metric_id(metric: Metric) -> str:
    return made(metric.metric, metric.id)
