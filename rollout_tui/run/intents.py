"""What one can ask of a run: one table that the command line's commands, the dialogs and the palette derive from.

An intent's fields are described where they stand: a `FieldKind` says what a field holds and so how it is asked for. The
first sentence of an intent's docstring is its help everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_args

from ..errors import RolloutError
from ..frozen import dataclass
from ..people import Actor
from ..plan.model import Plan
from .events import RollbackOutcome
from .moment import Moment
from .stages import Item, ItemKind
from .state import Run

if TYPE_CHECKING:
    from .gates import Blocker


class FieldKind(StrEnum):
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


def ask(
    kind: FieldKind, label: str, default: Any = MISSING, *, when: Callable[[Run], bool] | None = None, why: bool = False
) -> Any:
    """Describe a field of an intent; one without a default has to be given.

    A form asks for it only in a run of which `when` is true; with `why` only where an override goes past something.
    """
    return field(default=default, metadata={"kind": kind, "label": label, "when": when, "why": why})


def _leaves_cleanup(run: Run) -> bool:
    """Whether closing may leave cleanup to a follow-up."""
    return run.rollback is None and bool(run.unresolved.get("cleanup"))


@dataclass(frozen=True)
class Sign:
    """Sign an item off: a check, a migration step, a flag change, a criterion, or a rollback step."""

    item: str = ask(FieldKind.ITEM, "the item")
    note: str = ask(FieldKind.TEXT, "note", "")
    evidence: str = ask(FieldKind.FILE, "file to keep as evidence", "")
    confirm: str = ask(FieldKind.NAME, "the step's id, where it can't be undone", "")


@dataclass(frozen=True)
class Fail:
    """Record that an item failed; it blocks until it is signed or waived."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "what failed")


@dataclass(frozen=True)
class Revoke:
    """Take a sign-off, waiver, deferral or mistaken start back."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "why it is taken back")


@dataclass(frozen=True)
class Waive:
    """Skip an item for good, with a reason that every report shows."""

    item: str = ask(FieldKind.ITEM, "the item")
    reason: str = ask(FieldKind.TEXT, "why it may be skipped")


@dataclass(frozen=True)
class Defer:
    """Put an item off to a later stage, whose end it then blocks."""

    item: str = ask(FieldKind.ITEM, "the item")
    to: str = ask(FieldKind.LATER_STAGE, "the stage where it comes due")
    reason: str = ask(FieldKind.TEXT, "why it can wait")


@dataclass(frozen=True)
class Note:
    """Add a note to the run, or to one item."""

    text: str = ask(FieldKind.TEXT, "the note")
    item: str = ask(FieldKind.ITEM, "the item", "")


@dataclass(frozen=True)
class Measure:
    """Record a metric's reading; fine or breach follows from its threshold."""

    metric: str = ask(FieldKind.METRIC, "the metric")
    value: float = ask(FieldKind.NUMBER, "the reading, in the threshold's unit")
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Unread:
    """Record that a metric could not be read: unknown, which blocks."""

    metric: str = ask(FieldKind.METRIC, "the metric")
    reason: str = ask(FieldKind.TEXT, "why it could not be read")


@dataclass(frozen=True)
class Fire:
    """Record that a rollback trigger has fired; it blocks until it is cleared."""

    trigger: str = ask(FieldKind.TRIGGER, "the trigger")
    reason: str = ask(FieldKind.TEXT, "what was seen")


@dataclass(frozen=True)
class Clear:
    """Clear a fired rollback trigger."""

    trigger: str = ask(FieldKind.TRIGGER, "the trigger")
    reason: str = ask(FieldKind.TEXT, "why it no longer counts")


@dataclass(frozen=True)
class StartPhase:
    """Start a phase: its audience is exposed from now on."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)


@dataclass(frozen=True)
class Extend:
    """Make a phase's soak longer."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    by: str = ask(FieldKind.DURATION, "by how long, such as 2 h")
    reason: str = ask(FieldKind.TEXT, "why it needs longer")


@dataclass(frozen=True)
class Go:
    """Pass the go gate: deploying begins."""

    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Promote:
    """Pass a phase's gate: its criteria are met and no trigger has fired."""

    stage: str = ask(FieldKind.STAGE, "the phase")
    override: tuple[str, ...] = ask(FieldKind.BLOCKERS, "blockers to go past", ())
    reason: str = ask(FieldKind.TEXT, "why they may be passed", "", why=True)
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class Reduce:
    """Go back to the phase before; the later one opens again."""

    stage: str = ask(FieldKind.STAGE, "the phase that is exposed now")
    reason: str = ask(FieldKind.TEXT, "why exposure is reduced")


@dataclass(frozen=True)
class Hold:
    """Hold the run: no start, promotion or migration step until it is released."""

    reason: str = ask(FieldKind.TEXT, "why the run is held")


@dataclass(frozen=True)
class Release:
    """Release the hold."""

    reason: str = ask(FieldKind.TEXT, "why it may go on")


@dataclass(frozen=True)
class ConfirmClock:
    """Confirm the time after the clock jumped; no gate opens before."""

    reason: str = ask(FieldKind.TEXT, "how the time was checked")


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

    to: str = ask(FieldKind.LINE, "to whom; nobody named: whoever takes it", "")
    note: str = ask(FieldKind.TEXT, "note", "")


@dataclass(frozen=True)
class TakeOver:
    """Take the lead of the run over, after what is open was read back."""

    reason: str = ask(FieldKind.TEXT, "why, where nobody offered it to you", "")


@dataclass(frozen=True)
class RollBack:
    """Begin a rollback by one of the plan's scenarios; it wins over everything else."""

    scenario: str = ask(FieldKind.SCENARIO, "the scenario")
    reason: str = ask(FieldKind.TEXT, "what happened")


@dataclass(frozen=True)
class FinishRollback:
    """Finish the rollback: restored, failed, or called off (back to the phase, held)."""

    outcome: RollbackOutcome = ask(FieldKind.OUTCOME, "how it ended")
    reason: str = ask(FieldKind.TEXT, "why steps stay unsigned, or why it failed or was called off", "")


@dataclass(frozen=True)
class Close:
    """Close the run, as completed or as rolled back."""

    note: str = ask(FieldKind.TEXT, "closing note")
    follow_up_owner: str = ask(FieldKind.LINE, "who signs the outstanding cleanup steps", "", when=_leaves_cleanup)
    follow_up_date: str = ask(FieldKind.DATE, "by when (YYYY-MM-DD)", "", when=_leaves_cleanup)
    follow_up_ticket: str = ask(FieldKind.LINE, "under which ticket", "", when=_leaves_cleanup)


@dataclass(frozen=True)
class Abort:
    """Abort the run, and record what it leaves in place."""

    reason: str = ask(FieldKind.TEXT, "why the run is aborted")
    confirm: str = ask(FieldKind.NAME, "the run's name, once anything is deployed", "")


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
    """An entry of the table: the command's name, the title that the screen shows, and the intent that it makes.

    `about` is the kind of the field that follows from where the cursor stands, None where none does. `reads_back`
    says that what is open is read out before; `may_have_happened` that a form asks when it began.
    """

    name: str
    title: str
    intent: type[Any]
    about: FieldKind | None = None
    reads_back: bool = False
    may_have_happened: bool = False

    @property
    def help(self) -> str:
        return (self.intent.__doc__ or "").partition("\n")[0]

    @property
    def fields(self) -> tuple[IntentField, ...]:
        """The fields of the intent in the order in which they are asked for."""
        return tuple(
            IntentField(
                each.name,
                each.metadata["kind"],
                each.metadata["label"],
                each.default is MISSING,
                each.default,
                each.metadata["when"],
                each.metadata["why"],
            )
            for each in fields(self.intent)
        )

    def subject(self, run: Run, item: Item | None) -> str:
        """Give the id of what the action is about where the cursor stands on an item, or on none; nothing if nothing.

        A metric is named by its row, as it is read in a phase.
        """
        match self.about:
            case FieldKind.ITEM if item is not None:
                return item.id
            case FieldKind.METRIC if item is not None and item.metric is not None:
                return item.id
            case FieldKind.TRIGGER if item is not None and item.kind is ItemKind.TRIGGER:
                return item.id
            case FieldKind.STAGE:
                return self._stage(run, item)
            case _:
                return ""

    def given(self, run: Run, item: Item | None) -> dict[str, Any]:
        """Give the fields that follow from where the cursor stands; a trigger is chosen, whatever it stands on."""
        subject = self.subject(run, item)
        if not subject or self.about is FieldKind.TRIGGER:
            return {}
        return {each.name: subject for each in self.fields if each.kind is self.about}

    def why_not(self, run: Run, subject: str, now: Moment, actor: Actor) -> RolloutError | None:
        """Give why the run would refuse this about the subject, whatever else was typed; None if it takes it.

        Blockers that can be overridden refuse nothing here: the action then asks for the override.
        """
        from .decisions import why_not

        return why_not(self, run, subject, now, actor)

    def overridable(self, run: Run, now: Moment) -> tuple[Blocker, ...]:
        """Give the blockers that the action would have to go past."""
        from .gates import blockers, start_blockers

        if self.intent is StartPhase:
            return start_blockers(run, now)
        return blockers(run, now) if self.intent in {Go, Promote} else ()

    def typed_name(self, run: Run, subject: str) -> str:
        """Give the name to be typed before it is done, or nothing: only what is dangerous asks for it."""
        if self.intent is Abort and run.deployed:
            return run.name
        item = run.sequence.items.get(subject) if self.intent is Sign else None
        if item is None or item.step is None or item.step.reversible or item.id in run.in_place:
            return ""
        return item.id.rpartition("/")[2]

    def _stage(self, run: Run, item: Item | None) -> str:
        if self.intent is StartPhase and item is not None and item.kind is ItemKind.START:
            return item.stage
        if self.intent is Reduce and run.exposed is not None:
            return run.exposed.id
        return run.stage.id


@dataclass(frozen=True)
class IntentField:
    """A field of an intent as it is asked for; in a form only where `when` says so, and with `why` for an override."""

    name: str
    kind: FieldKind
    label: str
    required: bool
    default: Any
    when: Callable[[Run], bool] | None = None
    why: bool = False


ACTIONS: tuple[Action, ...] = (
    Action("sign", "Sign off", Sign, FieldKind.ITEM),
    Action("fail", "Fail", Fail, FieldKind.ITEM),
    Action("revoke", "Revoke", Revoke, FieldKind.ITEM),
    Action("waive", "Waive", Waive, FieldKind.ITEM),
    Action("defer", "Defer", Defer, FieldKind.ITEM),
    Action("note", "Note", Note, FieldKind.ITEM),
    Action("measure", "Measure", Measure, FieldKind.METRIC),
    Action("unread", "Record a failed reading", Unread, FieldKind.METRIC),
    Action("fire", "Fire a trigger", Fire, FieldKind.TRIGGER),
    Action("clear", "Clear a trigger", Clear, FieldKind.TRIGGER),
    Action("start-phase", "Start the phase", StartPhase, FieldKind.STAGE),
    Action("extend", "Extend the soak", Extend, FieldKind.STAGE),
    Action("go", "Go", Go),
    Action("promote", "Promote", Promote, FieldKind.STAGE),
    Action("reduce", "Reduce", Reduce, FieldKind.STAGE),
    Action("hold", "Hold", Hold),
    Action("release", "Release", Release),
    Action("confirm-clock", "Confirm the time", ConfirmClock),
    Action("hand-over", "Hand over", HandOver, reads_back=True),
    Action("take-over", "Take over", TakeOver, reads_back=True),
    Action("roll-back", "Roll back", RollBack, FieldKind.SCENARIO, may_have_happened=True),
    Action("finish-rollback", "Finish the rollback", FinishRollback),
    Action("close", "Close the run", Close),
    Action("abort", "Abort the run", Abort),
)

BY_NAME = {action.name: action for action in ACTIONS}
OUTCOMES: tuple[RollbackOutcome, ...] = get_args(RollbackOutcome)
