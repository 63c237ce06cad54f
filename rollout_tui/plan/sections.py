"""The sections of a plan: their keys in the file, their titles, and what one of their entries is called; told once."""

from __future__ import annotations

from typing import Any

from ..frozen import dataclass
from . import ids
from .model import ChecklistItem, FeatureFlag, Metric, MigrationStep, Phase, Scenario, Strategy


@dataclass(frozen=True)
class Section:
    """A section of the document format.

    `key` is its key in the file and its field of the plan, `title` the format's own, `short` what lists and stages
    call it, `model` the class of an entry, or of the whole. Where it is a list, `entry` is what one of it is called,
    `named_by` the field that is an entry's title, and `ordered` says that their order means something. The ids that
    the entries of a checklist get begin with its `stage`.
    """

    key: str
    title: str
    short: str
    model: type[Any]
    entry: str = ""
    named_by: str = ""
    stage: str = ""
    ordered: bool = False

    def title_of(self, entry: Any) -> str:
        return str(getattr(entry, self.named_by))

    def id_of(self, entry: Any) -> str:
        """Give the id of an entry, as the journal freezes it."""
        return self.id_for(self.title_of(entry), getattr(entry, "id", ""))

    def id_for(self, title: str, own: str = "") -> str:
        """Give the id that an entry of this title has, or its own."""
        return own or (f"{self.stage}/{ids.slug(title)}" if self.stage else ids.slug(title))


STRATEGY = Section("strategy", "Deployment Strategy", "Strategy", Strategy)
PRE_DEPLOYMENT = Section(
    *("pre_deployment", "Pre-Deployment Checklist", "Pre-deployment", ChecklistItem, "Pre-deployment item", "title"),
    stage=ids.PRE_DEPLOYMENT,
)
PHASES = Section("phases", "Rollout Phases", "Phases", Phase, "Phase", "name", ordered=True)
FEATURE_FLAGS = Section("feature_flags", "Feature Flags", "Feature flags", FeatureFlag, "Flag", "name")
MIGRATION = Section(
    *("migration", "Database Migration Plan", "Migration", MigrationStep, "Migration step", "action"), ordered=True
)
ROLLBACK = Section("rollback", "Rollback Plan", "Rollback", Scenario, "Rollback scenario", "scenario")
MONITORING = Section("monitoring", "Monitoring & Alerting", "Monitoring", Metric, "Metric", "metric")
POST_DEPLOYMENT = Section(
    *("post_deployment", "Post-Deployment Validation", "Post-deployment", ChecklistItem, "Post-deployment item"),
    *("title", ids.POST_DEPLOYMENT),
)

SECTIONS = (STRATEGY, PRE_DEPLOYMENT, PHASES, FEATURE_FLAGS, MIGRATION, ROLLBACK, MONITORING, POST_DEPLOYMENT)
"""The eight sections, in the order of the document format and of the file."""

LISTS = {section.key: section for section in SECTIONS if section.entry}
"""The sections that are lists, by their keys."""
