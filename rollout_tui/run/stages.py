"""The stages and items of a run, and how one finds them by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from ..errors import UsageError
from ..frozen import dataclass
from ..plan.model import Metric, MigrationStep, Phase, Scenario
from ..plan.probe import ONE_HOUR, Probe, Trigger
from ..plan.quantities import Duration

INTERVALS = 3
"""How many intervals of its probe two looks lie apart at most that still follow each other."""


class StageKind(StrEnum):
    PRE_DEPLOYMENT = "pre-deployment"
    MIGRATION = "migration"
    PHASE = "phase"
    BACKFILL = "backfill"
    POST_DEPLOYMENT = "post-deployment"
    CLEANUP = "cleanup"
    CLOSE = "close"


# A tuple, as an enum's member is hashed by a function of its own, and this is asked for each event.
_GATED = (StageKind.PRE_DEPLOYMENT, StageKind.PHASE)


class ItemKind(StrEnum):
    CHECK = "check"
    STEP = "step"
    START = "start"
    FLAG = "flag"
    CRITERION = "criterion"
    METRIC = "metric"
    TRIGGER = "trigger"
    APPROVAL = "approval"
    ROLLBACK_STEP = "rollback step"
    FLAG_RESET = "flag reset"


BEFORE_SOAK = (ItemKind.START, ItemKind.FLAG, ItemKind.STEP)
"""What has to be done before a phase's soak begins."""


@dataclass(frozen=True)
class Item:
    """One line to be dealt with; `step`, `metric`, `trigger` and `flag` are what the plan says of it, by kind.

    `probe` looks at it by itself, and `max_age` is how old that may be at a gate.
    """

    id: str
    kind: ItemKind
    stage: str
    title: str
    owner: str = ""
    approvals: int = 1
    description: str = ""
    link: str = ""
    proves: str = ""
    probe: Probe | None = None
    max_age: Duration = ONE_HOUR
    step: MigrationStep | None = None
    metric: Metric | None = None
    trigger: Trigger | None = None
    flag: str = ""
    value: str = ""

    @property
    def metric_id(self) -> str:
        """The id of the metric that a row reads: the row's own, without its phase; nothing for another row."""
        return self.id.rpartition("/")[2] if self.metric is not None else ""

    @property
    def step_id(self) -> str:
        """The id of a migration step as the plan has it: the row's own, without its section; nothing for another."""
        return self.id.rpartition("/")[2] if self.step is not None else ""


# A tuple, as an enum's member is hashed by a function of its own, and this is asked for each event.
_UNCOUNTED = (ItemKind.METRIC, ItemKind.TRIGGER, ItemKind.APPROVAL)


def counts_as_open(item: Item) -> bool:
    """Whether the item is counted among those that keep a stage open."""
    return item.kind not in _UNCOUNTED


def metric_row(stage: str, metric: str) -> str:
    """Give the id of the row in which a metric is read in a phase."""
    return f"{stage}/metric/{metric}"


@dataclass(frozen=True)
class Stage:
    """An ordered part of a run; `phase` is the plan's own where the stage is one."""

    id: str
    title: str
    kind: StageKind
    items: tuple[Item, ...] = ()
    phase: Phase | None = None

    @property
    def has_gate(self) -> bool:
        return self.kind in _GATED

    @cached_property
    def before_soak(self) -> tuple[Item, ...]:
        """What has to be done before a phase's soak begins: its start, its flags and its migration steps."""
        return tuple(item for item in self.items if item.kind in BEFORE_SOAK)

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """The items whose number tells how far the stage is: a trigger is none, nor is an approval of its gate."""
        return tuple(item for item in self.items if item.kind not in {ItemKind.TRIGGER, ItemKind.APPROVAL})

    @property
    def start_id(self) -> str:
        """The id of a phase's first row, which starts it."""
        return f"{self.id}/start"

    @property
    def approval_id(self) -> str:
        """The id of the row where a first person approves the promotion, if the phase asks for two."""
        return f"{self.id}/approval"


@dataclass(frozen=True)
class RollbackPath:
    """A rollback scenario with its steps as items.

    `reverses` are the parts that it takes back, each with the number of the step that does, 0 for all steps together.
    """

    id: str
    scenario: Scenario
    items: tuple[Item, ...]
    reverses: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class StageSequence:
    """All stages of a run in order, the rollback paths, and one item for each flag to be reset in a rollback."""

    stages: tuple[Stage, ...]
    rollback_paths: tuple[RollbackPath, ...]
    resets: tuple[Item, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its id, in order; the rollback's last."""
        return {item.id: item for item in self._all()}

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each stage stands."""
        return {stage.id: place for place, stage in enumerate(self.stages)}

    @cached_property
    def steps(self) -> tuple[Item, ...]:
        """The migration steps in the order in which they must be signed."""
        return tuple(item for stage in self.stages for item in stage.items if item.kind is ItemKind.STEP)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every metric by its id."""
        found = ((item.metric_id, item.metric) for stage in self.stages for item in stage.items)
        return {name: metric for name, metric in found if metric is not None}

    @cached_property
    def reach(self) -> dict[str, timedelta]:
        """How far apart two looks at a metric may lie that has a probe, by its id."""
        found = ((name, metric.probe) for name, metric in self.metrics.items())
        return {name: INTERVALS * probe.every.value for name, probe in found if probe is not None}

    def stage(self, stage_id: str) -> Stage:
        return self.stages[self.index[stage_id]]

    def rollback_path(self, scenario: str) -> RollbackPath:
        return next(path for path in self.rollback_paths if path.id == scenario)

    def find_item(self, name: str) -> Item:
        """Find an item by its id, or by a unique beginning or ending of it."""
        # Nearly every name is a whole id; only another one is looked for among all of them.
        return self.items.get(name) or self.items[find(name, list(self.items), "item")]

    def find_stage(self, name: str) -> Stage:
        return self.stage(find(name, list(self.index), "stage"))

    def _all(self) -> Iterator[Item]:
        for stage in self.stages:
            yield from stage.items
        for path in self.rollback_paths:
            yield from path.items
        yield from self.resets


def find(name: str, known: list[str], what: str) -> str:
    """Find the id that `name` is, begins or ends; UsageError with the nearest ones if it is none or several."""
    if name in known:
        return name
    hits = (
        [each for each in known if each.endswith(f"/{name}")]
        or [each for each in known if each.startswith(name)]
        or [each for each in known if f"/{name}" in each]
    )
    if len(hits) == 1 and name:
        return hits[0]
    if len(hits) > 1 and name:
        raise UsageError(f"{name!r} could be any of {len(hits)} {what}s: {', '.join(hits[:6])}", "Give the whole id.")
    # Only a name that leads nowhere pays for it.
    import difflib

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:6]
    hint = f"Did you mean {', '.join(near)}?" if near else f"The plan has no {what}."
    raise UsageError(f"There is no {what} {name!r} in this run.", hint)
