"""The eight sections of a plan: their keys in the file, their titles, and what one of their entries is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..frozen import dataclass
from . import ids
from .model import ChecklistItem, FeatureFlag, Header, Metric, MigrationStep, Notes, Phase, Scenario, Strategy


@dataclass(frozen=True)
class PlanSection:
    """A section of the document format; where it is a list of entries, also what is said of one of them.

    `key` is its key in the file and its field of the plan, `title` the document's own, `name` the short one of screens.
    `model` is the class of the section, or of an entry; `one` and `many` are what entries are called, `subject` begins
    a sentence about one, and `stage` the ids that are made of titles.
    """

    key: str
    title: str
    name: str
    model: type[Any]
    one: str = ""
    many: str = ""
    subject: str = ""
    stage: str = ""

    @property
    def named_by(self) -> str:
        """The field by which people name an entry: the first one."""
        return str(next(iter(self.model.__dataclass_fields__)))

    @property
    def has_ids(self) -> bool:
        """Whether an entry may have an id of its own."""
        return "id" in self.model.__dataclass_fields__

    def title_of(self, entry: Any) -> str:
        return str(getattr(entry, self.named_by))

    def id_of(self, entry: Any) -> str:
        return self.id_made(self.title_of(entry), getattr(entry, "id", ""))

    def id_made(self, title: str, own: str = "") -> str:
        """The id of an entry with this title, and perhaps an id of its own."""
        return ids.made(title, own, self.stage)


STRATEGY = PlanSection("strategy", "Deployment Strategy", "Strategy", Strategy)
PRE_DEPLOYMENT = PlanSection(
    "pre_deployment", "Pre-Deployment Checklist", "Pre-deployment", ChecklistItem,
    one="Pre-deployment item", many="pre-deployment items", subject="Pre-deployment, ", stage=ids.PRE_DEPLOYMENT,
)  # fmt: skip
PHASES = PlanSection("phases", "Rollout Phases", "Phases", Phase, one="Phase", many="phases")
FEATURE_FLAGS = PlanSection(
    "feature_flags", "Feature Flags", "Feature flags", FeatureFlag,
    one="Flag", many="feature flags", subject="Flag ",
)  # fmt: skip
MIGRATION = PlanSection(
    "migration", "Database Migration Plan", "Migration", MigrationStep,
    one="Migration step", many="migration steps", subject="Migration, ",
)  # fmt: skip
ROLLBACK = PlanSection(
    "rollback", "Rollback Plan", "Rollback", Scenario,
    one="Rollback scenario", many="rollback scenarios", subject="Rollback, ",
)  # fmt: skip
MONITORING = PlanSection(
    "monitoring", "Monitoring & Alerting", "Monitoring", Metric,
    one="Metric", many="metrics", subject="Monitoring, ",
)  # fmt: skip
POST_DEPLOYMENT = PlanSection(
    "post_deployment", "Post-Deployment Validation", "Post-deployment", ChecklistItem,
    one="Post-deployment item", many="post-deployment items", subject="Post-deployment, ", stage=ids.POST_DEPLOYMENT,
)  # fmt: skip

# In the order of the document, and of the file.
SECTIONS = {
    each.key: each
    for each in (STRATEGY, PRE_DEPLOYMENT, PHASES, FEATURE_FLAGS, MIGRATION, ROLLBACK, MONITORING, POST_DEPLOYMENT)
}
LISTS = tuple(each for each in SECTIONS.values() if each is not STRATEGY)
# The two checklists share their ids, every other list has its own.
OF_ONE_ID = ((PRE_DEPLOYMENT, POST_DEPLOYMENT), *((each,) for each in LISTS if each.model is not ChecklistItem))
# The class of every table of the file, or of an entry of it, by its key.
MODELS: Mapping[str, type[Any]] = {
    "plan": Header,
    **{key: each.model for key, each in SECTIONS.items()},
    "notes": Notes,
}
CHECKLISTS = (PRE_DEPLOYMENT.key, POST_DEPLOYMENT.key)
