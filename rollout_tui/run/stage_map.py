"""Which stage an item belongs to, read off the ids that a journal's header froze, without its plan.

Ids of a plan's own hold no slash, so the prefixes that the sequence gives can't be mistaken.
"""

from __future__ import annotations

from functools import lru_cache

from ..frozen import dataclass
from ..plan import ids

_START = "/start"


@dataclass(frozen=True)
class StageMap:
    """A run's stages in order, those that end without a gate, and the stage of each item; `close` is left out."""

    stages: tuple[str, ...]
    gateless: frozenset[str]
    stage_of: dict[str, str]
    last_phase: str

    def before(self, stage: str) -> str:
        """Give the stage before a stage; nothing before the first."""
        place = self.stages.index(stage)
        return self.stages[place - 1] if place else ""

    def after(self, stage: str) -> str:
        """Give the stage behind a stage; nothing behind the last and for a stage that the run does not have."""
        place = self.stages.index(stage) + 1 if stage in self.stages else len(self.stages)
        return self.stages[place] if place < len(self.stages) else ""


# Releases of a service mostly share their items.
@lru_cache(maxsize=256)
def stage_map(items: tuple[str, ...]) -> StageMap:
    """Lay out the ids of a run's items, which stand in the order of its stages."""
    starts = [each for each in items if _is_start(each)]
    phases = [each.removesuffix(_START) for each in starts]
    first = items.index(starts[0]) if starts else len(items)
    last_phase = phases[-1] if phases else ""
    end = max((place for place, each in enumerate(items) if each.startswith(f"{last_phase}/")), default=first)
    stage_of: dict[str, str] = {}
    for place, item in enumerate(items):
        prefix = item.partition("/")[0] if "/" in item else ""
        if prefix in phases or prefix == ids.ROLLBACK:
            stage_of[item] = prefix
        elif prefix != ids.MIGRATION:
            stage_of[item] = ids.PRE_DEPLOYMENT if place < first else ids.POST_DEPLOYMENT
        elif place < first:
            stage_of[item] = ids.MIGRATION
        elif place < end:
            stage_of[item] = last_phase
        else:
            stage_of[item] = ids.CLEANUP if ids.POST_DEPLOYMENT in stage_of.values() else ids.BACKFILL
    stages = tuple(each for each in dict.fromkeys(stage_of.values()) if each != ids.ROLLBACK)
    gateless = frozenset(stages) - {ids.PRE_DEPLOYMENT, *phases}
    return StageMap(stages, gateless, stage_of, last_phase)


def _is_start(item: str) -> bool:
    stage, _, name = item.rpartition("/")
    return name == "start" and "/" not in stage and stage not in ids.RESERVED and bool(stage)
