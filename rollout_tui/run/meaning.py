"""Meaning: what a signature on an event stands for, as an auditor asks it (21 CFR Part 11, §11.50)."""

from __future__ import annotations

from .events import Event, GatePromoted, ItemSigned, RollbackStepSigned
from .extras import Meaning
from .stages import ItemKind
from .state import Run


def meaning_of(run: Run, event: Event) -> Meaning:
    """Say what who signs an event does by that, on the run before it: nothing where it is no sign-off.

    Who signs first has performed it, a second person reviews that; a gate, and what one waits for, is approved.
    """
    match event:
        case GatePromoted():
            return "approved"
        case RollbackStepSigned():
            return "performed"
        case ItemSigned():
            if run.sequence.items[event.item].kind in {ItemKind.APPROVAL, ItemKind.START}:
                return "approved"
            return "reviewed" if run.state(event.item).approvals else "performed"
        case _:
            return ""
