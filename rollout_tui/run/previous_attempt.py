"""The previous attempt: what the run before left in place, and what the next one takes over of it."""

from __future__ import annotations

from .deployed import parts
from .part import Effect, Part, PartState
from .plan_events import RunStarted
from .state import DoesNotFit, Run


def in_place(started: RunStarted) -> dict[str, int]:
    """Give the migration steps that a run found in place, with the number of the event in the run before.

    Raises DoesNotFit where the header does not say it in this way.
    """
    try:
        return {step: int(seq) for step, _, seq in (each.rpartition(" ") for each in started.in_place)}
    except ValueError as error:
        raise DoesNotFit(str(error)) from error


def found(started: RunStarted) -> dict[str, Effect]:
    """Give what a run knows of what the run before left; raises as `in_place`."""
    steps = {step: Effect(PartState.APPLIED, None, before=seq) for step, seq in in_place(started).items()}
    return steps | dict(map(_read_left, started.left))


def _read_left(text: str) -> tuple[str, Effect]:
    try:
        state, part, seq, *value = text.split(" ", 3)
        return part, Effect(PartState(state), None, "".join(value), int(seq))
    except ValueError as error:
        raise DoesNotFit(str(error)) from error


def left_in_place(run: Run) -> tuple[str, ...]:
    """Give the migration steps that a run leaves in place, as the header of the next one names them.

    Number 0 stands for a step that the run itself found in place, and that nobody touched.
    """
    steps = (part for part in parts(run) if part.kind != "flag" and part.state is PartState.APPLIED)
    return tuple(f"{part.id} {_event(part)}" for part in steps)


def left_besides(run: Run) -> tuple[str, ...]:
    """Give the flags that a run leaves set, and of what nobody knows whether it is there, as `left` of the next one."""
    return tuple(
        f"{part.state} {part.id} {_event(part)} {part.effect.value}".rstrip()
        for part in parts(run)
        if part.state is PartState.UNKNOWN or (part.kind == "flag" and part.state is PartState.APPLIED)
    )


def _event(part: Part) -> int:
    return part.effect.mark.seq if part.effect.mark else 0


def strays(run: Run) -> tuple[tuple[str, int], ...]:
    """Give what is in place and is no step of this run's plan: nothing in the run will ask for it."""
    found = (part for part in parts(run) if part.id not in run.sequence.items and part.kind != "flag")
    return tuple((part.id, part.effect.before) for part in found if part.state is PartState.APPLIED)


def told(run: Run, step: str) -> str:
    """Say where the record of a step is that is in place."""
    return f"in place, event {run.in_place[step]} of {run.started.after}"
