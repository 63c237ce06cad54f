"""Flags in step with the phases: what a reduction, a redline or a rollback called off asks to be set again."""

from __future__ import annotations

from .builder import Builder
from .stages import Item, ItemKind
from .state import Status


def align_flags(run: Builder) -> None:
    """Ask again for each flag that does not stand where its phases put it; a waived change put it nowhere."""
    for reset in run.sequence.resets:
        changes = [
            item
            for stage in run.sequence.stages[: run.position + 1]
            for item in stage.items
            if item.kind is ItemKind.FLAG and item.flag == reset.flag and _stands(run, item)
        ]
        wanted = changes[-1] if changes else reset
        if run.flags.get(reset.flag, reset.value) == wanted.value:
            continue
        if wanted is reset:
            run.reopen([reset.id])
            run.resets_due = tuple(dict.fromkeys([*run.resets_due, reset.id]))
            run.follow_resets(None)
        elif run.state(wanted.id).status is Status.SIGNED:
            run.reopen([wanted.id])


def _stands(run: Builder, item: Item) -> bool:
    """Whether a flag's change counts: it was done, or is still asked for by a phase that was started."""
    status = run.state(item.id).status
    return status is Status.SIGNED or (item.stage in run.phases and status is not Status.WAIVED)
