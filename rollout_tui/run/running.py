"""Steps that take their time: how long the plan gives one, and how long it has been running."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plan.quantities import format_span
from .stages import Item, ItemKind
from .state import Run, Status

SHORT = timedelta(minutes=5)
"""A step that is planned for no longer is signed and not begun."""


def planned(run: Run, item: Item) -> timedelta:
    """Give how long the plan gives a step: a migration step its own time, a rollback's its scenario's."""
    if item.step is not None:
        return item.step.duration.value
    if item.kind is ItemKind.ROLLBACK_STEP:
        return next((p.scenario.time.value for p in run.sequence.rollback_paths if item in p.items), timedelta(0))
    return timedelta(0)


def running(run: Run, item: Item, now: datetime) -> str:
    """Say how long a step that was begun has been running, and for how long it is planned; nothing for another."""
    begun = run.begun.get(item.id)
    if begun is None or run.state(item.id).status not in {Status.OPEN, Status.FAILED}:
        return ""
    return f"running, {format_span(max(timedelta(0), now - begun.at))} of {format_span(planned(run, item))}"
