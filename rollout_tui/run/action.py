"""Action: an entry of the table of intents, with all that a command, a key, a form or the palette needs to know of it.

An intent's fields are described where they stand: a `FieldKind` says what a field holds and so how it is asked for. The
first sentence of an intent's docstring is its help everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, field, fields
from enum import StrEnum
from typing import Any

from ..errors import Refused, RolloutError
from ..frozen import dataclass
from ..people import Actor
from .gates import Blocker
from .moment import Moment
from .stages import Item, ItemKind
from .stamp import when_by
from .state import Run


class FieldKind(StrEnum):
    """What a field of an intent holds."""

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
    PART = "part"
    PART_STATE = "state of a part"
    PARTS = "parts"
    BLOCKERS = "blockers"


def ask(
    kind: FieldKind, label: str, default: Any = MISSING, *, when: Callable[[Run], bool] | None = None, why: bool = False
) -> Any:
    """Describe a field of an intent; one without a default has to be given.

    A form asks for it only in a run of which `when` is true; with `why` only where an override goes past something.
    """
    return field(default=default, metadata={"kind": kind, "label": label, "when": when, "why": why})


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


def _open_stage(run: Run, _item: Item | None) -> str:
    return run.stage.id


def _never(_run: Run, _subject: str) -> bool:
    return False


def _no_blockers(_run: Run, _now: Moment) -> tuple[Blocker, ...]:
    return ()


def _no_lines(*_: object) -> Sequence[str]:
    return ()


def _no_name(_run: Run, _subject: str) -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """An entry of the table: the command's name, the title that the screen shows, and the intent that it makes.

    `check(run, subject, now, actor)` raises why the run does not take it, whatever else is typed. `about` is the kind
    of the field that follows from where the cursor stands, None where none does; `stage` gives the stage meant there.
    `overridable` gives the blockers that it would have to go past, `typed_name` the name to be typed before it is done:
    only what is dangerous asks for one. `confirms` gives the line to which a screen wants one more key. `reads_out`
    gives the lines that are read out before, `happened` the words by which a form asks for an earlier time. The rest
    says when it is taken: in a rollback, behind one, in a closed run.
    """

    name: str
    title: str
    intent: type[Any]
    check: Callable[[Run, str, Moment, Actor], object]
    about: FieldKind | None = None
    stage: Callable[[Run, Item | None], str] = _open_stage
    overridable: Callable[[Run, Moment], tuple[Blocker, ...]] = _no_blockers
    typed_name: Callable[[Run, str], str] = _no_name
    confirms: Callable[[Run, str], str] = _no_name
    reads_out: Callable[[Run, Moment], Sequence[str]] = _no_lines
    happened: str = ""
    in_rollback: bool = False
    after_rollback: bool = False
    after_close: Callable[[Run, str], bool] = _never

    @property
    def help(self) -> str:
        return (self.intent.__doc__ or "").partition("\n")[0]

    @property
    def fields(self) -> tuple[IntentField, ...]:
        """The fields of the intent in the order in which they are asked for."""
        return tuple(
            IntentField(each.name, required=each.default is MISSING, default=each.default, **each.metadata)
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
                return self.stage(run, item)
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

        Blockers that can be overridden refuse nothing here: the action then asks for the override. Where a thing is
        chosen in a form and none is named, the likeliest is asked about.
        """
        subject = subject or _likely(self.about, run)
        if self.about and not subject and any(each.kind is self.about and each.required for each in self.fields):
            return RolloutError(f"There is no {self.about} here to {self.name}.")
        try:
            self.need_acceptable(run, subject)
            self.check(run, subject, now, actor)
        except RolloutError as error:
            return error
        return None

    def need_acceptable(self, run: Run, subject: str) -> None:
        """Refuse what the run's condition does not allow at all: of a later version, closed, rolling back."""
        if run.unknown:
            raise Refused(
                f"This journal holds an entry of a later version ({run.unknown}), so it is read-only here.",
                "Use the version of rollout that wrote it.",
            )
        if run.closed is not None and not self.after_close(run, subject):
            raise Refused(
                f"The run is closed ({run.closed.outcome}), by {when_by(run.closed.mark)}.",
                "A closed run takes notes, and the sign-offs of its follow-up. Start a new run for more.",
            )
        if run.rollback is None:
            return
        if run.rolling_back and not self.in_rollback:
            raise Refused(
                "A rollback is under way: only its steps, readings, notes and handover are taken.",
                "Finish it (finish-rollback), or call it off to go back to the phase.",
            )
        if not run.rolling_back and not self.after_rollback:
            raise Refused(f"The rollback is finished ({run.rollback.outcome}).", "Close the run: close, or abort.")


def _likely(kind: FieldKind | None, run: Run) -> str:
    match kind:
        case FieldKind.METRIC:
            return next(iter(run.sequence.metrics), "")
        case FieldKind.SCENARIO:
            return next((path.id for path in run.sequence.rollback_paths), "")
        case FieldKind.TRIGGER:
            exposed = run.exposed.id if run.exposed else ""
            found = [each for each in run.sequence.items.values() if each.kind is ItemKind.TRIGGER]
            return min(found, key=lambda each: (each.id not in run.fired, each.stage != exposed)).id if found else ""
        case _:
            return ""
