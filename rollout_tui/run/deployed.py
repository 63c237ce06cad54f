"""What is deployed: of each migration step, code install and flag whether it is there, who said so, and when.

An event that touches one says what it is from then on, and whatever tells or asks what is in place reads that here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, assert_never

from ..frozen import dataclass
from ..plan.ids import FLAG
from .stages import Item, ItemKind, RollbackPath, Stage, StageSequence
from .stamp import Mark

if TYPE_CHECKING:
    from .builder import Builder
    from .state import Run


class PartState(StrEnum):
    NOT_YET = "not yet"
    APPLIED = "applied"
    UNDONE = "undone"
    UNKNOWN = "unknown"


Found = Literal["undone", "there", "unknown"]
"""What people can say of a part when they are asked."""

SAID: Mapping[Found, str] = {"undone": "undone", "there": "still there", "unknown": "unknown"}


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


def settle(run: Builder, part: str, found: Found, mark: Mark) -> None:
    """A part is what somebody says who looked."""
    match found:
        case "undone":
            undo(run, part, mark)
        case "there":
            run.effects[part] = Effect(PartState.APPLIED, mark, _value(run, part))
        case "unknown":
            doubt(run, part, mark)
        case _ as never:
            assert_never(never)


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
        if any(run.sequence.items[reset].flag == flag for reset in run.resets_due):
            run.resets_due = tuple(each for each in run.resets_due if run.sequence.items[each].flag != flag)
            run.follow_resets(mark)
    else:
        run.in_place.pop(part, None)
        run.effects[part] = Effect(PartState.UNDONE, mark)


def doubt(run: Builder, part: str, mark: Mark) -> None:
    """Nobody knows any more whether a part is there."""
    run.in_place.pop(part, None)
    run.effects[part] = Effect(PartState.UNKNOWN, mark, _value(run, part))


def revoke(run: Builder, item: Item, mark: Mark) -> None:
    """A step whose sign-off is taken back is not there, as it has to be done; what a flag then is, nobody said."""
    known = run.effects.get(item.id, _UNTOUCHED)
    if item.kind is ItemKind.STEP and known is not _UNTOUCHED:
        state = PartState.UNDONE if known.mark is None else PartState.NOT_YET
        run.effects[item.id] = Effect(state, mark)
    elif item.flag and FLAG + item.flag in run.effects:
        doubt(run, FLAG + item.flag, mark)


def undone_since(run: Builder, seq: int) -> list[str]:
    """Give the parts that are not there any more by the event `seq` or a later one."""
    effects = run.effects.items()
    return [part for part, e in effects if e.state is PartState.UNDONE and e.mark is not None and e.mark.seq >= seq]


def doubt_the_unasked(run: Builder, scenarios: Sequence[str], restored: bool, mark: Mark) -> None:
    """Where a rollback ended without a question, what it was to take back and no step did is not known.

    A scenario of which nothing was signed did nothing, unless it is said to have restored what ran before.
    """
    for path in run.sequence.rollback_paths:
        if path.id not in scenarios or not (restored or any(run.is_resolved(item.id) for item in path.items)):
            continue
        named = reversed_by(path, run.sequence)
        if not named and path.scenario.kind == "data":
            named = {step.id: 0 for step in run.sequence.steps}
        for part in named:
            if run.effects.get(part, _UNTOUCHED).state is PartState.APPLIED:
                doubt(run, part, mark)


def flags_of(effects: Mapping[str, Effect]) -> dict[str, str]:
    """Give what each flag is at, or was last known to be at."""
    return {part.removeprefix(FLAG): each.value for part, each in effects.items() if part.startswith(FLAG)}


def follow_redline(run: Builder, voided: set[str], mark: Mark) -> None:
    """A step that reads otherwise now was left there by its old words alone; fewer approvals may be enough."""
    for step in run.sequence.steps:
        known = run.effects.get(step.id, _UNTOUCHED)
        if known.state is PartState.APPLIED and known.mark is None and step.id in voided:
            doubt(run, step.id, mark)
        elif known.state is PartState.UNKNOWN and run.state(step.id).mark is mark and run.is_resolved(step.id):
            run.effects[step.id] = Effect(PartState.APPLIED, mark)


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
