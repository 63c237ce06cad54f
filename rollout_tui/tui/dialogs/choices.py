"""What a field of a form can be chosen from."""

from __future__ import annotations

from ...run.deployed import told
from ...run.intents import FOUND, OUTCOMES, FieldKind
from ...run.part import Found
from ...run.stages import Item, ItemKind
from ...run.state import Run
from ...run.subjects.parts_acts import unknown_parts


def choices(kind: FieldKind, run: Run, item: Item | None) -> list[tuple[str, str]]:
    """Give what a field can be chosen from, as ids with the words for them; the likely one first."""
    match kind:
        case FieldKind.LATER_STAGE:
            first = max(run.position, run.sequence.index.get(item.stage, 0) + 1 if item else 0)
            return [(stage.id, f"the end of {stage.title}") for stage in run.sequence.stages[first:]]
        case FieldKind.TRIGGER:
            found = [each for each in run.sequence.items.values() if each.kind is ItemKind.TRIGGER]
            exposed = run.exposed.id if run.exposed else ""
            found.sort(key=lambda each: (each != item, each.id not in run.fired, each.stage != exposed))
            return [(each.id, f"{run.sequence.stage(each.stage).title}: {each.title}") for each in found]
        case FieldKind.METRIC:
            return [(name, metric.metric) for name, metric in run.sequence.metrics.items()]
        case FieldKind.OUTCOME:
            words = {
                "restored": "restored: what ran before is back",
                "failed": "failed: it could not be restored this way",
                "called-off": "called off: back to the phase, held",
            }
            return [(outcome, words[outcome]) for outcome in OUTCOMES]
        case FieldKind.PART:
            return [(part.id, f"{part.title}: {told(run, part)}") for part in unknown_parts(run)]
        case FieldKind.PART_STATE:
            return [(state, STATES[state]) for state in FOUND]
        case _:
            return []


STATES: dict[Found, str] = {
    "undone": "undone: it is not there any more",
    "there": "still there",
    "unknown": "unknown: nobody has looked",
}
