"""One form for all metrics: what is left empty is not recorded, a question mark records that it could not be read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from ...errors import RolloutError
from ...run.decisions import refusal
from ...run.events import Entry
from ...run.intents import Intent, Measure, Unread
from ...text import safe
from ..desk import Desk
from ..paint import paint
from ..widgets.lines import Lines
from .fields import MOVES, Line, typed
from .form import number


class MeasureForm(ModalScreen[Entry | None]):
    """Takes a reading of each metric; gives the last entry that was recorded, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("escape", "leave", "Back", id="measure.leave"),
        Binding("enter", "next", "Next metric, or record", show=False, priority=True, id="measure.next"),
        Binding("ctrl+s", "record", "Record", priority=True, id="measure.record"),
        Binding("up", "app.focus_previous", "Metric before", show=False, priority=True, id="measure.up"),
        Binding("down", "app.focus_next", "Next metric", show=False, priority=True, id="measure.down"),
    ]

    def __init__(self, desk: Desk, metric: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._first = metric
        self._names = list(desk.run.sequence.metrics)
        self._last: Entry | None = None
        self._recording = False

    def compose(self) -> ComposeResult:
        run = self._desk.run
        with VerticalScroll(id="measure", classes="dialog"):
            yield Label("Readings", classes="dialog-title")
            stage = run.sequence.stage(run.reading_stage).title
            yield Label(
                safe(f"They count for {stage}. Empty: not read now. ? why: it could not be read."), markup=False
            )
            for place, name in enumerate(self._names):
                metric = run.sequence.metrics[name]
                with HorizontalGroup(classes="reading"):
                    yield Label(safe(f"{metric.metric}  (alert {metric.threshold})"), markup=False)
                    yield Line(id=f"reading-{place}", placeholder=safe(metric.threshold.unit))
            yield Lines(id="measure-error")
            yield Label("enter: next, and record at the end · ctrl+s: record now · esc: back", classes="dialog-keys")

    def on_mount(self) -> None:
        place = self._names.index(self._first) if self._first in self._names else 0
        self.query_one(f"#reading-{place}", Input).focus()

    def action_leave(self) -> None:
        if not self._recording:
            self.dismiss(self._last)

    def action_next(self) -> None:
        """Go to the next metric, or record at the last."""
        if self.focused is list(self.query(Input))[-1]:
            self.action_record()
        else:
            self.focus_next(Input)

    def action_record(self) -> None:
        if not self._recording:
            self._recording = True
            self.run_worker(self._record())

    async def _record(self) -> None:
        """Record what was typed, once all of it would be taken; a line is emptied when it is recorded."""
        readings: list[tuple[int, Intent]] = []
        values = await typed(self.query(Input))
        for place, name in enumerate(self._names):
            if text := values[f"reading-{place}"].strip():
                try:
                    readings.append((place, self._taken(_intent(name, text))))
                except RolloutError as error:
                    self._show_error(place, error)
                    return
        for place, intent in readings:
            try:
                self._last = await self._desk.record(intent)
            except RolloutError as error:
                self._show_error(place, error)
                return
            self.query_one(f"#reading-{place}", Input).value = ""
        self.dismiss(self._last)

    def _taken(self, intent: Intent) -> Intent:
        if refused := refusal(self._desk.run, intent, self._desk.moment(), self._desk.operator.name):
            raise refused
        return intent

    def _show_error(self, place: int, error: RolloutError) -> None:
        self._recording = False
        self.query_one(f"#reading-{place}", Input).focus()
        title = self._desk.run.sequence.metrics[self._names[place]].metric
        said = paint((f"{title}: {error.message}", "$error bold"))
        self.query_one("#measure-error", Lines).show(said, paint(error.hint))


def _intent(metric: str, text: str) -> Intent:
    return Unread(metric, text[1:].strip()) if text.startswith("?") else Measure(metric, number(text))
