"""The story of the demo with probes: what it says of a canary that is seen to go wrong, and what it does next. Pure."""

from __future__ import annotations

import re

from ...run.deployed import planned
from ...run.intents import Clear, Close, FinishRollback, Go, Intent, Promote, RollBack, Sign, StartPhase
from ...run.moment import Moment
from ...run.next import NextStep, next_step
from ...run.probed import at_gate
from ...run.restored import to_be_shown
from ...run.soak import soak_left
from ...run.stages import Item, ItemKind, StageKind
from ...run.state import Run, Status

# An act, or what is to be looked at; nothing to look at is to wait.
Move = Intent | tuple[str, ...]

YOURS = "The run is yours from here: m looks, space signs, R rolls back, ? lists every key, q leaves and ends the shop."
END = "A canary went wrong, and nobody typed a number. L reads its log with what was seen when, q leaves."

_NUMBER = re.compile(r"\d+(\.\d+)?")


def told(run: Run, now: Moment) -> tuple[str, Move]:
    """Give what is to be said of what comes next, and then done."""
    step = next_step(run, now)
    if run.rollback is not None:
        return _in_rollback(run, step)
    if run.fired:
        words = "The trigger fired and holds the run, by itself. To roll back is a person's to decide: R …"
        return words, RollBack(run.sequence.rollback_paths[0].id)
    if run.breached and run.exposed is not None:
        return "In breach: the soak stands still, the gate is shut. The trigger fires after 10 s of it on end …", ()
    item = run.sequence.items.get(step.item)
    match step.action:
        case "sign" if item is not None:
            return _signed(run, item)
        case "go":
            return "The go gate: for it the probes look once more. Nothing blocks: enter goes.", Go()
        case "start-phase" if run.stage.phase is not None:
            words = f"b starts {run.stage.title}: {run.stage.phase.audience} get the new version."
            return words, StartPhase(run.stage.id)
        case "promote" if not soak_left(run, run.stage, now):
            return f"{run.stage.title} was well for all of its soak: enter promotes.", Promote(run.stage.id)
        case "promote":
            return "The soak: each metric is read every 2 s. Only time that was seen, and was well, counts.", ()
        case "close":
            return _CLOSED, Close("The demo ended.")
        case _ if run.stage.kind is StageKind.PRE_DEPLOYMENT:
            return "The go wants a reading of each metric. Nobody types it: m asks Prometheus.", at_gate(run)
        case _:
            return "What could not be seen is never fine: it blocks, and the probes look again.", at_gate(run)


def _signed(run: Run, item: Item) -> tuple[str, Move]:
    if item.probe is None:
        return "What a rule wants proved asks for a person besides: space signs.", Sign(item.id)
    match item.kind:
        case ItemKind.FLAG:
            return "The flag goes up with the phase, and a probe looks whether it did.", (item.id,)
        case ItemKind.CRITERION:
            return "A success criterion with a probe is ticked by what is seen.", (item.id,)
        case _:
            words = "m lets the probes look. What one sees is ◉ sensed: it signs nothing, and comes off when it fails."
            return words, at_gate(run)


def _in_rollback(run: Run, step: NextStep) -> tuple[str, Move]:
    match step.action:
        case "sign":
            return "… and the plan's way back, against a stopwatch: each step is signed as it is done.", Sign(step.item)
        case "clear":
            words = "A trigger never clears by itself: who looked says why it counts no more."
            return words, Clear(step.item, "the new version serves nobody any more")
        case "finish-rollback":
            words = "What was wrong is seen to be well: f finishes, restored by readings, within its target."
            return words, FinishRollback("restored")
        case "close":
            return _CLOSED, Close("The new version failed for one user in ten; its log goes to its team.")
        case _:
            return "Restored is what is seen, not what is said: the probes look until all is well.", (to_be_shown(run),)


_CLOSED = "A closing note, and the run is over."


def percent(run: Run, flag: str) -> float:
    """Give how many users get to the new version: the flag's value, up with a phase's start, down by the way back."""
    if run.exposed is None or (run.rollback is not None and _is_off(run, run.rollback.items, flag)):
        return 0
    found = _NUMBER.search(planned(run, run.exposed, flag))
    return float(found[0]) if found else 0


def _is_off(run: Run, steps: tuple[str, ...], flag: str) -> bool:
    """Whether the flag's reset is signed, or the first step of the way back, which turns it off."""
    resets = (each.id for each in run.sequence.resets if each.flag == flag)
    return any(run.state(name).status is Status.SIGNED for name in (*resets, *steps[:1]))
