"""What one can ask of a run: one table that the command line's commands, the dialogs and the palette derive from.

An intent's fields are described where they stand: a `Role` says what a field holds and so how it is asked for. The
first sentence of an intent's docstring is its help everywhere.
"""

from __future__ import annotations

from dataclasses import MISSING, field, fields
from enum import StrEnum
from typing import Any, get_args

from ..frozen import dataclass
from ..plan.model import Plan
from .events import RollbackOutcome


class Role(StrEnum):
    """What a field holds."""

    ITEM = "item"
    STAGE = "stage"
    LATER_STAGE = "later stage"
    METRIC = "metric"
    TRIGGER = "trigger"
    SCENARIO = "scenario"
    NUMBER = "number"
    DURATION = "duration"
    TEXT = "text"
    LINE = "line"
    DATE = "date"
    FILE = "file"
    NAME = "name"
    OUTCOME = "outcome"
    BLOCKERS = "blockers"


def ask(role: Role, label: str, default: Any = MISSING) -> Any:
    """Describe a field of an intent; one without a default has to be given."""
    return field(default=default, metadata={"role": role, "label": label})


@dataclass(frozen=True)
class Sign:
    """Sign an item off: a check, a migration step, a flag change, a criterion, or a rollback step."""

    item: str = ask(Role.ITEM, "the item")
    note: str = ask(Role.TEXT, "note", "")
    evidence: str = ask(Role.FILE, "file to keep as evidence", "")
    confirm: str = ask(Role.NAME, "the step's id, where it can't be undone", "")


@dataclass(frozen=True)
class Fail:
    """Record that an item failed; it blocks until it is signed or waived."""

    item: str = ask(Role.ITEM, "the item")
    reason: str = ask(Role.TEXT, "what failed")


@dataclass(frozen=True)
class Revoke:
    """Take a sign-off, waiver, deferral or mistaken start back."""

    item: str = ask(Role.ITEM, "the item")
    reason: str = ask(Role.TEXT, "why it is taken back")


@dataclass(frozen=True)
class Waive:
    """Skip an item for good, with a reason that every report shows."""

    item: str = ask(Role.ITEM, "the item")
    reason: str = ask(Role.TEXT, "why it may be skipped")


@dataclass(frozen=True)
class Defer:
    """Put an item off to a later stage, whose end it then blocks."""

    item: str = ask(Role.ITEM, "the item")
    to: str = ask(Role.LATER_STAGE, "the stage where it comes due")
    reason: str = ask(Role.TEXT, "why it can wait")


@dataclass(frozen=True)
class Note:
    """Add a note to the run, or to one item."""

    text: str = ask(Role.TEXT, "the note")
    item: str = ask(Role.ITEM, "the item", "")


@dataclass(frozen=True)
class Measure:
    """Record a metric's reading; fine or breach follows from its threshold."""

    metric: str = ask(Role.METRIC, "the metric")
    value: float = ask(Role.NUMBER, "the reading, in the threshold's unit")
    note: str = ask(Role.TEXT, "note", "")


@dataclass(frozen=True)
class Unread:
    """Record that a metric could not be read: unknown, which blocks."""

    metric: str = ask(Role.METRIC, "the metric")
    reason: str = ask(Role.TEXT, "why it could not be read")


@dataclass(frozen=True)
class Fire:
    """Record that a rollback trigger has fired; it blocks until it is cleared."""

    trigger: str = ask(Role.TRIGGER, "the trigger")
    reason: str = ask(Role.TEXT, "what was seen")


@dataclass(frozen=True)
class Clear:
    """Clear a fired rollback trigger."""

    trigger: str = ask(Role.TRIGGER, "the trigger")
    reason: str = ask(Role.TEXT, "why it no longer counts")


@dataclass(frozen=True)
class StartPhase:
    """Start a phase: its audience is exposed from now on."""

    stage: str = ask(Role.STAGE, "the phase")
    override: tuple[str, ...] = ask(Role.BLOCKERS, "blockers to go past", ())
    reason: str = ask(Role.TEXT, "why they may be passed", "")


@dataclass(frozen=True)
class Extend:
    """Make a phase's soak longer."""

    stage: str = ask(Role.STAGE, "the phase")
    by: str = ask(Role.DURATION, "by how long, such as 2 h")
    reason: str = ask(Role.TEXT, "why it needs longer")


@dataclass(frozen=True)
class Go:
    """Pass the go gate: deploying begins."""

    override: tuple[str, ...] = ask(Role.BLOCKERS, "blockers to go past", ())
    reason: str = ask(Role.TEXT, "why they may be passed", "")
    note: str = ask(Role.TEXT, "note", "")


@dataclass(frozen=True)
class Promote:
    """Pass a phase's gate: its criteria are met and no trigger has fired."""

    stage: str = ask(Role.STAGE, "the phase")
    override: tuple[str, ...] = ask(Role.BLOCKERS, "blockers to go past", ())
    reason: str = ask(Role.TEXT, "why they may be passed", "")
    note: str = ask(Role.TEXT, "note", "")


@dataclass(frozen=True)
class Reduce:
    """Go back to the phase before; the later one opens again."""

    stage: str = ask(Role.STAGE, "the phase that is exposed now")
    reason: str = ask(Role.TEXT, "why exposure is reduced")


@dataclass(frozen=True)
class Hold:
    """Hold the run: no start, promotion or migration step until it is released."""

    reason: str = ask(Role.TEXT, "why the run is held")


@dataclass(frozen=True)
class Release:
    """Release the hold."""

    reason: str = ask(Role.TEXT, "why it may go on")


@dataclass(frozen=True)
class ConfirmClock:
    """Confirm the time after the clock jumped; no gate opens before."""

    reason: str = ask(Role.TEXT, "how the time was checked")


@dataclass(frozen=True)
class Redline:
    """Follow the plan as its file is now; the difference, and the sign-offs that it voids, are recorded.

    It stands outside the table: who asks for it has read the file, whose absolute path is `file`, and has seen what
    comes of it before giving the reason.
    """

    plan: Plan
    text: str
    reason: str
    file: str = ""


@dataclass(frozen=True)
class HandOver:
    """Offer the lead of the run to somebody, or to whoever takes it."""

    to: str = ask(Role.LINE, "to whom; nobody named: whoever takes it", "")
    note: str = ask(Role.TEXT, "note", "")


@dataclass(frozen=True)
class TakeOver:
    """Take the lead of the run over, after what is open was read back."""

    reason: str = ask(Role.TEXT, "why, where nobody offered it to you", "")


@dataclass(frozen=True)
class RollBack:
    """Begin a rollback by one of the plan's scenarios; it wins over everything else."""

    scenario: str = ask(Role.SCENARIO, "the scenario")
    reason: str = ask(Role.TEXT, "what happened")


@dataclass(frozen=True)
class FinishRollback:
    """Finish the rollback: restored, failed, or called off (back to the phase, held)."""

    outcome: RollbackOutcome = ask(Role.OUTCOME, "how it ended")
    reason: str = ask(Role.TEXT, "why steps stay unsigned, or why it failed or was called off", "")


@dataclass(frozen=True)
class Close:
    """Close the run, as completed or as rolled back."""

    note: str = ask(Role.TEXT, "closing note")
    follow_up_owner: str = ask(Role.LINE, "who signs the outstanding cleanup steps", "")
    follow_up_date: str = ask(Role.DATE, "by when (YYYY-MM-DD)", "")
    follow_up_ticket: str = ask(Role.LINE, "under which ticket", "")


@dataclass(frozen=True)
class Abort:
    """Abort the run, and record what it leaves in place."""

    reason: str = ask(Role.TEXT, "why the run is aborted")
    confirm: str = ask(Role.NAME, "the run's name, once anything is deployed", "")


Intent = (
    Sign
    | Fail
    | Revoke
    | Waive
    | Defer
    | Note
    | Measure
    | Unread
    | Fire
    | Clear
    | StartPhase
    | Extend
    | Go
    | Promote
    | Reduce
    | Hold
    | Release
    | ConfirmClock
    | Redline
    | HandOver
    | TakeOver
    | RollBack
    | FinishRollback
    | Close
    | Abort
)


@dataclass(frozen=True)
class Action:
    """An entry of the table: the command's name, the title that the screen shows, and the intent that it makes."""

    name: str
    title: str
    intent: type[Any]

    @property
    def help(self) -> str:
        return (self.intent.__doc__ or "").partition("\n")[0]


@dataclass(frozen=True)
class Ask:
    """A field of an intent as it is asked for."""

    name: str
    role: Role
    label: str
    required: bool
    default: Any


ACTIONS: tuple[Action, ...] = (
    Action("sign", "Sign off", Sign),
    Action("fail", "Fail", Fail),
    Action("revoke", "Revoke", Revoke),
    Action("waive", "Waive", Waive),
    Action("defer", "Defer", Defer),
    Action("note", "Note", Note),
    Action("measure", "Measure", Measure),
    Action("unread", "Record a failed reading", Unread),
    Action("fire", "Fire a trigger", Fire),
    Action("clear", "Clear a trigger", Clear),
    Action("start-phase", "Start the phase", StartPhase),
    Action("extend", "Extend the soak", Extend),
    Action("go", "Go", Go),
    Action("promote", "Promote", Promote),
    Action("reduce", "Reduce", Reduce),
    Action("hold", "Hold", Hold),
    Action("release", "Release", Release),
    Action("confirm-clock", "Confirm the time", ConfirmClock),
    Action("hand-over", "Hand over", HandOver),
    Action("take-over", "Take over", TakeOver),
    Action("roll-back", "Roll back", RollBack),
    Action("finish-rollback", "Finish the rollback", FinishRollback),
    Action("close", "Close the run", Close),
    Action("abort", "Abort the run", Abort),
)

BY_NAME = {action.name: action for action in ACTIONS}
OUTCOMES: tuple[RollbackOutcome, ...] = get_args(RollbackOutcome)


def asks(intent: type[Any]) -> tuple[Ask, ...]:
    """Give the fields of an intent in the order in which they are asked for."""
    return tuple(
        Ask(each.name, each.metadata["role"], each.metadata["label"], each.default is MISSING, each.default)
        for each in fields(intent)
    )
