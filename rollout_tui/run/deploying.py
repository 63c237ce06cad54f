"""The fold of what is deployed: an event that touches a part says what it is from then on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, assert_never

from ..plan.ids import FLAG
from .part import UNTOUCHED, Effect, Found, PartState, default_of, reversed_by
from .stages import Item, ItemKind, StageSequence
from .stamp import Mark
from .state import ItemState


class Deploying(Protocol):
    """A run under construction, as what is deployed in it is followed."""

    sequence: StageSequence
    flags: dict[str, str]
    effects: dict[str, Effect]
    resets_due: tuple[str, ...]
    in_place: dict[str, int]

    def is_resolved(self, item_id: str) -> bool: ...

    def state(self, item_id: str) -> ItemState: ...

    def follow_resets(self, mark: Mark | None) -> None: ...


def sign(run: Deploying, item: Item, mark: Mark) -> None:
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


def settle(run: Deploying, part: str, found: Found, mark: Mark) -> None:
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


def set_flag(run: Deploying, flag: str, value: str, mark: Mark) -> None:
    run.flags[flag] = value
    state = PartState.UNDONE if value == default_of(run.sequence, flag) else PartState.APPLIED
    run.effects[FLAG + flag] = Effect(state, mark, value)


def undo(run: Deploying, part: str, mark: Mark) -> None:
    """A part is not there any more; what never was stays as it is."""
    if run.effects.get(part, UNTOUCHED).state is PartState.NOT_YET:
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


def doubt(run: Deploying, part: str, mark: Mark) -> None:
    """Nobody knows any more whether a part is there."""
    run.in_place.pop(part, None)
    run.effects[part] = Effect(PartState.UNKNOWN, mark, _value(run, part))


def revoke(run: Deploying, item: Item, mark: Mark) -> None:
    """A step whose sign-off is taken back is not there, as it has to be done; what a flag then is, nobody said."""
    known = run.effects.get(item.id, UNTOUCHED)
    if item.kind is ItemKind.STEP and known is not UNTOUCHED:
        state = PartState.UNDONE if known.mark is None else PartState.NOT_YET
        run.effects[item.id] = Effect(state, mark)
    elif item.flag and FLAG + item.flag in run.effects:
        doubt(run, FLAG + item.flag, mark)


def undone_since(run: Deploying, seq: int) -> list[str]:
    """Give the parts that are not there any more by the event `seq` or a later one."""
    effects = run.effects.items()
    return [part for part, e in effects if e.state is PartState.UNDONE and e.mark is not None and e.mark.seq >= seq]


def doubt_the_unasked(run: Deploying, scenarios: Sequence[str], restored: bool, mark: Mark) -> None:
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
            if run.effects.get(part, UNTOUCHED).state is PartState.APPLIED:
                doubt(run, part, mark)


def follow_redline(run: Deploying, voided: set[str], mark: Mark) -> None:
    """A step that reads otherwise now was left there by its old words alone; fewer approvals may be enough."""
    for step in run.sequence.steps:
        known = run.effects.get(step.id, UNTOUCHED)
        if known.state is PartState.APPLIED and known.mark is None and step.id in voided:
            doubt(run, step.id, mark)
        elif known.state is PartState.UNKNOWN and run.state(step.id).mark is mark and run.is_resolved(step.id):
            run.effects[step.id] = Effect(PartState.APPLIED, mark)


def _value(run: Deploying, part: str) -> str:
    flag = part.removeprefix(FLAG)
    return run.flags.get(flag, default_of(run.sequence, flag)) if part.startswith(FLAG) else ""


def _undone_by(run: Deploying, item: Item) -> Iterator[str]:
    """The parts that a step of a rollback takes back, as it is signed: its own, or those of the whole scenario."""
    path = next(each for each in run.sequence.rollback_paths if item in each.items)
    number = path.items.index(item) + 1
    signed = all(run.is_resolved(each.id) for each in path.items)
    for part, by in reversed_by(path, run.sequence).items():
        if by == number or (not by and signed):
            yield part
