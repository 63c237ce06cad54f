"""Approvals that block: a first one that is missing or was taken back, and what one person did alone."""

from __future__ import annotations

from collections.abc import Iterator

from ..plan.quantities import format_span
from .blocker import Blocker, BlockerKind
from .exposure import may_wait, needs_second, promoted_by_two
from .moment import Moment
from .stages import ItemKind, Stage
from .state import Run, Status
from .two_people import noted


def second_starter(run: Run, stage: Stage, now: Moment) -> Iterator[Blocker]:
    """What two people agreed on holds for a while: exposing more people later asks two again."""
    promoted = promoted_by_two(run, stage)
    if promoted is not None and needs_second(run, stage, now.at):
        title = run.sequence.stages[run.position - 1].title
        ago, within = format_span(now.at - promoted.at), format_span(may_wait(run))
        text = f"two people promoted {title} {ago} ago, and that holds for {within}{_noted(run, stage.start_id)}"
        yield Blocker(
            BlockerKind.APPROVAL, text, f"sign {stage.start_id}; someone else starts the phase", stage.start_id
        )


def approval(run: Run, stage: Stage) -> Iterator[Blocker]:
    assert stage.phase is not None
    signed = run.state(stage.approval_id).status is Status.SIGNED
    if stage.phase.approvals > 1 and not signed and not run.emergency:
        text = f"a first approval of the promotion is missing{_noted(run, stage.approval_id)}"
        yield Blocker(BlockerKind.APPROVAL, text, f"sign {stage.approval_id}; someone else promotes", stage.approval_id)


def revoked_approvals(run: Run) -> Iterator[Blocker]:
    """A promotion stays passed when its first approval is taken back, and the missing approval blocks what is next."""
    for stage in run.sequence.stages[: run.position]:
        state = run.state(stage.approval_id)
        if state.mark is not None and state.status is not Status.SIGNED and not run.emergency:
            text = f"the approval of promoting {stage.title} was taken back{_noted(run, stage.approval_id)}"
            yield Blocker(BlockerKind.APPROVAL, text, "someone other than who promoted signs it", stage.approval_id)


def second_approvals(run: Run) -> Iterator[Blocker]:
    """What one person did alone under an emergency needs its second approval before the run closes."""
    if not run.emergency:
        return
    for item in run.sequence.items.values():
        state = run.state(item.id)
        alone = item.approvals > 1 and state.status is Status.OPEN and bool(state.approvals)
        missing = item.kind is ItemKind.APPROVAL and state.status is not Status.SIGNED
        if alone or missing:
            text = f"second approval missing (emergency): {item.title}{_noted(run, item.id)}"
            yield Blocker(BlockerKind.APPROVAL, text, "someone else signs it", item.id)


def _noted(run: Run, item: str) -> str:
    """Add whose approval is there and counts for nothing."""
    return f": {words}" if (words := noted(run, item)) else ""
