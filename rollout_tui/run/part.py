"""Part: a migration step, a code install or a flag, and whether it is there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from ..frozen import dataclass
from ..plan.ids import FLAG
from .stages import RollbackPath, StageSequence
from .stamp import Mark


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


UNTOUCHED = Effect(PartState.NOT_YET, None)


def default_of(sequence: StageSequence, flag: str) -> str:
    return next((reset.value for reset in sequence.resets if reset.flag == flag), "")


def reversed_by(path: RollbackPath, sequence: StageSequence) -> Mapping[str, int]:
    """Give the parts that a scenario takes back, each with the number of the step that does, 0 for all of them.

    Where the plan does not say, a code scenario takes the code back; its flags have rows of their own.
    """
    if path.reverses:
        return dict(path.reverses)
    if path.scenario.kind != "code":
        return {}
    return {step.id: 0 for step in sequence.steps if step.step is not None and step.step.kind == "code"}


def flags_of(effects: Mapping[str, Effect]) -> dict[str, str]:
    """Give what each flag is at, or was last known to be at."""
    return {part.removeprefix(FLAG): each.value for part, each in effects.items() if part.startswith(FLAG)}
