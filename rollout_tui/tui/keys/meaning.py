"""What a key means here: one key stands for several actions of the table of intents, by the run and the cursor."""

from __future__ import annotations

from ...people import Actor
from ...run.stages import Item, ItemKind
from ...run.state import Run


def meant(key: str, run: Run, item: Item | None, operator: Actor, *named: object) -> str:
    """Give the action that the screen's action `key` comes to where the cursor stands on an item, or on none."""
    match key:
        case "sign" if item is not None and item.metric is not None:
            return "measure"
        case "hold":
            return "release" if run.held is not None else "hold"
        case "lead":
            return "hand-over" if run.is_led_by(operator) else "take-over"
        case "trigger":
            # The one under the cursor, or any that is fired where there is none under it.
            on_trigger = item is not None and item.kind is ItemKind.TRIGGER
            is_fired = item.id in run.fired if item is not None and on_trigger else bool(run.fired)
            return "clear" if is_fired else "fire"
        case "act":
            return str(named[0])
        case _:
            return key
