"""What is deployed: of each migration step, code install and flag whether it is there, who said so, and when.

An event that touches one says what it is from then on, and whatever tells or asks what is in place reads that here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from ..frozen import dataclass
from ..plan.ids import FLAG
from .stages import Item, ItemKind, RollbackPath, StageSequence
from .stamp import Mark

if TYPE_CHECKING:
    from .builder import Builder
    from .state import Run


class PartState(StrEnum):
    NOT_YET = "not yet"
    APPLIED = "applied"
    UNDONE = "undone"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Effect:
    """What one event, the newest that touched it, says of a migration step or flag.

    `mark` is None where the run before said it, and `before` is then the event's number there. `value` is what a flag
    is at, or was last known to be at.
    """

    state: PartState
    mark: Mark | None
    value: str = ""
    before: int = 0


@dataclass(frozen=True)
class Part:
    """A migration step or a flag: `kind` is the step's, or `flag`. `default` is what a flag is where nobody set it."""

    id: str
    kind: str
    title: str
    effect: Effect
    default: str = ""

    @property
    def state(self) -> PartState:
        return self.effect.state

    @property
    def there(self) -> str:
        """What is there if it is, in a few words."""
        return f"{self.title} at {self.effect.value}" if self.kind == "flag" else self.title


_UNTOUCHED = Effect(PartState.NOT_YET, None)


def parts(run: Run | Builder) -> tuple[Part, ...]:
    """Give every migration step and flag of the plan, then what the run before left and this plan does not know."""
    sequence, effects = run.sequence, run.effects
    found = [
        Part(item.id, item.step.kind, item.title, effects.get(item.id, _UNTOUCHED))
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


def is_applied(run: Run, item: Item) -> bool:
    return run.effects.get(item.id, _UNTOUCHED).state is PartState.APPLIED


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


def _named(run: Run, part: Part) -> str:
    if part.kind == "flag":
        return part.there
    stray = "" if part.id in run.sequence.items else " of an earlier run"
    return f"migration step {part.title}{stray}"


def told(run: Run, part: Part) -> str:
    """Say what a part is, who said so, when and by which event."""
    effect = part.effect
    what = str(effect.state)
    if part.kind == "flag":
        at = {PartState.UNDONE: "back at", PartState.UNKNOWN: "unknown, last at"}.get(effect.state, "at")
        what = f"{at} {effect.value}"
    if effect.mark is not None:
        return f"{what}, {effect.mark.by} at {effect.mark.at:%H:%M} UTC (#{effect.mark.seq})"
    if effect.state is PartState.NOT_YET:
        return what if part.kind != "flag" else f"{what}, not set yet"
    return f"{what}, event {effect.before} of {run.started.after}"


# What the fold calls


def sign(run: Builder, item: Item, mark: Mark) -> None:
    """A step that is signed is there, a flag is what it was set to, and a rollback's step takes parts back.

    Of a step that asks for two people the word of one is not enough.
    """
    if item.kind is ItemKind.STEP:
        state = PartState.APPLIED if run.is_resolved(item.id) else PartState.UNKNOWN
        run.effects[item.id] = Effect(state, mark)
    elif item.flag:
        set_flag(run, item.flag, item.value, mark)
    elif item.kind is ItemKind.ROLLBACK_STEP:
        for part in _undone_by(run, item):
            undo(run, part, mark)


def set_flag(run: Builder, flag: str, value: str, mark: Mark) -> None:
    run.flags[flag] = value
    state = PartState.UNDONE if value == default_of(run.sequence, flag) else PartState.APPLIED
    run.effects[FLAG + flag] = Effect(state, mark, value)


def undo(run: Builder, part: str, mark: Mark) -> None:
    """A part is not there any more; what never was stays as it is."""
    if run.effects.get(part, _UNTOUCHED).state is PartState.NOT_YET:
        return
    if part.startswith(FLAG):
        flag = part.removeprefix(FLAG)
        set_flag(run, flag, default_of(run.sequence, flag), mark)
    else:
        run.effects[part] = Effect(PartState.UNDONE, mark)


def doubt(run: Builder, part: str, mark: Mark) -> None:
    """Nobody knows any more whether a part is there."""
    run.effects[part] = Effect(PartState.UNKNOWN, mark, _value(run, part))


def revoke(run: Builder, item: Item, mark: Mark) -> None:
    """A step whose sign-off is taken back is not there, as it has to be done; what a flag then is, nobody said."""
    known = run.effects.get(item.id, _UNTOUCHED)
    if item.kind is ItemKind.STEP and known is not _UNTOUCHED:
        state = PartState.UNDONE if known.mark is None else PartState.NOT_YET
        run.effects[item.id] = Effect(state, mark)
    elif item.flag and FLAG + item.flag in run.effects:
        doubt(run, FLAG + item.flag, mark)


def default_of(sequence: StageSequence, flag: str) -> str:
    return next((reset.value for reset in sequence.resets if reset.flag == flag), "")


def _value(run: Builder, part: str) -> str:
    flag = part.removeprefix(FLAG)
    return run.flags.get(flag, default_of(run.sequence, flag)) if part.startswith(FLAG) else ""


def _undone_by(run: Builder, item: Item) -> Iterator[str]:
    """The parts that a step of a rollback takes back, as it is signed: its own, or those of the whole scenario."""
    path = next(each for each in run.sequence.rollback_paths if item in each.items)
    number = path.items.index(item) + 1
    signed = all(run.is_resolved(each.id) for each in path.items)
    for part, by in reversed_by(path, run.sequence).items():
        if by == number or (not by and signed):
            yield part


def reversed_by(path: RollbackPath, sequence: StageSequence) -> Mapping[str, int]:
    """Give the parts that a scenario takes back, each with the number of the step that does, 0 for all of them.

    Where the plan does not say, a code scenario takes the code back; its flags have rows of their own.
    """
    if path.reverses:
        return dict(path.reverses)
    if path.scenario.kind != "code":
        return {}
    return {step.id: 0 for step in sequence.steps if step.step is not None and step.step.kind == "code"}
