"""The form of an intent: made from the table of intents, kept open with what was typed until it is on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Label

from ...errors import UsageError
from ...frozen import dataclass
from ...run.deployed import asked
from ...run.events import Entry
from ...run.gates import Blocker
from ...run.happened import in_full, is_long_ago, read_claimed
from ...run.intents import Action, FieldKind, IntentField
from ...run.reading_text import read_number
from ...run.stages import Item
from ...text import safe
from ..rows.row import ListRow
from ..run_worker import RunWorker
from ..styled import styled
from ..widgets.lines import Lines
from .choices import choices
from .fields import FIELDS, ChoiceField, FieldsScreen, TextField
from .parts_field import PartsField


@dataclass(frozen=True)
class Subject:
    """What a form is about: the action, the fields that are known, the item, and the blockers that it goes past.

    `read_back` is what has to be read before, line by line.
    """

    action: Action
    given: dict[str, Any]
    item: Item | None = None
    about: str = ""
    blockers: Sequence[Blocker] = ()
    stage_name: str = ""
    read_back: Sequence[str] = ()


class IntentForm(FieldsScreen[Entry]):
    """Asks for what an intent still needs and records it; gives the entry, or None where it was left."""

    def __init__(self, worker: RunWorker, subject: Subject) -> None:
        super().__init__(self._record)
        self._worker = worker
        self.subject = subject
        # The time, more than an hour ago, about which was asked.
        self._confirmed: datetime | None = None
        self._typed_name = subject.action.typed_name(worker.run, subject.action.subject(worker.run, subject.item))
        # What is dangerous is typed first: what one types without looking must not land in a note.
        asked = [ask for ask in subject.action.fields if self._is_asked(ask)]
        self._asks = sorted(asked, key=lambda ask: ask.kind is not FieldKind.NAME)

    def compose(self) -> ComposeResult:
        subject = self.subject
        with VerticalScroll(id="form", classes="dialog"):
            yield Label(safe(subject.action.title), classes="dialog-title", markup=False)
            yield Label(safe(subject.about or subject.action.help), classes="dialog-about", markup=False)
            for line in subject.read_back:
                yield Label(safe(f"· {line}"), classes="dialog-line", markup=False)
            for blocker in subject.blockers:
                yield Label(safe(f"■ {blocker.text}"), classes="dialog-blocker", markup=False)
            for ask in self._asks:
                yield from self._field(ask)
            if subject.blockers:
                yield Label(safe(f"type the stage's name: {subject.stage_name}"), classes="field-label", markup=False)
                yield TextField(id="stage-name")
            if subject.action.happened:
                yield Label(subject.action.happened, classes="field-label", markup=False)
                yield TextField(id="happened")
            yield Lines(id="form-error")
            yield Label("enter: next, and record at the end · esc: back, nothing is recorded", classes="dialog-keys")

    def first_field(self) -> Widget:
        """Begin below a choice that can only be the one: what is typed at once must not choose another."""
        first, *rest = self.query(FIELDS)
        item = self.subject.item
        is_settled = isinstance(first, ChoiceField) and (len(first.shown) == 1 or (item and item.id == first.key))
        return rest[0] if rest and is_settled else first

    def _possible(self, ask: IntentField) -> list[tuple[str, str]]:
        """What can be chosen: of what the action is about, only that of which it would not be refused."""
        action, worker = self.subject.action, self._worker
        found, now = choices(ask.kind, worker.run, self.subject.item), worker.moment()
        if ask.kind is not action.about:
            return found
        return [each for each in found if not action.why_not(worker.run, each[0], now, worker.operator)] or found

    async def _record(self, values: dict[str, str]) -> Entry:
        intent, happened = self._intent(values), self._happened(values)
        self.say("recording…")
        return await self._worker.record(intent, happened)

    def _intent(self, values: dict[str, str]) -> Any:
        if self.subject.blockers:
            typed_name = values["stage-name"].strip()
            if typed_name.casefold() != self.subject.stage_name.casefold():
                raise UsageError("An override asks for the stage's name.", f"Type {self.subject.stage_name}.")
        asked = {ask.name: _value(ask, values[f"field-{ask.name}"]) for ask in self._asks}
        return self.subject.action.intent(**self.subject.given, **asked)

    def _happened(self, values: dict[str, str]) -> datetime | None:
        if not self.subject.action.happened:
            return None
        text, now = values["happened"].strip(), self._worker.moment().at
        if not text:
            return None
        happened = read_claimed(text, now)
        if is_long_ago(happened, now) and happened != self._confirmed:
            self._confirmed = happened
            raise UsageError(f"It happened {in_full(happened, now)}?", "Record again if so, else mend the time.")
        return happened

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the date of a time of day before it is recorded."""
        if event.input.id != "happened" or not event.value.strip():
            return
        now = self._worker.moment().at
        try:
            self.say(in_full(read_claimed(event.value, now), now))
        except UsageError:
            self.say("")

    def _is_asked(self, ask: IntentField) -> bool:
        if ask.name in self.subject.given or ask.kind is FieldKind.BLOCKERS or ask.kind is FieldKind.ITEM:
            return False
        if ask.kind is FieldKind.NAME:
            return bool(self._typed_name)
        if ask.why:
            return bool(self.subject.blockers)
        return ask.when is None or ask.when(self._worker.run)

    def _field(self, ask: IntentField) -> ComposeResult:
        label = f"type {self._typed_name}" if ask.kind is FieldKind.NAME else ask.label
        label = "what is there now: → undone, still there or unknown" if ask.kind is FieldKind.PARTS else label
        optional = "" if ask.required or ask.kind is FieldKind.NAME or ask.name == "reason" else " (optional)"
        yield Label(safe(label + optional), classes="field-label", markup=False)
        found = self._possible(ask)
        if ask.kind is FieldKind.PARTS:
            yield PartsField(asked(self._worker.run), id=f"field-{ask.name}")
        elif found:
            rows = ChoiceField(id=f"field-{ask.name}")
            rows.styles.height = min(6, len(found))
            rows.show([ListRow(key, styled(f" {words}")) for key, words in found])
            yield rows
        else:
            yield TextField(id=f"field-{ask.name}")


def _value(ask: IntentField, text: str) -> Any:
    if ask.kind is FieldKind.PARTS:
        return tuple(text.split("\n"))
    return read_number(text) if ask.kind is FieldKind.NUMBER else text
