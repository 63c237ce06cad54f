"""The deferral ledger: what a run went on without, and where each deferral comes due."""

from __future__ import annotations

from ..frozen import dataclass
from .stages import Item, Stage
from .stamp import Mark
from .state import Run, Status


@dataclass(frozen=True)
class Deferral:
    """An item put off to the end of a stage; `is_due` once that stage is open or passed."""

    item: Item
    stage: Stage
    mark: Mark
    reason: str
    is_due: bool


def deferrals(run: Run) -> tuple[Deferral, ...]:
    """Give what is put off and not yet done, in the order in which it comes due."""
    found = []
    for stage in run.sequence.stages:
        for item_id in run.due.get(stage.id, ()):
            state = run.state(item_id)
            assert state.mark is not None
            is_due = run.sequence.index[stage.id] <= run.position
            found.append(Deferral(run.sequence.items[item_id], stage, state.mark, state.reason, is_due))
    return tuple(found)


def waived(run: Run) -> tuple[Item, ...]:
    """Give what was waived and stayed so."""
    return tuple(run.sequence.items[name] for name, state in run.items.items() if state.status is Status.WAIVED)


def but_for(run: Run) -> str:
    """Say what the run went on without: `2 deferred, 1 waived`; empty where that is nothing."""
    counts = ((len(deferrals(run)), "deferred"), (len(waived(run)), "waived"), (_overridden(run), "overridden"))
    return ", ".join(f"{number} {word}" for number, word in counts if number)


def _overridden(run: Run) -> int:
    """How many blockers the gates that stand passed were gone past."""
    return sum(len(passed.overrides) for passed in run.gates.values())
