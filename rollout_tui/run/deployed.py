"""What is deployed: of each migration step, code install and flag whether it is there, who said so, and when.

Whatever tells or asks what is in place reads that here.
"""

from __future__ import annotations

from ..plan.ids import FLAG
from .part import UNTOUCHED, Effect, Part, PartState, default_of
from .stages import Item, Stage, StageSequence
from .state import Run


def parts(run: Run) -> tuple[Part, ...]:
    """Give every migration step and flag of the plan, then what the run before left and this plan does not know."""
    sequence, effects = run.sequence, run.effects
    found = [
        Part(item.id, item.step.kind, item.title, effects.get(item.id, UNTOUCHED))
        for item in sequence.steps
        if item.step is not None
    ]
    for reset in sequence.resets:
        known = effects.get(FLAG + reset.flag) or Effect(PartState.NOT_YET, None, reset.value)
        found.append(Part(FLAG + reset.flag, "flag", f"flag {reset.flag}", known, reset.value))
    ids = {part.id for part in found}
    return (*found, *(_stray(name, effect) for name, effect in effects.items() if name not in ids))


def _stray(name: str, effect: Effect) -> Part:
    kind = "flag" if name.startswith(FLAG) else "step"
    return Part(name, kind, f"flag {name.removeprefix(FLAG)}" if kind == "flag" else name, effect)


def part_of(item: Item) -> str:
    """Give the id of the part that a row is about: a migration step's own, or that of the flag that it sets."""
    return FLAG + item.flag if item.flag else item.id


def name_of(part: str, sequence: StageSequence) -> str:
    """Give a part's name as its words have it."""
    if part.startswith(FLAG):
        return f"flag {part.removeprefix(FLAG)}"
    return sequence.items[part].title if part in sequence.items else part


def asked(run: Run) -> tuple[Part, ...]:
    """Give what is to be asked when a rollback ends: what no step of it took back, and is or may be there."""
    return tuple(part for part in parts(run) if part.state in {PartState.APPLIED, PartState.UNKNOWN})


def is_applied(run: Run, item: Item) -> bool:
    return run.effects.get(item.id, UNTOUCHED).state is PartState.APPLIED


def left_in_place(run: Run) -> tuple[str, ...]:
    """Say what is in place now, and what may be: the exposed phase, the flags and the migration steps."""
    left = []
    restored = run.rollback is not None and run.rollback.outcome == "restored"
    if run.exposed is not None and run.exposed.phase is not None and not restored:
        left.append(f"{run.exposed.title} exposed: {run.exposed.phase.audience}")
    known = sorted(parts(run), key=lambda part: part.kind != "flag")
    left += [_named(run, part) for part in known if part.state is PartState.APPLIED]
    left += [f"not known: {_named(run, part)}" for part in known if part.state is PartState.UNKNOWN]
    return tuple(left)


def words_of_left(run: Run) -> tuple[str, ...]:
    """Put in words, a line each, what is left in place."""
    return tuple(f"left in place: {each}" for each in left_in_place(run))


def _named(run: Run, part: Part) -> str:
    if part.kind == "flag":
        return part.there
    stray = "" if part.id in run.sequence.items else " of an earlier run"
    return f"migration step {part.title}{stray}"


def what(part: Part) -> str:
    """Say what a part is: its state, and what a flag is at."""
    effect = part.effect
    if part.kind != "flag":
        return str(effect.state)
    at = {PartState.UNDONE: "back at", PartState.UNKNOWN: "last at"}.get(effect.state, "at")
    return f"{effect.state}, {at} {effect.value}"


def told(run: Run, part: Part) -> str:
    """Say what a part is, who said so, when and by which event."""
    mark = part.effect.mark
    if mark is not None:
        return f"{what(part)}, {mark.by} at {mark.at:%Y-%m-%d %H:%M} UTC (#{mark.seq})"
    if part.state is PartState.NOT_YET:
        return what(part)
    return f"{what(part)}, event {part.effect.before} of {run.started.after}"


def planned(run: Run, stage: Stage, flag: str) -> str:
    """Give what the plan wants a flag to be at in a stage."""
    value = default_of(run.sequence, flag)
    for each in run.sequence.stages[: run.sequence.index[stage.id] + 1]:
        value = next((item.value for item in each.items if item.flag == flag), value)
    return value
