"""What the demo says, and does besides what comes next, for who sees a rollout for the first time. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ...run.intents import Defer, Intent, Measure
from ...run.moment import Moment
from ...run.next import NextStep
from ...run.soak import soak_left
from ...run.stages import ItemKind, StageKind
from ...run.state import Run

# What is done once in place of what comes next, by the item that is next: no rollout goes by without either.
INSTEAD: Mapping[str, Intent] = {
    "pre-deployment/documentation-updated": Defer(
        "pre-deployment/documentation-updated", "phase-2", "the shop's page waits for its translation"
    ),
    "phase-2/metric/error-rate": Measure("error-rate", 1.4, "right after the flag went up"),
}

END = "That was a rollout. L reads its log, P its plan, i tells it in short, ? lists every key, q leaves."
YOURS = "The rehearsal is yours from here: space signs, p opens the gate, ? lists every key, q leaves."


def caption(run: Run, step: NextStep, now: Moment, *, instead: bool) -> str:
    """Say what is about to be seen; `instead` where something else is done in place of the step."""
    stage = run.stage
    item = run.sequence.items.get(step.item)
    if instead:
        return _INSTEAD[stage.kind]
    if step.item in run.due.get(stage.id, ()):
        return "What was deferred to here comes due: the gate stays shut without it."
    if step.action == "promote":
        return f"The gate of {stage.title}: what was met, read and watched. Nothing blocks: enter promotes."
    if step.action == "measure" and run.breached:
        return "In breach: the soak stands still and the gate is shut until a reading is fine again."
    if step.action == "measure":
        return "m takes all readings in one form. A gate counts none that is older than the plan allows."
    if item is not None and item.kind in _ITEMS:
        return _ITEMS[item.kind].format(stage=stage.title, audience=stage.phase.audience if stage.phase else "")
    if item is not None and item.kind is ItemKind.CRITERION:
        if stage.phase is not None and soak_left(run, stage, now):
            soak = stage.phase.duration
            return f"The soak: {stage.title} has to stay healthy for {soak}. Here the clock jumps over it."
        return "Success criteria: a person says that each holds."
    return _GO if step.action == "go" else _STAGES[stage.kind]


_GO = "The go gate lists whatever blocks. Nothing does: enter goes, and deploying begins."

_INSTEAD = {
    StageKind.PRE_DEPLOYMENT: "What can wait is deferred, with a reason, to a stage whose gate it will then block.",
    StageKind.PHASE: "A reading above its threshold …",
}

_ITEMS = {
    ItemKind.START: "{stage}, {audience}: b on its first row starts it, and exposes them.",
    ItemKind.FLAG: "Each phase sets its feature flags; a rollback sets them back. Each change is signed off.",
}

_STAGES = {
    StageKind.PRE_DEPLOYMENT: "First the checklist. space signs: it is on disk, with time and name, before it shows.",
    StageKind.MIGRATION: "The database migration, in its order only: schema, code that nobody sees yet, backfill.",
    StageKind.BACKFILL: "The backfill, between the last phase and validation.",
    StageKind.PHASE: "A phase: its flags, criteria, readings and triggers, then its gate.",
    StageKind.POST_DEPLOYMENT: "Being out is not being done: validation. R would still roll back, with a stopwatch.",
    StageKind.CLEANUP: "Cleanup is the point of no return: it asks to type its name, and here two people sign.",
    StageKind.CLOSE: "A closing note, and the run is over.",
}
